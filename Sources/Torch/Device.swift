import CTorch

/// Where tensors live.
public enum Device: Equatable, Sendable, CustomStringConvertible {
    case cpu
    case cuda(Int)

    /// Reads "cpu", "cuda" or "cuda:1"; "auto" is the first CUDA device there is, else the processor.
    public init?(_ text: String) {
        switch text {
        case "auto": self = Torch.cudaDevices > 0 ? .cuda(0) : .cpu
        case "cpu": self = .cpu
        case "cuda": self = .cuda(0)
        default:
            guard text.hasPrefix("cuda:"), let index = Int(text.dropFirst(5)), index >= 0 else { return nil }
            self = .cuda(index)
        }
    }

    /// How images and their filters should lie in memory. Tensor cores want channels last; on a processor the backward
    /// pass of libtorch's convolutions measured about half as fast so.
    public var imageFormat: MemoryFormat { self == .cpu ? .contiguous : .channelsLast }

    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        }
    }
}
