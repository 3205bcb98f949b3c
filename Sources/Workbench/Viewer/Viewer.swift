import Canvas
import Foundation
import Imaging

/// What the viewer shows: an image and its mask, and how they are looked at.
struct Viewer: Sendable {
    enum Windowing: Equatable, Sendable {
        case auto, full
        /// The samples shown black and white.
        case range(ClosedRange<Float>)
    }

    var request: ImageRequest?
    /// What was read last; of another image while the next is on its way.
    var loaded: Loaded?
    var loadedOf: ImageRequest?
    var problem: InputError?
    /// Pixels of the image read last, which zoom and cursor are for.
    var size: Pixel?
    /// Whether the image was opened by itself, and leaving it leaves Petri.
    var isAlone = false

    var layer = Scene.Layer.outline
    var isSideBySide = false
    var isBlinking = false
    /// Whether the mask is in sight while blinking.
    var isLit = true
    var zoom = Viewport.Zoom.fit
    /// The pixel in the middle, from 0 to 1 of the image's sides.
    var center = (x: 0.5, y: 0.5)
    /// The pixel under the cursor, where there is one.
    var cursor: Pixel?
    var windowing = Windowing.auto
    var map = ColorMap.grey
    var hasPanel = true
    var frame: (request: FrameRequest, pictures: [Canvas])?

    struct Pixel: Equatable, Sendable {
        var x: Int
        var y: Int
    }

    /// The samples shown black and white.
    var window: ClosedRange<Float> {
        guard let loaded else { return 0...1 }
        return switch windowing {
        case .auto: loaded.auto
        case .full: loaded.full
        case .range(let range): range
        }
    }

    /// What each panel shows of the labels.
    var layers: [Scene.Layer] {
        guard loaded?.labels != nil else { return [.image] }
        if isSideBySide { return [layer == .mask ? .image : layer, .mask] }
        if isBlinking, !isLit { return [.image] }
        return isBlinking && layer == .image ? [.outline] : [layer]
    }
}

/// An image that was read, with what is told of it.
struct Loaded: Sendable {
    var image: Image
    var labels: LabelImage?
    var palette: InstanceColors
    /// Pixels of each object.
    var areas: [Int32: Int]
    var facts: ImageFacts
    /// How the mask was written, or why there is none.
    var maskNote: String
    var auto: ClosedRange<Float>
    var full: ClosedRange<Float>
    var mean: Double
    /// How often samples are in equal steps from the least to the greatest.
    var histogram: [Double]

    /// The samples of a pixel, as stored.
    func samples(at pixel: Viewer.Pixel) -> [Float] {
        let start = (pixel.y * image.width + pixel.x) * image.channels
        return (start..<start + image.channels).map { index in
            switch image.samples {
            case .uint8(let values): Float(values[index])
            case .uint16(let values): Float(values[index])
            case .uint32(let values): Float(values[index])
            case .int8(let values): Float(values[index])
            case .int16(let values): Float(values[index])
            case .int32(let values): Float(values[index])
            case .float(let values): values[index]
            }
        }
    }
}

/// A picture of the viewer: all it depends on.
struct FrameRequest: Equatable, Sendable {
    var image: ImageRequest
    var region: LabelImage.Box
    var window: ClosedRange<Float>
    var map: ColorMap
    /// One for each panel.
    var layers: [Scene.Layer]
    /// Cells of a panel.
    var columns: Int
    var rows: Int
    var symbols: Symbols
    var colors: ColorDepth
}
