import Imaging

/// A drawn image and the labels of what was drawn: made up, but with the difficulties of the real thing.
public struct Phantom: Equatable, Sendable {
    /// One grey channel, or three of colour.
    public let image: Image
    /// Labels, each one 4-connected object: 1, 2, ..., or in a time-lapse the numbers of tracks.
    public let labels: LabelImage

    /// What is drawn.
    public enum Kind: String, CaseIterable, Sendable {
        /// Stained nuclei, bright on dark; 12-bit counts in 16-bit samples.
        case fluorescence
        /// Adherent cells with bright halos on grey; 8 bits.
        case phaseContrast = "phase-contrast"
        /// Nuclei of a stained tissue section, crowded; 8-bit colour.
        case tissue
    }

    /// What the picture is to be like; 1 is usual.
    public struct Settings: Equatable, Sendable {
        /// Size of the image in pixels.
        public var width: Int
        public var height: Int
        /// Objects for an area, as a multiple of the usual number.
        public var density: Double
        /// Diameter of objects, as a multiple of the usual one.
        public var size: Double
        /// Difference between objects and ground, as a multiple of the usual one; noise stays as it is.
        public var contrast: Double
        /// Share of objects, 0...1, put right beside another.
        public var touching: Double

        public init(
            width: Int = 256, height: Int = 256, density: Double = 1, size: Double = 1, contrast: Double = 1,
            touching: Double = 0.3
        ) {
            self.width = width
            self.height = height
            self.density = density
            self.size = size
            self.contrast = contrast
            self.touching = touching
        }

        /// The number of objects where `usual` of usual size are on 256 x 256 pixels.
        func count(usual: Double, using generator: inout SeededGenerator) -> Int {
            let share = Double(width) * Double(height) / (256 * 256)
            // Capped, since more objects than pixels find no place anyway.
            let mean = min(usual * density * share / max(size * size, 1e-3), Double(width * height) / 4)
            return max(1, Int((mean * generator.uniform(0.6, 1.4)).rounded()))
        }
    }

    /// What fluorescence images say of their pixels, as from a 10x objective.
    static let pixelSize = PixelSize(x: 0.65, y: 0.65)

    /// Draws a picture; the same seed and settings give the same picture.
    public static func draw(_ kind: Kind, _ settings: Settings = Settings(), seed: UInt64) -> Phantom {
        var generator = SeededGenerator(seed: seed)
        return switch kind {
        case .fluorescence: fluorescence(settings, using: &generator)
        case .phaseContrast: phaseContrast(settings, using: &generator)
        case .tissue: tissue(settings, using: &generator)
        }
    }

    /// The labels of the picture that `draw` gives, without drawing it.
    static func labels(_ kind: Kind, _ settings: Settings = Settings(), seed: UInt64) -> LabelImage {
        var generator = SeededGenerator(seed: seed)
        var labels = LabelImage(width: settings.width, height: settings.height)
        switch kind {
        case .fluorescence: _ = placeNuclei(settings, labels: &labels, using: &generator)
        case .phaseContrast: _ = placeCells(settings, labels: &labels, using: &generator)
        case .tissue: _ = placeTissue(settings, labels: &labels, using: &generator)
        }
        return labels
    }
}

extension LabelImage {
    /// Puts a shape of the given middle somewhere: right beside an object that is there, or at any free place. Nil where
    /// none is found; else the place of the shape's upper left corner.
    mutating func scatter(
        _ stamp: Stamp, label: Int32, beside others: [(x: Double, y: Double)], touching: Bool,
        using generator: inout SeededGenerator
    ) -> (left: Int, top: Int)? {
        let halves = (Double(stamp.width) / 2, Double(stamp.height) / 2)
        for _ in 0..<60 {
            if touching, !others.isEmpty {
                // Outwards from the other's middle, to the first place that is free: there the two touch.
                let other = others[generator.index(below: others.count)]
                let direction = Direction(generator.uniform(0, 2 * .pi))
                for step in 0..<(stamp.width + stamp.height) {
                    let left = Int((other.x + Double(step) * direction.x - halves.0).rounded())
                    let top = Int((other.y + Double(step) * direction.y - halves.1).rounded())
                    if put(stamp, left: left, top: top, label: label, contact: 0.45) { return (left, top) }
                }
            } else {
                let left = Int((generator.uniform(0, Double(width)) - halves.0).rounded())
                let top = Int((generator.uniform(0, Double(height)) - halves.1).rounded())
                if put(stamp, left: left, top: top, label: label, contact: 0) { return (left, top) }
            }
        }
        return nil
    }
}
