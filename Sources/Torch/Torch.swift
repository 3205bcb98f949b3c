import CTorch

/// The library itself: version, threads, seeds and the modes of the calling thread.
public enum Torch {
    /// libtorch's version, "1.13.0".
    public static var version: String { String(cString: ct_version()) }

    /// The parallel backend and its settings, as libtorch prints them.
    public static var parallelInformation: String { String(cString: ct_parallel_information()) }

    /// How libtorch was built, as it prints it.
    public static var buildInformation: String { String(cString: ct_build_information()) }

    /// Usable CUDA devices.
    public static var cudaDevices: Int { Int(ct_cuda_devices()) }

    /// Threads an operation may use. libtorch may start with one: the engine sets it.
    public static var threads: Int {
        get { Int(ct_threads()) }
        set { ct_set_threads(Int32(newValue)) }
    }

    /// Flushes denormal numbers to zero, which keeps vanishing activations from slowing a processor.
    @discardableResult
    public static func flushDenormals(_ enabled: Bool) -> Bool { ct_flush_denormals(enabled) }

    /// Asks libtorch for deterministic kernels where it has a choice.
    public static func useDeterministicKernels(_ enabled: Bool) { ct_set_deterministic(enabled) }

    /// Lets a graphics card try its convolutions once for every size of input and keep the fastest: for work whose sizes
    /// come again.
    public static func tuneConvolutions() { ct_tune_convolutions(true) }

    /// Runs `body` with float32 products on graphics cards in float32: otherwise convolutions may take their factors to 11
    /// bits (TF32).
    public static func withFullFloat32<Result>(_ body: () throws -> Result) throws -> Result {
        try TorchError.check(ct_allow_tf32(false, false))
        // As libtorch begins.
        defer { _ = ct_allow_tf32(true, false) }
        return try body()
    }

    /// Waits until a graphics card has done all that it was given.
    public static func wait(for device: Device) throws {
        if device != .cpu { _ = try Tensor.zeros([1], device: device).item() }
    }

    /// Seeds the generators behind every random operation.
    public static func seed(_ seed: UInt64) throws { try TorchError.check(ct_seed(seed)) }

    /// Runs `body` without recording for autograd. Synchronous, since the mode belongs to the thread.
    public static func withoutGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
        let before = ct_set_grad_enabled(false)
        defer { _ = ct_set_grad_enabled(before) }
        return try body()
    }

    /// Runs `body` with operations that gain from it in `type` (nil: as they are). Synchronous, as above.
    public static func autocast<Result>(
        _ type: DataType?, on device: Device, _ body: () throws -> Result
    ) throws -> Result {
        guard let type else { return try body() }
        let isCUDA = device != .cpu
        var before = false
        try TorchError.check(ct_set_autocast(isCUDA, true, type.rawValue, &before))
        defer {
            var was = false
            _ = ct_set_autocast(isCUDA, before, type.rawValue, &was)
        }
        return try body()
    }
}
