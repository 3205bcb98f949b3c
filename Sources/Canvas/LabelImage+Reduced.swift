import Imaging

extension LabelImage {
    /// The labels at another size: of each target pixel the label that covers most of it (an object before background,
    /// the lower label before the higher where they cover the same); the nearest pixel's where the target is no smaller.
    func reduced(width targetWidth: Int, height targetHeight: Int) -> LabelImage {
        func bounds(_ source: Int, _ target: Int) -> [Range<Int>] {
            (0..<target).map { index in
                let nearest = min(source - 1, (2 * index + 1) * source / (2 * target))
                if target >= source { return nearest..<nearest + 1 }
                return (2 * index * source + target) / (2 * target)..<(2 * (index + 1) * source + target) / (2 * target)
            }
        }
        let columns = bounds(width, targetWidth)
        var result = [Int32]()
        result.reserveCapacity(targetWidth * targetHeight)
        var counts: [(label: Int32, count: Int)] = []
        labels.withUnsafeBufferPointer { labels in
            for rows in bounds(height, targetHeight) {
                for columns in columns {
                    counts.removeAll(keepingCapacity: true)
                    var place = -1
                    for y in rows {
                        for x in columns {
                            let label = labels[y * width + x]
                            if place < 0 || counts[place].label != label {
                                place = counts.firstIndex { $0.label == label } ?? -1
                                if place < 0 {
                                    place = counts.count
                                    counts.append((label, 0))
                                }
                            }
                            counts[place].count += 1
                        }
                    }
                    result.append(counts.min(by: Self.isBefore)?.label ?? 0)
                }
            }
        }
        return LabelImage(width: targetWidth, height: targetHeight, labels: result)
    }

    private static func isBefore(_ one: (label: Int32, count: Int), _ other: (label: Int32, count: Int)) -> Bool {
        if one.count != other.count { return one.count > other.count }
        if (one.label == 0) != (other.label == 0) { return other.label == 0 }
        return one.label < other.label
    }
}
