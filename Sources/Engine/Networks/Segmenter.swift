import Runs
import Torch

/// A network from an image N,C,H,W to class logits N,classes,H,W.
public protocol Segmenter: AnyObject {
    var store: ParameterStore { get }
    /// What height and width must be divisible by.
    var granularity: Int { get }
    func callAsFunction(_ image: Tensor) throws -> Tensor
    /// The deepest map N,C,h,w: what the network makes of an image before it says where.
    func features(_ image: Tensor) throws -> Tensor
}

extension SegmenterKind {
    /// A network of this kind; `base` is the width, published 64.
    public func make(channels: Int, classes: Int, base: Int, device: Device) throws -> any Segmenter {
        switch self {
        case .deepsea: try DeepSea(channels: channels, classes: classes, base: base, device: device)
        case .cellpose: try CellPose(channels: channels, classes: classes, base: base, device: device)
        case .unet: try UNet(channels: channels, classes: classes, base: base, device: device)
        }
    }
}
