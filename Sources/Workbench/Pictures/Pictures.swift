import Canvas
import Imaging
import Runs

/// What the screen of pictures shows: how a run's pictures of the same few crops change while it trains.
struct Pictures: Sendable {
    var path = ""
    /// The pictures made so far, by step.
    var previews: [Preview] = []
    var grid: PreviewGrid?
    /// Whether they were looked for yet, or why they cannot be.
    var isRead = false
    var problem: InputError?
    /// Why the picture that is shown cannot be drawn.
    var tilesProblem: InputError?
    /// Which of them is shown; the last one, and those to come, where the view follows.
    var index = 0
    var isFollowing = true
    /// The crop that is shown alone, larger.
    var row: Int?
    var frame: (request: PreviewFrame, tiles: [Canvas])?

    var preview: Preview? { previews.indices.contains(index) ? previews[index] : nil }

    /// Takes what there is now.
    mutating func take(_ previews: [Preview], _ grid: PreviewGrid?) {
        let step = preview?.step
        (self.previews, self.grid, isRead) = (previews, grid, true)
        let place = previews.firstIndex { $0.step == step }
        index = isFollowing ? max(previews.count - 1, 0) : place ?? min(index, max(previews.count - 1, 0))
        if let row, row >= grid?.rows ?? 0 { self.row = nil }
    }
}

/// The pictures of a run.
struct FoundPreviews: Sendable {
    var previews: [Preview]
    /// Without pictures, nil.
    var grid: PreviewGrid?
}

/// Tiles of a picture to be drawn.
struct PreviewFrame: Equatable, Sendable {
    var path: String
    var grid: PreviewGrid
    /// Of the grid.
    var rows: Range<Int>
    /// Cells of a tile.
    var columns: Int
    var lines: Int
    var symbols: Symbols
    var colors: ColorDepth
}

/// Where the parts of the screen of pictures are.
struct PicturesLayout: Equatable {
    /// The frame around the tiles.
    let frame: Area
    /// The heads over the columns.
    let heads: Area
    /// Where tiles are.
    let tiles: Area
    /// The slider over the run.
    let slider: Area

    init(_ area: Area) {
        let parts = area.split(rows: [.flexible(), .fixed(2)])
        (frame, slider) = (parts[0], parts[1])
        let inside = Box.inside(frame).split(rows: [.fixed(1), .flexible()])
        (heads, tiles) = (inside[0], inside[1])
    }

    /// Cells of a tile where `columns` and `rows` of them have this shape in pixels, and how many rows there is room for.
    func tile(columns: Int, rows: Int, width: Int, height: Int) -> (columns: Int, lines: Int) {
        let across = max((tiles.columns - (columns - 1)) / max(columns, 1), 1)
        let down = max((tiles.rows - (rows - 1)) / max(rows, 1), 1)
        // A cell is twice as high as wide.
        let lines = max(min(down, across * height / max(2 * width, 1)), 1)
        return (max(min(across, lines * 2 * width / max(height, 1)), 1), lines)
    }
}
