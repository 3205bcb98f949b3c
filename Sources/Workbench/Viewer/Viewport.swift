import Canvas
import Imaging

/// Which pixels of an image are seen in so many cells.
struct Viewport: Equatable {
    enum Zoom: Equatable, Sendable {
        case fit
        /// Cell widths a pixel takes: whole numbers above 1.
        case scale(Double)
    }

    /// The pixels that are seen.
    let region: LabelImage.Box
    /// Cells that they are drawn into; no more than there are.
    let columns: Int
    let rows: Int
    /// Cell widths a pixel takes.
    let scale: Double

    /// The scales that zooming goes through.
    static let scales: [Double] =
        [64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2].map { (parts: Double) in 1 / parts } + [1, 2, 3, 4, 6, 8, 12, 16, 24]

    /// Where to look at an image of this size, its pixel at `center` (0 to 1) in the middle as far as its edges allow.
    init(
        width: Int, height: Int, zoom: Zoom, center: (x: Double, y: Double), columns: Int, rows: Int
    ) {
        let (columns, rows) = (max(columns, 1), max(rows, 1))
        let fit = min(Double(columns) / Double(width), 2 * Double(rows) / Double(height))
        guard case .scale(let scale) = zoom else {
            region = .init(x: 0, y: 0, width: width, height: height)
            (self.columns, self.rows) = (columns, rows)
            self.scale = fit > 1 ? fit.rounded(.down) : fit
            return
        }
        let seen = (
            width: min(width, max(1, Int(Double(columns) / scale))),
            height: min(height, max(1, Int(2 * Double(rows) / scale)))
        )
        func start(_ center: Double, _ size: Int, _ seen: Int) -> Int {
            max(0, min(Int((center * Double(size)).rounded()) - seen / 2, size - seen))
        }
        region = .init(
            x: start(center.x, width, seen.width), y: start(center.y, height, seen.height), width: seen.width,
            height: seen.height)
        self.columns = min(columns, max(1, Int((Double(seen.width) * scale).rounded(.up))))
        self.rows = min(rows, max(1, Int((Double(seen.height) * scale / 2).rounded(.up))))
        self.scale = scale
    }

    /// The next scale up or down from this one.
    func scale(towards larger: Bool) -> Double {
        larger
            ? Self.scales.first { $0 > scale * 1.001 } ?? Self.scales[Self.scales.count - 1]
            : Self.scales.last { $0 < scale * 0.999 } ?? Self.scales[0]
    }

    /// The pixel in the middle of a cell of a picture of this size.
    func pixel(at position: Position, columns: Int, rows: Int) -> Viewer.Pixel {
        func place(_ cell: Int, _ cells: Int, _ start: Int, _ seen: Int) -> Int {
            start + max(0, min((2 * cell + 1) * seen / max(2 * cells, 1), seen - 1))
        }
        return Viewer.Pixel(
            x: place(position.column, columns, region.x, region.width),
            y: place(position.row, rows, region.y, region.height))
    }

    /// The cell of a pixel in a picture of this size, nil where it is not seen.
    func cell(of pixel: Viewer.Pixel, columns: Int, rows: Int) -> Position? {
        let (x, y) = (pixel.x - region.x, pixel.y - region.y)
        guard (0..<region.width).contains(x), (0..<region.height).contains(y) else { return nil }
        return Position(
            column: min((2 * x + 1) * columns / (2 * region.width), columns - 1),
            row: min((2 * y + 1) * rows / (2 * region.height), rows - 1))
    }
}

/// Where the viewer's parts are.
struct ViewerLayout: Equatable {
    /// The frame around the pictures.
    let frame: Area
    /// Where pictures are drawn, one or two.
    let panels: [Area]
    /// Facts and histogram; empty where there is no room.
    let facts: Area

    init(_ area: Area, panels count: Int, hasFacts: Bool) {
        let width = area.columns >= 150 ? 38 : 30
        let parts = area.split(columns: [.flexible(), .fixed(hasFacts && area.columns >= 90 ? width : 0)])
        (frame, facts) = (parts[0], parts[1])
        let inside = Box.inside(frame)
        if count < 2 {
            panels = [inside]
        } else if inside.columns >= 2 * inside.rows {
            panels = inside.split(columns: [.flexible(), .flexible()], gap: 1)
        } else {
            panels = inside.split(rows: [.flexible(), .flexible()], gap: 1)
        }
    }
}
