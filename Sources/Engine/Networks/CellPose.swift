import Torch

/// Cellpose's CPnet (Stringer et al. 2021): residual blocks, a global style vector, skips that are added.
public final class CellPose: Segmenter {
    public let store: ParameterStore
    public let granularity = 4
    private let down: [ResidualDown]
    private let up: [ResidualUp]
    private let outputNorm: BatchNorm
    private let output: Convolution

    public init(channels: Int, classes: Int, base: Int = 64, device: Device) throws {
        store = ParameterStore(device: device)
        let root = store.root
        let widths = [channels, base, 2 * base, 4 * base]
        down = try (0..<3).map {
            try ResidualDown(root / "downsample" / "down" / "res_down_\($0)", widths[$0], widths[$0 + 1])
        }
        let upWidths = [base, 2 * base, 4 * base, 4 * base]
        up = try (0..<3).map {
            try ResidualUp(
                root / "upsample" / "up" / "res_up_\($0)", upWidths[$0 + 1], upWidths[$0], style: 4 * base)
        }
        outputNorm = try BatchNorm(root / "output" / "0", base)
        output = try Convolution(root / "output" / "2", base, classes, kernel: 1)
    }

    public func features(_ image: Tensor) throws -> Tensor { try maps(image)[2] }

    /// The maps of the way down, finest first.
    private func maps(_ image: Tensor) throws -> [Tensor] {
        var maps = [try down[0](image)]
        for block in down.dropFirst() { maps.append(try block(maps[maps.count - 1].maxPooled())) }
        return maps
    }

    public func callAsFunction(_ image: Tensor) throws -> Tensor {
        let maps = try maps(image)
        let deepest = maps[2]
        let average = try deepest.mean([2, 3])
        let style = try average / average.power(2).sum([1], keep: true).squareRoot()
        var x = try up[2](deepest, skip: deepest, style: style)
        for level in [1, 0] {
            let larger = try x.nearest(height: 2 * x.size(2), width: 2 * x.size(3))
            x = try up[level](larger, skip: maps[level], style: style)
        }
        return try output(outputNorm(x).relu())
    }
}

/// Batch norm, ReLU and a 3x3 convolution; the shortcut has a 1x1 convolution and no ReLU.
private struct NormConvolution {
    private let norm: BatchNorm
    private let convolution: Convolution
    private let rectifies: Bool

    init(_ scope: Scope, _ inputs: Int, _ outputs: Int, isShortcut: Bool = false) throws {
        rectifies = !isShortcut
        norm = try BatchNorm(scope / "0", inputs)
        convolution =
            isShortcut
            ? try Convolution(scope / "1", inputs, outputs, kernel: 1)
            : try Convolution(scope / "2", inputs, outputs, kernel: 3, padding: 1)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let normed = try norm(x)
        return try convolution(rectifies ? normed.relu() : normed)
    }
}

/// A residual block of the way down.
private struct ResidualDown {
    private let convolutions: [NormConvolution]
    private let shortcut: NormConvolution

    init(_ scope: Scope, _ inputs: Int, _ outputs: Int) throws {
        convolutions = try (0..<4).map {
            try NormConvolution(scope / "conv" / "conv_\($0)", $0 == 0 ? inputs : outputs, outputs)
        }
        shortcut = try NormConvolution(scope / "proj", inputs, outputs, isShortcut: true)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let y = try shortcut(x) + convolutions[1](convolutions[0](x))
        return try y + convolutions[3](convolutions[2](y))
    }
}

/// A residual block of the way up, with the skip added once and the style before each of three convolutions.
private struct ResidualUp {
    private let first: NormConvolution
    private let styled: [(convolution: NormConvolution, full: Linear)]
    private let shortcut: NormConvolution

    init(_ scope: Scope, _ inputs: Int, _ outputs: Int, style: Int) throws {
        first = try NormConvolution(scope / "conv" / "conv_0", inputs, outputs)
        styled = try (1...3).map { index in
            let layer = scope / "conv" / "conv_\(index)"
            return (
                try NormConvolution(layer / "conv", outputs, outputs), try Linear(layer / "full", style, outputs)
            )
        }
        shortcut = try NormConvolution(scope / "proj", inputs, outputs, isShortcut: true)
    }

    func callAsFunction(_ x: Tensor, skip: Tensor, style: Tensor) throws -> Tensor {
        func apply(_ index: Int, _ y: Tensor) throws -> Tensor {
            try styled[index].convolution(y + styled[index].full(style).reshaped([y.size(0), -1, 1, 1]))
        }
        let y = try shortcut(x) + apply(0, first(x) + skip)
        return try y + apply(2, apply(1, y))
    }
}
