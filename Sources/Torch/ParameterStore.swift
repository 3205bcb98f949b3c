/// The named tensors of a network, in the order they were made. Paths are the names in checkpoints, and the field
/// that says whether the network is in training is here, since layers ask for it.
public final class ParameterStore {
    /// One named tensor.
    public struct Entry {
        /// The dotted path, "e1.conv.conv1.weight".
        public let name: String
        public let tensor: Tensor
        /// False for running statistics, which no gradient reaches.
        public let isTrainable: Bool
        /// How the tensor is filled at the start.
        let start: Start
    }

    /// How a tensor is filled at the start of a training.
    public enum Start: Sendable {
        case zeros
        case ones
        /// Normal with the deviation `sqrt(2 / fan)`, with the store's fan (He et al. 2015).
        case rectified(fanIn: Int, fanOut: Int)
        /// Normal with the deviation `gain / sqrt(fan)` (He et al. 2015).
        case kaiming(fan: Int, gain: Double)
        /// Normal with the deviation `sqrt(2 / (fanIn + fanOut))` (Glorot and Bengio 2010).
        case xavier(fanIn: Int, fanOut: Int)
    }

    /// Which products a convolution's first weights are scaled by.
    public enum Fan: Sendable {
        /// Those that an output sums: values keep their size from layer to layer.
        case `in`
        /// Those that an input enters, as published: a layer with few outputs, as every network's last, starts with
        /// values many times too large.
        case out
    }

    public private(set) var entries: [Entry] = []
    /// Batch statistics and dropout in training; running statistics and no dropout otherwise.
    public var isTraining = true
    /// The processes whose batches batch statistics are taken of; nil: this process's alone.
    public var statisticsGroup: ProcessGroup?
    private let device: Device
    private let fan: Fan

    /// - Parameter fan: what the convolutions' first weights are scaled by.
    public init(device: Device, fan: Fan = .out) { (self.device, self.fan) = (device, fan) }

    /// The store's root, from which layers are named.
    public var root: Scope { Scope(store: self, path: "") }

    /// The tensors that gradients reach.
    public var trainable: [Tensor] { entries.filter(\.isTrainable).map(\.tensor) }

    /// The number of trainable elements.
    public var parameterCount: Int { trainable.reduce(0) { $0 + $1.count } }

    /// Fills every tensor as its layer asked, from the current seed. Numbers are drawn on the processor, so that one
    /// seed gives one network on every device.
    public func initialise() throws {
        try Torch.withoutGradient {
            for entry in entries {
                let shape = entry.tensor.shape
                switch entry.start {
                case .zeros: try entry.tensor.copy(from: .zeros(shape, device: device))
                case .ones: try entry.tensor.copy(from: .full(shape, 1, device: device))
                case .rectified(let fanIn, let fanOut):
                    let products = Double(fan == .in ? fanIn : fanOut)
                    try entry.tensor.copy(from: .normal(shape) * (2 / products).squareRoot())
                case .kaiming(let fan, let gain):
                    try entry.tensor.copy(from: .normal(shape) * (gain / Double(fan).squareRoot()))
                case .xavier(let fanIn, let fanOut):
                    try entry.tensor.copy(from: .normal(shape) * (2 / Double(fanIn + fanOut)).squareRoot())
                }
            }
        }
    }

    /// Switches the recording of gradients for all trainable tensors.
    public func setRequiresGradient(_ value: Bool) throws {
        for tensor in trainable { try tensor.setRequiresGradient(value) }
    }

    fileprivate func add(_ name: String, shape: [Int], start: Start, isTrainable: Bool) throws -> Tensor {
        let tensor = try Tensor.zeros(shape, device: device).contiguous(
            shape.count == 4 ? device.imageFormat : .contiguous)
        try tensor.setRequiresGradient(isTrainable)
        entries.append(Entry(name: name, tensor: tensor, isTrainable: isTrainable, start: start))
        return tensor
    }
}

/// A place in a store's tree of names: `root / "e1" / "conv1"`.
public struct Scope {
    public let store: ParameterStore
    let path: String

    public static func / (scope: Scope, name: String) -> Scope {
        Scope(store: scope.store, path: scope.path.isEmpty ? name : scope.path + "." + name)
    }

    /// A new trainable tensor named `name` here.
    public func parameter(_ name: String, _ shape: [Int], _ start: ParameterStore.Start) throws -> Tensor {
        try store.add((self / name).path, shape: shape, start: start, isTrainable: true)
    }

    /// A new tensor named `name` here that no gradient reaches.
    public func buffer(_ name: String, _ shape: [Int], _ start: ParameterStore.Start) throws -> Tensor {
        try store.add((self / name).path, shape: shape, start: start, isTrainable: false)
    }
}
