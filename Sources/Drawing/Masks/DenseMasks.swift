import Foundation
import Imaging

/// Masks of any density, put together of the cells of given masks: each is a whole cell of a source, or drawn like
/// them, at random flipped, rotated, rescaled and bent, and overlaps no other.
public struct DenseMasks: Sendable {
    /// Where cells' shapes come from.
    public enum Shapes: String, CaseIterable, Sendable, Codable {
        /// Cut out of the sources.
        case recombined
        /// Drawn from a model of the sources' shapes and sizes.
        case drawn
    }

    /// With fewer whole cells, masks of them would repeat one another's shapes: then drawn ones are better.
    public static let fewCells = 20

    /// What the cells are taken from.
    public let source: CellSource
    /// Where shapes come from.
    public let shapes: Shapes
    private let model: ShapeModel?

    /// Masks of the source's cells; without a choice, drawn ones where there are few.
    public init(_ source: CellSource, shapes: Shapes? = nil) {
        self.source = source
        self.shapes = shapes ?? (source.wholeCells < Self.fewCells ? .drawn : .recombined)
        model = self.shapes == .drawn ? ShapeModel(source.outlines) : nil
    }

    /// A mask; empty where there are no cells to paste. Where fewer cells than asked for find a place, it has as many as do,
    /// and says so.
    public func mask(_ settings: MaskSettings, using generator: inout SeededGenerator) -> DenseMask {
        guard source.wholeCells > 0, settings.width > 0, settings.height > 0 else {
            return DenseMask(
                labels: LabelImage(width: max(settings.width, 0), height: max(settings.height, 0)), cells: 0, cover: 0,
                touching: 0, pairs: 0, isComplete: settings.target == .cells(0))
        }
        var placing = MaskPlacing(settings, cells: self, using: &generator)
        placing.fill(using: &generator)
        return settings.layout == .confluent ? placing.grown : placing.mask
    }

    /// The mask that `seed` and its number, from 0, decide.
    public func mask(_ settings: MaskSettings, seed: UInt64, number: Int) -> DenseMask {
        var generator = SeededGenerator(seed: seed, part: UInt64(number))
        return mask(settings, using: &generator)
    }

    /// A cell's outline.
    func outline(using generator: inout SeededGenerator) -> CellOutline {
        if let model {
            for _ in 0..<5 { if let drawn = model.outline(using: &generator) { return drawn } }
        }
        return source.outlines[generator.index(below: source.outlines.count)]
    }
}
