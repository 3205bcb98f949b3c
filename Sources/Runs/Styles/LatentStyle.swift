import Foundation
import Imaging

/// What tells a generator how an image is to look: latent vectors, one for all of its decoder's levels or one for each.
public struct LatentStyle: Codable, Equatable, Sendable {
    /// Elements of one latent vector.
    public static let latentSize = 128
    /// Decoder levels that take a style.
    public static let levels = 4

    /// 128 numbers for all levels, or 4 x 128 for one level after the other, coarsest first.
    public var latents: [Float]
    /// Where it comes from, in words.
    public var source: String

    public init(latents: [Float], source: String) { (self.latents, self.source) = (latents, source) }

    /// Whether the numbers are as many as they must be, and finite.
    public var isValid: Bool {
        [Self.latentSize, Self.levels * Self.latentSize].contains(latents.count) && latents.allSatisfy(\.isFinite)
    }

    /// The latent vector of a level, from 0.
    public func latent(level: Int) -> ArraySlice<Float> {
        latents.count == Self.latentSize
            ? latents[...] : latents[level * Self.latentSize..<(level + 1) * Self.latentSize]
    }

    /// The style that is `weight` (0...1) of the way to another.
    public func interpolated(to other: LatentStyle, weight: Double, source: String) -> LatentStyle {
        func between(_ from: ArraySlice<Float>, _ to: ArraySlice<Float>) -> [Float] {
            zip(from, to).map { Float(Double($0) * (1 - weight) + Double($1) * weight) }
        }
        let isPlain = latents.count == Self.latentSize && other.latents.count == Self.latentSize
        return LatentStyle(
            latents: isPlain
                ? between(latents[...], other.latents[...])
                : (0..<Self.levels).flatMap { between(latent(level: $0), other.latent(level: $0)) }, source: source)
    }

    /// This style's coarse levels, and from `level` on another's.
    public func mixed(with other: LatentStyle, from level: Int, source: String) -> LatentStyle {
        LatentStyle(
            latents: (0..<Self.levels).flatMap { ($0 < level ? self : other).latent(level: $0) }, source: source)
    }
}

/// A style that the user gave a name.
public struct NamedStyle: Codable, Equatable, Sendable {
    public var name: String
    public var style: LatentStyle
    public var created: Date

    public init(name: String, style: LatentStyle, created: Date = Date()) {
        (self.name, self.style, self.created) = (name, style, created)
    }

    /// What is wrong with a name, as the rest of a sentence, or nil: `--style` must tell it from its other words.
    public static func problem(with name: String) -> String? {
        if name.isEmpty || name.count > 64 { return "must have 1 to 64 characters" }
        if name.contains(":") || name.printable != name { return "must be without colons and control characters" }
        if StyleChoice.words.contains(name) { return "must not be one of \(StyleChoice.words.joined(separator: ", "))" }
        return nil
    }
}

/// Which styles generated images get: `--style`.
public enum StyleChoice: Equatable, Sendable {
    /// Standard normal numbers.
    case random
    /// Between two training images' styles, drawn anew for every image.
    case bank
    /// Two styles, as they come without a choice, one for the coarse and one for the fine levels.
    case mixed
    /// The style of this name: one that was kept, or a training image's.
    case named(String)
    /// Between two styles: as far from the first to the second, or (nil) drawn anew for every image.
    case between(String, String, Double?)

    static let words = ["random", "bank", "mixed"]

    /// Reads "random", "bank", "mixed", "NAME", "A:B" or "A:B:0.3".
    /// - Throws: `InputError`.
    public init(_ text: String) throws {
        switch text {
        case "random": self = .random
        case "bank": self = .bank
        case "mixed": self = .mixed
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 3, parts.allSatisfy({ !$0.isEmpty }) else { throw Self.fault(text) }
            if parts.count == 3 {
                guard let weight = Double(parts[2]), (0...1).contains(weight) else { throw Self.fault(text) }
                self = .between(parts[0], parts[1], weight)
            } else {
                self = parts.count == 2 ? .between(parts[0], parts[1], nil) : .named(text)
            }
        }
    }

    private static func fault(_ text: String) -> InputError {
        InputError(
            "--style \(text)", "is no style",
            advice: "give random, bank, mixed, a name, A:B (anywhere between two) or A:B:0.3 (so far from A to B)")
    }
}
