import Imaging

extension MaskFiles {
    /// Merges one binary mask for every object, in order.
    static func readObjects(_ paths: [String]) throws -> Mask {
        guard let first = paths.first else { throw InputError("masks", "hold no file") }
        var merged: LabelImage?
        var contested = 0
        var lost: [String] = []
        var next: Int32 = 1
        for path in paths {
            let object = try ImageFile.read(path, as: .stored)
            var labels = merged ?? LabelImage(width: object.width, height: object.height)
            merged = nil
            guard object.width == labels.width, object.height == labels.height else {
                throw InputError(
                    path,
                    "is \(object.width)x\(object.height) pixels, but \(first) is \(labels.width)x\(labels.height)",
                    advice: "the masks of one image must have one size")
            }
            let painted: (new: Int, contested: Int)
            if object.channels == 1, case .uint8(let samples) = object.samples {
                painted = labels.paint(next, where: samples)
            } else {
                painted = labels.paint(next, where: try LabelImage(image: object, name: path).labels)
            }
            contested += painted.contested
            if painted.new > 0 { next += 1 } else { lost.append(path) }
            merged = labels
        }
        return Mask(
            labels: merged ?? LabelImage(width: 0, height: 0), encoding: .objectFiles, contestedPixels: contested,
            lostObjects: lost)
    }
}

extension LabelImage {
    /// Gives background pixels `label` where `samples`, one a pixel, are not 0; counts those and the ones already taken.
    mutating func paint<Sample: FixedWidthInteger>(
        _ label: Int32, where samples: [Sample]
    ) -> (new: Int, contested: Int) {
        var (new, contested) = (0, 0)
        samples.withUnsafeBytes { bytes in
            labels.withUnsafeMutableBufferPointer { labels in
                func visit(_ pixels: Range<Int>) {
                    for pixel in pixels
                    where bytes.load(fromByteOffset: pixel * MemoryLayout<Sample>.stride, as: Sample.self) != 0 {
                        if labels[pixel] == 0 {
                            labels[pixel] = label
                            new += 1
                        } else {
                            contested += 1
                        }
                    }
                }
                // An object is a small part of its file: empty stretches are skipped 64 bytes at a time.
                let stretch = 64
                let pixels = stretch / MemoryLayout<Sample>.stride
                let whole = bytes.count / stretch
                for index in 0..<whole {
                    let part = bytes.loadUnaligned(fromByteOffset: index * stretch, as: SIMD8<UInt64>.self)
                    if part != .zero { visit(index * pixels..<(index + 1) * pixels) }
                }
                visit(whole * pixels..<labels.count)
            }
        }
        return (new, contested)
    }
}
