import CTorch

/// What libtorch could not do.
public enum TorchError: Error, CustomStringConvertible, Equatable {
    /// The device's or the machine's memory did not suffice.
    case outOfMemory(String)
    /// Any other failure, with libtorch's message.
    case failed(String)
    /// A parameter that a network needs is missing from a file or has another shape there.
    case parameters(String)

    public var description: String {
        switch self {
        case .outOfMemory(let message): "out of memory: \(message)"
        case .failed(let message): "libtorch: \(message)"
        case .parameters(let message): message
        }
    }

    /// Throws what the status of a C call tells.
    static func check(_ status: ct_status) throws {
        if status == CT_OK { return }
        let message = String(cString: ct_error_message())
        throw status == CT_OUT_OF_MEMORY ? TorchError.outOfMemory(message) : TorchError.failed(message)
    }
}
