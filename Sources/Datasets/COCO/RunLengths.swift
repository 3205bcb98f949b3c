import Imaging

/// COCO's run lengths: background and object by turns, beginning with background, column by column.
enum RunLengths {
    /// Decodes the compressed form: each number in groups of five bits, the lowest first, each in a character from "0" on
    /// whose sixth bit says that more follow; from the fourth number on, the difference to the number two before.
    /// Nil where the text is none, or a number is negative or does not fit.
    static func decoded(_ text: [UInt8]) -> [Int]? {
        var counts: [Int] = []
        var place = 0
        while place < text.count {
            var value = 0
            var shift = 0
            while true {
                guard place < text.count, (48...111).contains(text[place]), shift < 60 else { return nil }
                let group = Int(text[place]) - 48
                value |= (group & 31) << shift
                place += 1
                shift += 5
                if group & 32 == 0 {
                    // The highest bit of the last group is the sign.
                    if group & 16 != 0 { value |= -1 << shift }
                    break
                }
            }
            if counts.count > 2 {
                let (sum, overflow) = value.addingReportingOverflow(counts[counts.count - 2])
                guard !overflow else { return nil }
                value = sum
            }
            guard value >= 0 else { return nil }
            counts.append(value)
        }
        return counts
    }

    /// The compressed form of run lengths.
    static func encoded(_ counts: [Int]) -> String {
        var text: [UInt8] = []
        for (index, count) in counts.enumerated() {
            var value = index > 2 ? count - counts[index - 2] : count
            while true {
                let group = value & 31
                value >>= 5
                // Done when what is left repeats the sign bit of this group.
                let isLast = value == (group & 16 != 0 ? -1 : 0)
                text.append(UInt8(truncatingIfNeeded: (isLast ? group : group | 32) + 48))
                if isLast { break }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension LabelImage {
    /// The run lengths of every object by label, in one pass over the columns.
    var runLengths: [(label: Int32, counts: [Int])] {
        /// Where an object's last run ended, and the runs so far.
        struct Runs {
            var counts: [Int] = []
            var end = 0
        }
        var table: [Int32: Runs] = [:]
        labels.withUnsafeBufferPointer { labels in
            var current: Int32 = 0
            var start = 0
            func close(at place: Int) {
                guard current != 0 else { return }
                var runs = table[current] ?? Runs()
                if runs.end == start, let last = runs.counts.indices.last {
                    runs.counts[last] += place - start
                } else {
                    runs.counts += [start - runs.end, place - start]
                }
                runs.end = place
                table[current] = runs
            }
            var place = 0
            for x in 0..<width {
                var at = x
                for _ in 0..<height {
                    if labels[at] != current {
                        close(at: place)
                        (current, start) = (labels[at], place)
                    }
                    place += 1
                    at += width
                }
            }
            close(at: place)
        }
        let total = width * height
        return table.sorted { $0.key < $1.key }.map { label, runs in
            (label, runs.end < total ? runs.counts + [total - runs.end] : runs.counts)
        }
    }
}
