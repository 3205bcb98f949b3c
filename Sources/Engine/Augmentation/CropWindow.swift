import Imaging
import Runs

/// The part of an image that one crop shows, and how it is turned. The part may leave the image: what lies beyond the edge is
/// the image's reflection.
struct CropWindow {
    /// What each column of the window adds to the place of a pixel among the image's values.
    private let columns: [Int]
    /// What each row of the window adds.
    private let rows: [Int]
    /// Whether the window holds reflected pixels.
    private let isReflected: Bool
    /// Pixels of the crop for one of the image.
    let scale: Double

    /// A window at a random place for a crop of `width` x `height` pixels, turned and scaled as `augmentation` says. With
    /// `target` (column and row) it holds that pixel.
    init(
        of image: TrainingImage, width: Int, height: Int, augmentation: Augmentation, holding target: (x: Int, y: Int)?,
        using generator: inout SeededGenerator
    ) {
        let orientation = augmentation.turns ? generator.index(below: 8) : 0
        let isTransposed = orientation & 4 != 0
        let bounds = augmentation.scale
        scale =
            bounds.lowerBound < bounds.upperBound
            ? generator.uniform(bounds.lowerBound, bounds.upperBound) : bounds.lowerBound
        let across = Self.extent(isTransposed ? height : width, scale)
        let down = Self.extent(isTransposed ? width : height, scale)
        let left = Self.start(across, within: image.width, holding: target?.x, using: &generator)
        let top = Self.start(down, within: image.height, holding: target?.y, using: &generator)

        var xs = (left..<left + across).map { Self.reflected($0, image.width) }
        var ys = (top..<top + down).map { Self.reflected($0, image.height) * image.width }
        if orientation & 1 != 0 { xs.reverse() }
        if orientation & 2 != 0 { ys.reverse() }
        (columns, rows) = isTransposed ? (ys, xs) : (xs, ys)
        isReflected = left < 0 || top < 0 || left + across > image.width || top + down > image.height
    }

    private static func extent(_ size: Int, _ scale: Double) -> Int {
        max(1, Int((Double(size) / scale).rounded()))
    }

    /// The first pixel of a window of `extent` pixels along an axis of `count`: within the axis where the window fits, and
    /// otherwise so that the whole axis is within the window.
    private static func start(
        _ extent: Int, within count: Int, holding target: Int?, using generator: inout SeededGenerator
    ) -> Int {
        var (least, most) = (min(0, count - extent), max(0, count - extent))
        if let target {
            least = max(least, min(target - extent + 1, most))
            most = min(most, max(target, least))
        }
        return least + generator.index(below: most - least + 1)
    }

    /// `index` folded into `0..<count` by mirrors on the first and the last pixel.
    private static func reflected(_ index: Int, _ count: Int) -> Int {
        if index >= 0 && index < count { return index }
        if count == 1 { return 0 }
        let period = 2 * (count - 1)
        let folded = ((index % period) + period) % period
        return folded < count ? folded : period - folded
    }

    /// The window of one plane at the crop's size: the mean over the area of a pixel where it shrinks, linear where it grows.
    func crop(_ plane: Plane, width: Int, height: Int) -> Plane {
        let part = Self.gathered(plane.values, columns, rows)
        return Plane(width: columns.count, height: rows.count, values: part)
            .resized(width: width, height: height, .area)
    }

    /// The window of the labels at the crop's size: each pixel takes the label at its middle, so that labels and image stay
    /// aligned. An object and its reflection get different labels unless they touch.
    func crop(_ labels: LabelImage, width: Int, height: Int) -> LabelImage {
        let values = Self.gathered(
            labels.labels, Self.nearest(columns, count: width), Self.nearest(rows, count: height))
        let crop = LabelImage(width: width, height: height, labels: values)
        return isReflected ? crop.components(connectivity: .eight) : crop
    }

    private static func nearest(_ places: [Int], count: Int) -> [Int] {
        if places.count == count { return places }
        let step = Double(places.count) / Double(count)
        return (0..<count).map { places[min(Int((Double($0) + 0.5) * step), places.count - 1)] }
    }

    private static func gathered<Value>(_ values: [Value], _ columns: [Int], _ rows: [Int]) -> [Value] {
        values.withUnsafeBufferPointer { values in
            columns.withUnsafeBufferPointer { columns in
                [Value](unsafeUninitializedCapacity: columns.count * rows.count) { target, initialized in
                    guard var place = target.baseAddress else { return }
                    for row in rows {
                        for x in 0..<columns.count { (place + x).initialize(to: values[row + columns[x]]) }
                        place += columns.count
                    }
                    initialized = columns.count * rows.count
                }
            }
        }
    }
}
