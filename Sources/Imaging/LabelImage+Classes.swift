extension LabelImage {
    /// What a network learns a pixel to be: 0 background, 1 object and, with `border`, 2 the object's rim, which keeps
    /// touching objects apart. A pixel is rim if its 3x3 neighbourhood (cut off at the edge) holds another label or
    /// background, so where a grey dilation and a grey erosion differ.
    public func classes(border: Bool) -> [UInt8] {
        border ? rimClasses() : foreground
    }

    private func rimClasses() -> [UInt8] {
        if labels.isEmpty { return [] }
        let width = width
        let height = height
        return labels.withUnsafeBufferPointer { labels in
            // 1 where a pixel's row neighbours have its own label; a neighbour beyond the edge agrees.
            let sameInRow = UnsafeMutablePointer<UInt8>.allocate(capacity: labels.count + 1)
            defer { sameInRow.deallocate() }
            for y in 0..<height {
                let row = UnsafeBufferPointer(rebasing: labels[y * width..<(y + 1) * width])
                let same = sameInRow + y * width
                // The edges apart, so that the compiler makes vectors of the rest.
                same[0] = row[0] == row[min(1, width - 1)] ? 1 : 0
                same[width - 1] = row[width - 1] == row[max(width - 2, 0)] ? 1 : 0
                var x = 1
                while x < width &- 1 {
                    let label = row[x]
                    same[x] = (label == row[x &- 1] ? 1 : 0) & (label == row[x &+ 1] ? 1 : 0)
                    x &+= 1
                }
            }
            return [UInt8](unsafeUninitializedCapacity: labels.count) { target, initialized in
                for y in 0..<height {
                    let above = max(y - 1, 0) * width
                    let below = min(y + 1, height - 1) * width
                    let here = y * width
                    var x = 0
                    while x < width {
                        let label = labels[here &+ x]
                        let rows = sameInRow[above &+ x] & sameInRow[here &+ x] & sameInRow[below &+ x]
                        let columns: UInt8 =
                            (labels[above &+ x] == label ? 1 : 0) & (labels[below &+ x] == label ? 1 : 0)
                        target[here &+ x] = label == 0 ? 0 : 2 &- (rows & columns)
                        x &+= 1
                    }
                }
                initialized = labels.count
            }
        }
    }

    /// The objects grown over `mask` (`width * height`, not 0 where growing is allowed): a pixel without a label takes that
    /// of the nearest labelled pixel nearer than `maximumDistance` (Euclidean, in pixels). Of equally near ones the
    /// nearest column, then the left one, then the upper one decides. Labelled pixels keep their labels.
    public func grown(into mask: [UInt8], maximumDistance: Int) -> LabelImage {
        precondition(mask.count == labels.count, "mask does not fit the size")
        guard maximumDistance > 1, !labels.isEmpty else { return self }
        let width = width
        let height = height
        let reach = maximumDistance - 1
        let offsets = nearestOffsetsInColumns(reach: reach)
        var grown = labels
        offsets.withUnsafeBufferPointer { offsets in
            labels.withUnsafeBufferPointer { labels in
                mask.withUnsafeBufferPointer { mask in
                    grown.withUnsafeMutableBufferPointer { grown in
                        for y in 0..<height {
                            let row = y * width
                            for x in 0..<width where labels[row + x] == 0 && mask[row + x] != 0 {
                                var best = maximumDistance * maximumDistance
                                var place = -1
                                func consider(_ column: Int, _ across: Int) {
                                    let down = Int(offsets[row + column])
                                    let distance = across * across + down * down
                                    if distance < best {
                                        best = distance
                                        place = row + column + down * width
                                    }
                                }
                                consider(x, 0)
                                var across = 1
                                while across <= reach, across * across < best {
                                    if x >= across { consider(x - across, across) }
                                    if x + across < width { consider(x + across, across) }
                                    across += 1
                                }
                                if place >= 0 { grown[row + x] = labels[place] }
                            }
                        }
                    }
                }
            }
        }
        return LabelImage(width: width, height: height, labels: grown)
    }

    /// The objects grown the same way over all that is not labelled.
    public func grown(maximumDistance: Int) -> LabelImage {
        grown(into: [UInt8](repeating: 1, count: labels.count), maximumDistance: maximumDistance)
    }

    /// For every pixel how many rows down (negative: up) the nearest label in its column is; beyond `reach` a number
    /// whose square is larger than any distance asked for.
    private func nearestOffsetsInColumns(reach: Int) -> [Int32] {
        let width = width
        let height = height
        let none = Int32(clamping: reach + 1)
        return labels.withUnsafeBufferPointer { labels in
            [Int32](unsafeUninitializedCapacity: labels.count) { offsets, initialized in
                for i in 0..<labels.count {
                    let up = i >= width ? offsets[i - width] : -none
                    offsets[i] = labels[i] != 0 ? 0 : max(up &- 1, -none)
                }
                for i in stride(from: width * (height - 1) - 1, through: 0, by: -1) {
                    let down = offsets[i + width]
                    // Only what lies below counts here: a nearest label above the pixel below is above this one too.
                    guard offsets[i] != 0, down >= 0, down < none else { continue }
                    if down + 1 < -offsets[i] { offsets[i] = down + 1 }
                }
                initialized = labels.count
            }
        }
    }
}
