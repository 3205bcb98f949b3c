/// One channel of an image as floats, the form in which images are filtered, resampled and handed to the engine; an image of
/// several channels is an array of planes of one size.
public struct Plane: Equatable, Sendable {
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int
    /// `width * height` values, row by row.
    public var values: [Float]

    /// A plane of the given values, which must fit the size.
    public init(width: Int, height: Int, values: [Float]) {
        precondition(values.count == width * height, "value count does not fit the size")
        self.width = width
        self.height = height
        self.values = values
    }

    /// The value at column `x`, row `y`.
    public subscript(x: Int, y: Int) -> Float {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }

    /// The part of the plane in `box`, which must lie within it.
    public func cropped(to box: LabelImage.Box) -> Plane {
        precondition(box.x >= 0 && box.y >= 0 && box.width >= 0 && box.height >= 0)
        precondition(box.x + box.width <= width && box.y + box.height <= height, "the box leaves the plane")
        var cropped = [Float]()
        cropped.reserveCapacity(box.width * box.height)
        for y in box.y..<box.y + box.height {
            let start = y * width + box.x
            cropped.append(contentsOf: values[start..<start + box.width])
        }
        return Plane(width: box.width, height: box.height, values: cropped)
    }
}

extension Image {
    /// The colour channels as planes, alpha left out, scaled as `floats(channel:)` scales. Grey that is stored as colour
    /// gives one plane.
    public func planes() -> [Plane] {
        let count = isGreyStoredAsColour ? 1 : colourChannels
        return (0..<count).map { Plane(width: width, height: height, values: floats(channel: $0)) }
    }

    /// The image in grey: one channel as it is, three as luminance (ITU-R BT.601: 0.299, 0.587, 0.114), another number
    /// of channels as their mean. Scaled as `floats(channel:)` scales.
    public func luminance() -> Plane {
        let planes = planes()
        if planes.count == 1 { return planes[0] }
        let weights: [Float] =
            planes.count == 3
            ? [0.299, 0.587, 0.114] : [Float](repeating: 1 / Float(planes.count), count: planes.count)
        var sum = [Float](repeating: 0, count: width * height)
        for (plane, weight) in zip(planes, weights) {
            plane.values.withUnsafeBufferPointer { values in
                sum.withUnsafeMutableBufferPointer { sum in
                    add(values, from: 0, values.count, times: weight, to: sum, at: 0)
                }
            }
        }
        return Plane(width: width, height: height, values: sum)
    }
}
