import CTorch

/// Counts the floating-point operations of the convolutions and matrix products that are called. An addition and a
/// multiplication are two.
enum OperationCount {
    /// What has been counted; nil while nobody counts. Operators are the engine thread's alone.
    nonisolated(unsafe) fileprivate static var total: Int?

    /// Takes a product of `multiplications` into account: forwards, and backwards once for either factor that wants a
    /// gradient.
    static func add(_ multiplications: @autoclosure () -> Int, _ factors: Tensor...) {
        guard let before = total else { return }
        let backwards = ct_is_grad_enabled() ? factors.count { $0.requiresGradient } : 0
        total = before + 2 * multiplications() * (1 + backwards)
    }
}

extension Torch {
    /// The floating-point operations of the convolutions and matrix products called in `body`: what they need forwards, and
    /// as much again backwards for either factor that wants a gradient. Nothing is counted twice that is worked out twice.
    public static func countingOperations(_ body: () throws -> Void) rethrows -> Int {
        let before = OperationCount.total
        OperationCount.total = 0
        defer { OperationCount.total = before }
        try body()
        return OperationCount.total ?? 0
    }
}
