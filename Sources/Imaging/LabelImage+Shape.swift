extension LabelImage {
    /// 1 on the pixels of an object of which a 4-neighbour has another label or none; the edge of the image is no outline.
    public func outlines() -> [UInt8] {
        let width = width
        let height = height
        return labels.withUnsafeBufferPointer { labels in
            [UInt8](unsafeUninitializedCapacity: labels.count) { target, initialized in
                for y in 0..<height {
                    let row = y * width
                    let above = max(y - 1, 0) * width
                    let below = min(y + 1, height - 1) * width
                    for x in 0..<width {
                        let label = labels[row + x]
                        let same =
                            labels[row + max(x - 1, 0)] == label && labels[row + min(x + 1, width - 1)] == label
                            && labels[above + x] == label && labels[below + x] == label
                        target[row + x] = label == 0 || same ? 0 : 1
                    }
                }
                initialized = labels.count
            }
        }
    }

    /// The objects without the pixels whose left, upper or upper left neighbour is not of the same object: an erosion by
    /// 2x2, which parts objects that touch. Neighbours beyond the edge count as the same.
    public func eroded2x2() -> LabelImage {
        var eroded = labels
        let width = width
        labels.withUnsafeBufferPointer { labels in
            eroded.withUnsafeMutableBufferPointer { eroded in
                for y in 0..<height {
                    let row = y * width
                    let above = max(y - 1, 0) * width
                    for x in 0..<width {
                        let left = max(x - 1, 0)
                        let label = labels[row + x]
                        if labels[row + left] != label || labels[above + x] != label || labels[above + left] != label {
                            eroded[row + x] = 0
                        }
                    }
                }
            }
        }
        return LabelImage(width: width, height: height, labels: eroded)
    }

    /// The labels resampled to another size, each pixel taking the label at its scaled place (OpenCV's INTER_NEAREST).
    public func resized(width newWidth: Int, height newHeight: Int) -> LabelImage {
        precondition(newWidth > 0 && newHeight > 0 && !labels.isEmpty, "an image has pixels")
        let columns = Self.sources(from: width, to: newWidth)
        let rows = Self.sources(from: height, to: newHeight)
        var resized = LabelImage(width: newWidth, height: newHeight)
        labels.withUnsafeBufferPointer { labels in
            resized.labels.withUnsafeMutableBufferPointer { target in
                for y in 0..<newHeight {
                    let row = rows[y] * width
                    for x in 0..<newWidth { target[y * newWidth + x] = labels[row + columns[x]] }
                }
            }
        }
        return resized
    }

    private static func sources(from old: Int, to new: Int) -> [Int] {
        let scale = 1 / (Double(new) / Double(old))
        return (0..<new).map { min(Int(Double($0) * scale), old - 1) }
    }

    /// The part of the image in `box`, which must lie within it; objects keep their labels.
    public func cropped(to box: Box) -> LabelImage {
        precondition(box.x >= 0 && box.y >= 0 && box.width >= 0 && box.height >= 0)
        precondition(box.x + box.width <= width && box.y + box.height <= height, "the box leaves the image")
        var cropped = [Int32]()
        cropped.reserveCapacity(box.width * box.height)
        for y in box.y..<box.y + box.height {
            let start = y * width + box.x
            cropped.append(contentsOf: labels[start..<start + box.width])
        }
        return LabelImage(width: box.width, height: box.height, labels: cropped)
    }
}
