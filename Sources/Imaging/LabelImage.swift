/// Instance labels of an image: 0 is background, every other number names one object.
public struct LabelImage: Equatable, Sendable {
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int
    /// `width * height` labels, row by row; never negative.
    public var labels: [Int32]

    /// A label image; without labels, all background.
    public init(width: Int, height: Int, labels: [Int32]? = nil) {
        precondition(labels.map { $0.count == width * height } ?? true, "label count does not fit the size")
        self.width = width
        self.height = height
        self.labels = labels ?? [Int32](repeating: 0, count: width * height)
    }

    /// The label at column `x`, row `y`.
    public subscript(x: Int, y: Int) -> Int32 {
        get { labels[y * width + x] }
        set { labels[y * width + x] = newValue }
    }
}
