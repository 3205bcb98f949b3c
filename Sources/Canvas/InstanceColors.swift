import Imaging

/// Colours for the objects of a label image, such that neighbours never share one.
public struct InstanceColors: Sendable {
    /// Objects this many pixels apart, or nearer, along a row or a column are neighbours.
    static let reach = 4

    private let indices: [Int32: Int]

    /// Colours the neighbourhood graph greedily, in the order of the labels; each label starts looking at a colour of
    /// its own among the first six, which every terminal tells apart.
    public init(_ labels: LabelImage) {
        let neighbours = Self.neighbours(in: labels)
        var indices: [Int32: Int] = [:]
        for label in neighbours.keys.sorted() {
            let taken = Set((neighbours[label] ?? []).compactMap { indices[$0] })
            let start = Int(label - 1) % 6
            let among6 = (0..<6).map { (start + $0) % 6 }.first { !taken.contains($0) }
            indices[label] = among6 ?? (6...).first { !taken.contains($0) } ?? 0
        }
        self.indices = indices
    }

    /// The number of the label's colour: 0 and up, equal only for labels that are not neighbours; nil for background.
    public func index(of label: Int32) -> Int? { indices[label] }

    /// The label's colour; black for background.
    public func color(of label: Int32) -> RGB { indices[label].map(Self.color) ?? RGB(0, 0, 0) }

    /// Colour number `index`: 12 chosen ones, the first six distinct in the ANSI colours, then hues a golden angle apart.
    public static func color(_ index: Int) -> RGB {
        if index < chosen.count { return chosen[index] }
        let hue = (Float(index) * 0.618034).truncatingRemainder(dividingBy: 1) * 6
        let light: Float = index % 2 == 0 ? 235 : 165
        func channel(_ offset: Float) -> Float {
            let place = (hue + offset).truncatingRemainder(dividingBy: 6)
            return light * (1 - 0.75 * max(0, min(1, min(place, 4 - place))))
        }
        return RGB(SIMD4(channel(5), channel(3), channel(1), 0))
    }

    private static let chosen = [
        RGB(240, 60, 50), RGB(60, 210, 70), RGB(90, 110, 255), RGB(245, 225, 40), RGB(230, 50, 230), RGB(40, 215, 225),
        RGB(255, 150, 40), RGB(150, 90, 40), RGB(170, 240, 160), RGB(255, 165, 190), RGB(120, 60, 190),
        RGB(20, 130, 110),
    ]

    /// Every object's neighbours.
    static func neighbours(in image: LabelImage) -> [Int32: Set<Int32>] {
        var pairs: [Int32: Set<Int32>] = [:]
        var last: (Int32, Int32) = (0, 0)
        func meet(_ one: Int32, _ other: Int32) {
            guard one != other, other != 0, last != (one, other) else { return }
            last = (one, other)
            pairs[one, default: []].insert(other)
            pairs[other, default: []].insert(one)
        }
        let width = image.width
        // The last object met in each column, and the row where.
        var above = [(label: Int32, row: Int)](repeating: (0, 0), count: width)
        var seen: Int32 = 0
        image.labels.withUnsafeBufferPointer { labels in
            for y in 0..<image.height {
                var left: (label: Int32, column: Int) = (0, 0)
                for x in 0..<width {
                    let label = labels[y * width + x]
                    guard label != 0 else { continue }
                    let over = (y - 1) * width + x
                    // Within an object, where most labelled pixels are, there is nothing to meet.
                    if y > 0, left == (label, x - 1), labels[over] == label, x + 1 < width, labels[over - 1] == label,
                        labels[over + 1] == label
                    {
                        left.column = x
                        above[x].row = y
                        continue
                    }
                    if label != seen, pairs[label] == nil { pairs[label] = [] }
                    seen = label
                    if x - left.column <= reach { meet(label, left.label) }
                    if y - above[x].row <= reach { meet(label, above[x].label) }
                    if y > 0, x > 0 { meet(label, labels[(y - 1) * width + x - 1]) }
                    if y > 0, x + 1 < width { meet(label, labels[(y - 1) * width + x + 1]) }
                    left = (label, x)
                    above[x] = (label, y)
                }
            }
        }
        return pairs
    }
}
