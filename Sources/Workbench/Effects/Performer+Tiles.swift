import Canvas
import Foundation
import Imaging
import Runs

extension Performer {
    /// Looks for the pictures of a run.
    func previews(_ path: String) -> Result<FoundPreviews, InputError> {
        Result {
            let run = try RunDirectory.open(path)
            let previews = run.previews()
            if previews.isEmpty { return FoundPreviews(previews: [], grid: nil) }
            let grid = try run.previewGrid()
            // The file is not trusted: what follows multiplies these.
            guard [grid.tileWidth, grid.tileHeight].allSatisfy({ (1...65536).contains($0) }),
                (1...1024).contains(grid.rows), (1...16).contains(grid.columns.count)
            else { throw InputError(run.previewsPath + "/grid.json", "makes no sense") }
            return FoundPreviews(previews: previews, grid: grid)
        }.mapError { $0 as? InputError ?? InputError(path, "cannot be read: \($0)") }
    }

    /// Draws the tiles of a picture, row by row.
    /// - Throws: `InputError` where the picture is not as its grid says.
    func tiles(_ request: PreviewFrame) throws -> [Canvas] {
        let image = try ImageFile.read(request.path)
        let grid = request.grid
        let (columns, width, height) = (grid.columns.count, grid.tileWidth, grid.tileHeight)
        guard width > 0, height > 0, columns > 0, columns <= image.width / width,
            request.rows.upperBound <= image.height / height
        else {
            throw InputError(request.path, "is smaller than previews/grid.json says")
        }
        let mosaic = Mosaic(symbols: request.symbols, colors: request.colors)
        var tiles: [Canvas] = []
        for row in request.rows {
            for column in 0..<columns {
                let box = LabelImage.Box(x: column * width, y: row * height, width: width, height: height)
                let scene = Scene(
                    image, labels: nil, palette: InstanceColors(LabelImage(width: 1, height: 1)), region: box,
                    window: Window.full.limits(of: image))
                tiles.append(mosaic.grid(of: scene, columns: request.columns, rows: request.lines))
            }
        }
        return tiles
    }
}
