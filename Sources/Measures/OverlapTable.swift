import Imaging

/// Which objects of two label images overlap and by how much: the sparse table that every score is computed from.
///
/// Objects are numbered by rank: the n-th smallest label of an image is object n, counted from 0.
public struct OverlapTable: Equatable, Sendable {
    /// Two objects that share pixels.
    public struct Overlap: Equatable, Sendable {
        /// Rank of the true object.
        public let truth: Int
        /// Rank of the predicted object.
        public let predicted: Int
        /// Pixels both cover; at least 1.
        public let pixels: Int
        /// Intersection over union of the two, in (0, 1].
        public let iou: Double
    }

    /// Labels of the true objects, ascending.
    public let truthLabels: [Int32]
    /// Labels of the predicted objects, ascending.
    public let predictedLabels: [Int32]
    /// Pixels of each true object.
    public let truthAreas: [Int]
    /// Pixels of each predicted object.
    public let predictedAreas: [Int]
    /// Every pair of objects that shares pixels, ordered by true, then by predicted object.
    public let overlaps: [Overlap]

    /// Compares two label images of the same size pixel by pixel, in time linear in the pixels, whatever the labels.
    /// - Throws: `InputError` if the sizes differ; `name` says whose.
    public init(truth: LabelImage, predicted: LabelImage, name: String = "prediction") throws {
        guard truth.width == predicted.width, truth.height == predicted.height else {
            throw InputError(
                name,
                "is \(predicted.width)x\(predicted.height) pixels, but its truth is \(truth.width)x\(truth.height)",
                advice: "compare images of the same size")
        }
        var runs = Runs(truth.labels, predicted.labels)
        truthLabels = rankLabels(&runs.truth)
        predictedLabels = rankLabels(&runs.predicted)

        // From here on the runs hold ranks counted from 1; 0 is still background.
        var truthAreas = [Int](repeating: 0, count: truthLabels.count)
        var predictedAreas = [Int](repeating: 0, count: predictedLabels.count)
        for index in runs.pixels.indices {
            let (truth, predicted) = (Int(runs.truth[index]), Int(runs.predicted[index]))
            if truth > 0 { truthAreas[truth - 1] += runs.pixels[index] }
            if predicted > 0 { predictedAreas[predicted - 1] += runs.pixels[index] }
        }
        overlaps = Self.overlaps(of: runs, truthAreas: truthAreas, predictedAreas: predictedAreas)
        self.truthAreas = truthAreas
        self.predictedAreas = predictedAreas
    }

    /// Sums the runs that lie in an object of both images: sorted into buckets by true object, then counted in one
    /// row of counters that is reused, so that neither a hash nor a full table is needed.
    private static func overlaps(of runs: Runs, truthAreas: [Int], predictedAreas: [Int]) -> [Overlap] {
        // Bucket r, the runs of the true object of rank r (from 1), is starts[r]..<starts[r + 1].
        var starts = [Int](repeating: 0, count: truthAreas.count + 2)
        for index in runs.pixels.indices where runs.truth[index] > 0 && runs.predicted[index] > 0 {
            starts[Int(runs.truth[index]) + 1] += 1
        }
        for rank in starts.indices.dropFirst() { starts[rank] += starts[rank - 1] }
        var places = starts
        var order = [Int](repeating: 0, count: starts[truthAreas.count + 1])
        for index in runs.pixels.indices where runs.truth[index] > 0 && runs.predicted[index] > 0 {
            let rank = Int(runs.truth[index])
            order[places[rank]] = index
            places[rank] += 1
        }

        var overlaps: [Overlap] = []
        var counters = [Int](repeating: 0, count: predictedAreas.count)
        var touched: [Int] = []
        for truth in truthAreas.indices {
            for index in order[starts[truth + 1]..<starts[truth + 2]] {
                let predicted = Int(runs.predicted[index]) - 1
                if counters[predicted] == 0 { touched.append(predicted) }
                counters[predicted] += runs.pixels[index]
            }
            touched.sort()
            for predicted in touched {
                let pixels = counters[predicted]
                let union = truthAreas[truth] + predictedAreas[predicted] - pixels
                overlaps.append(
                    Overlap(truth: truth, predicted: predicted, pixels: pixels, iou: Double(pixels) / Double(union)))
                counters[predicted] = 0
            }
            touched.removeAll(keepingCapacity: true)
        }
        return overlaps
    }
}

/// Neighbouring pixels with the same label in the one image and the same in the other, in order; runs that are
/// background in both are left out.
private struct Runs {
    var truth: [Int32] = []
    var predicted: [Int32] = []
    var pixels: [Int] = []

    /// The runs of two images with the same number of pixels.
    init(_ truth: [Int32], _ predicted: [Int32]) {
        self.truth.reserveCapacity(truth.count / 16)
        self.predicted.reserveCapacity(truth.count / 16)
        pixels.reserveCapacity(truth.count / 16)
        truth.withUnsafeBytes { truthBytes in
            predicted.withUnsafeBytes { predictedBytes in
                var position = 0
                while position < truth.count {
                    let start = position
                    let offset = start * MemoryLayout<Int32>.stride
                    let first = truthBytes.load(fromByteOffset: offset, as: Int32.self)
                    let second = predictedBytes.load(fromByteOffset: offset, as: Int32.self)
                    position = Self.end(of: first, second, from: start, truthBytes, predictedBytes)
                    if first | second != 0 {
                        self.truth.append(first)
                        self.predicted.append(second)
                        pixels.append(position - start)
                    }
                }
            }
        }
    }

    /// The first pixel from `start` on that has not both labels, or the number of pixels.
    @inline(__always)
    private static func end(
        of first: Int32, _ second: Int32, from start: Int,
        _ truth: UnsafeRawBufferPointer, _ predicted: UnsafeRawBufferPointer
    ) -> Int {
        let stride = MemoryLayout<Int32>.stride
        let count = truth.count / stride
        var position = start
        // Two pixels at a time, each label doubled into one word.
        let firstTwice = UInt64(UInt32(bitPattern: first)) &* 0x1_0000_0001
        let secondTwice = UInt64(UInt32(bitPattern: second)) &* 0x1_0000_0001
        while position + 2 <= count {
            let these = truth.loadUnaligned(fromByteOffset: position &* stride, as: UInt64.self)
            let those = predicted.loadUnaligned(fromByteOffset: position &* stride, as: UInt64.self)
            let differences = UInt64(littleEndian: (these ^ firstTwice) | (those ^ secondTwice))
            if differences != 0 { return position + differences.trailingZeroBitCount / 32 }
            position += 2
        }
        // At most one pixel is left.
        if position < count, truth.load(fromByteOffset: position * stride, as: Int32.self) == first,
            predicted.load(fromByteOffset: position * stride, as: Int32.self) == second
        {
            position += 1
        }
        return position
    }
}

/// Replaces labels by their ranks among the labels present, counted from 1 (background stays 0), and returns the labels
/// present, ascending.
func rankLabels(_ labels: inout [Int32]) -> [Int32] {
    guard let maximum = labels.max(), maximum > 0 else { return [] }
    // A table over all labels up to the largest, unless it would be out of proportion to what it serves.
    guard Int(maximum) <= max(1 << 16, 4 * labels.count) else {
        let present = Set(labels).filter { $0 > 0 }.sorted()
        let ranks = Dictionary(uniqueKeysWithValues: zip(present, Int32(1)...))
        for index in labels.indices { labels[index] = ranks[labels[index]] ?? 0 }
        return present
    }
    var ranks = [Int32](repeating: 0, count: Int(maximum) + 1)
    for label in labels where label > 0 { ranks[Int(label)] = 1 }
    var present: [Int32] = []
    for label in 1...Int(maximum) where ranks[label] != 0 {
        present.append(Int32(label))
        ranks[label] = Int32(present.count)
    }
    for index in labels.indices { labels[index] = labels[index] > 0 ? ranks[Int(labels[index])] : 0 }
    return present
}
