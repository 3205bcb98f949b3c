import Imaging

/// What a mask of recombined or drawn cells is to be like.
public struct MaskSettings: Equatable, Sendable {
    /// When a mask is done.
    public enum Target: Equatable, Sendable {
        /// So many cells.
        case cells(Int)
        /// So large a share of the area covered by cells, 0...1.
        case cover(Double)
        /// No more cells find a place.
        case full
    }

    /// Where cells lie.
    public enum Layout: String, CaseIterable, Sendable, Codable {
        /// Anywhere, alike.
        case flat
        /// Together in a few discs, as dense as they need to be to hold all.
        case colony
        /// Denser from one side of the mask to the other, about 19 to 1.
        case gradient
        /// Side by side all over, grown until they meet.
        case confluent
    }

    /// How near cells come to one another.
    public enum Spacing: Equatable, Sendable {
        /// So many pixels of background, at least, between any two; 0 lets them touch where it happens.
        case gap(Int)
        /// This share of the cells, 0...1, touches another; the others keep a pixel of background about them.
        case touching(Double)
    }

    /// Size of the mask in pixels.
    public var width: Int
    public var height: Int
    public var target: Target
    public var layout: Layout
    /// Discs of the colony layout.
    public var colonies: Int
    public var spacing: Spacing
    /// Least and greatest factor a cell's diameter is changed by.
    public var scale: ClosedRange<Double>
    /// Strength of the elastic deformation: standard deviation of the displacements as a share of the cell's radius.
    public var elastic: Double
    /// Share of the cells, 0...1, that are daughters, placed in pairs as after a division.
    public var divisions: Double

    public init(
        width: Int, height: Int, target: Target, layout: Layout = .flat, colonies: Int = 3, spacing: Spacing = .gap(0),
        scale: ClosedRange<Double> = 0.75...1.25, elastic: Double = 0, divisions: Double = 0
    ) {
        self.width = width
        self.height = height
        self.target = target
        self.layout = layout
        self.colonies = colonies
        self.spacing = spacing
        self.scale = scale
        self.elastic = elastic
        self.divisions = divisions
    }
}

/// A mask as it came out.
public struct DenseMask: Equatable, Sendable {
    /// Labels 1, 2, ..., each one 4-connected piece.
    public let labels: LabelImage
    /// Cells.
    public let cells: Int
    /// Share of the area that cells cover, 0...1.
    public let cover: Double
    /// Share of the cells, 0...1, that share an edge of a pixel with another.
    public let touching: Double
    /// Pairs of daughter cells.
    public let pairs: Int
    /// Whether it is as asked for; else no more cells found a place.
    public let isComplete: Bool
}
