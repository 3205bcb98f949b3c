import Canvas
import Imaging
import Runs
import Terminal

extension State {
    var picturesLayout: PicturesLayout { PicturesLayout(contentArea) }

    /// Shows the pictures of a run, the last one first.
    mutating func openPictures(_ path: String) -> [Effect] {
        goTo(.pictures)
        if pictures.path != path {
            pictures = Pictures()
            pictures.path = path
        }
        return [.watchPreviews(path, isFirst: true)]
    }

    /// Takes what was found, and looks again after a while, as long as it is in sight.
    mutating func take(_ found: Result<FoundPreviews, InputError>, of path: String) -> [Effect] {
        guard path == pictures.path else { return [] }
        switch found {
        case .success(let found):
            pictures.problem = nil
            // One that could not be read may have been mended.
            if pictures.tilesProblem != nil { requested.tiles = nil }
            pictures.take(found.previews, found.grid)
        case .failure(let error): pictures.problem = error
        }
        return screen == .pictures ? [.watchPreviews(path, isFirst: false)] : []
    }

    mutating func take(_ tiles: Result<[Canvas], InputError>, of request: PreviewFrame) {
        guard request == wantedTiles else { return }
        switch tiles {
        case .success(let tiles): (pictures.frame, pictures.tilesProblem) = ((request, tiles), nil)
        case .failure(let error): pictures.tilesProblem = error
        }
    }

    mutating func performInPictures(_ action: Action) -> [Effect] {
        switch action {
        case .left, .previousPicture: goToPicture(pictures.index - 1)
        case .right, .nextPicture: goToPicture(pictures.index + 1)
        case .halfUp: goToPicture(pictures.index - 10)
        case .halfDown: goToPicture(pictures.index + 10)
        case .first: goToPicture(0)
        case .last: goToPicture(pictures.previews.count - 1)
        case .up, .down:
            let count = pictures.grid?.rows ?? 0
            guard count > 0 else { break }
            let step = action == .up ? -1 : 1
            pictures.row = ((pictures.row ?? (step > 0 ? -1 : count)) + step + count) % count
        case .zoomPane: pictures.row = pictures.row == nil ? 0 : nil
        case .runCurves: return openCurves([pictures.path])
        case .close where pictures.row != nil: pictures.row = nil
        case .close, .back: return goBack()
        default: break
        }
        return []
    }

    /// Shows another picture; at the last one, those to come are followed.
    private mutating func goToPicture(_ index: Int) {
        pictures.index = max(0, min(index, pictures.previews.count - 1))
        pictures.isFollowing = index >= pictures.previews.count - 1
    }

    /// The tiles that the screen should show now.
    var wantedTiles: PreviewFrame? {
        guard screen == .pictures, let preview = pictures.preview, let grid = pictures.grid else { return nil }
        let rows = pictures.row.map { $0..<$0 + 1 } ?? 0..<max(grid.rows, 1)
        let size = picturesLayout.tile(
            columns: grid.columns.count, rows: rows.count, width: grid.tileWidth, height: grid.tileHeight)
        return PreviewFrame(
            path: preview.path, grid: grid, rows: rows, columns: size.columns, lines: size.lines, symbols: symbols,
            colors: colors)
    }

    mutating func neededTiles() -> [Effect] {
        guard let request = wantedTiles, request != requested.tiles else { return [] }
        requested.tiles = request
        return [.drawTiles(request)]
    }

    /// Goes to the picture that the slider has under the mouse.
    mutating func handleInPictures(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let slider = picturesLayout.slider
        switch mouse.action {
        case .wheelUp: return performInPictures(.previousPicture)
        case .wheelDown: return performInPictures(.nextPicture)
        case .press(.left), .drag(.left):
            guard slider.contains(position), !pictures.previews.isEmpty else { return [] }
            let share = Double(position.column - slider.column) / Double(max(slider.columns - 1, 1))
            goToPicture(Int((share * Double(pictures.previews.count - 1)).rounded()))
        default: break
        }
        return []
    }
}
