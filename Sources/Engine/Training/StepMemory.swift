import Runs
import Torch

/// About how many bytes a training takes: what its networks need whatever they see, and what every pixel of a batch leaves
/// behind until the backward pass has used it.
public struct StepMemory: Equatable, Sendable {
    /// Weights, gradients and moments of the networks that are trained, and their averages.
    public let fixed: Int
    /// Bytes for each pixel of each crop of a step.
    public let perPixel: Double

    init(fixed: Int, perPixel: Double) { (self.fixed, self.perPixel) = (fixed, perPixel) }

    /// What the constants, at the published width of 64, make of settings: parameters grow with the square of the width,
    /// what pixels leave behind with the width.
    public init(_ settings: TrainingSettings, on device: Device) {
        let width = Double(settings.base) / 64
        let own = Self.segmenter(settings.segmenter)
        var (parameters, bytes) = (own.parameters, own.perPixel)
        var averaged = own.parameters
        if settings.arm.hasGenerator {
            parameters += Self.cycle.parameters
            averaged += Self.generator
            // The segmenter looks at the real images and at the generated ones.
            bytes = Self.cycle.perPixel + 2 * own.perPixel
        } else if settings.arm == .recombined || settings.synthetic != nil {
            bytes *= 1 + (settings.syntheticRatio ?? 1)
        }
        let copies = 4 * parameters + (settings.averaging ?? 0 > 0 ? averaged : 0)
        fixed = Int(4 * Double(copies) * width * width) + (device == .cpu ? Self.library : Self.cardLibrary)
        perPixel = bytes * width
    }

    /// Bytes of a step on so many crops of this size.
    public func bytes(batch: Int, height: Int, width: Int) -> Int {
        fixed + Int(perPixel * Double(batch * height * width))
    }

    /// What to ask for instead so that a step fits into `free` bytes: fewer crops, or smaller ones of the same shape.
    /// - Returns: "--batch 2", "--crop 256x384"; none where not even one crop of 32x32 fits.
    public func fitting(batch: Int, height: Int, width: Int, into free: Int) -> [String] {
        // What is free is in pieces, and a little is always wanted beside.
        let pixels = (0.9 * Double(free) - Double(fixed)) / perPixel
        var found: [String] = []
        let fewer = Int(max(0, pixels) / Double(height * width))
        if fewer >= 1 && fewer < batch { found.append("--batch \(fewer)") }
        let part = (max(0, pixels) / Double(batch * height * width)).squareRoot()
        let (low, narrow) = (Int(Double(height) * part) / 32 * 32, Int(Double(width) * part) / 32 * 32)
        if part < 1 && low >= 32 && narrow >= 32 { found.append("--crop \(low)x\(narrow)") }
        return found
    }

    // MARK: Constants

    private struct Network {
        /// Trained numbers at width 64 (METHOD.md).
        let parameters: Int
        /// Bytes a pixel at width 64, in float32; bf16 measured 1.1 times as much, as attention then keeps its parts.
        let perPixel: Double
    }

    // The slopes of the peak memory of `petri train --probe --preset paper` on the processor, width 16, two crops of 64x64 to
    // 192x192, times four; what is left at no pixels is `library` and the parameters, to 15 MB.
    private static func segmenter(_ kind: SegmenterKind) -> Network {
        switch kind {
        case .deepsea: Network(parameters: 8_219_010, perPixel: 11_050)
        case .cellpose: Network(parameters: 6_478_918, perPixel: 20_300)
        case .unet: Network(parameters: 31_042_434, perPixel: 8030)
        }
    }

    private static let generator = 31_461_505
    /// The generator and two discriminators; a style encoder is small.
    private static let cycle = Network(parameters: generator + 2 * 2_895_425, perPixel: 12_900)
    /// Bytes that libtorch takes before any network is there, on the processor.
    private static let library = 215 << 20
    /// The same on a card, with cuDNN's workspaces: an estimate.
    private static let cardLibrary = 1 << 30
}
