extension LabelImage {
    /// The largest label, 0 where all is background.
    public var maximum: Int32 {
        labels.withUnsafeBufferPointer { labels in
            var top: Int32 = 0
            for label in labels { top = max(top, label) }
            return top
        }
    }

    /// 1 where there is an object, 0 elsewhere.
    public var foreground: [UInt8] { mapPixels(labels) { $0 == 0 ? 0 : 1 } }

    /// The distinct labels other than 0, ascending.
    public var presentLabels: [Int32] { areas.keys.sorted() }

    /// Pixels of every object, by label.
    public var areas: [Int32: Int] {
        objects.mapValues(\.area)
    }

    /// Pixels of every object's connected pieces, the largest first, by label; pixels that share a corner are connected.
    public var pieces: [Int32: [Int]] {
        let components = components(connectivity: .eight)
        let areas = components.areas
        var pieces: [Int32: [Int]] = [:]
        // Components are numbered in the order of their first pixels.
        var next: Int32 = 1
        for (label, component) in zip(labels, components.labels) where component == next {
            pieces[label, default: []].append(areas[component] ?? 0)
            next += 1
        }
        return pieces.mapValues { $0.sorted(by: >) }
    }

    /// A rectangle of pixels.
    public struct Box: Equatable, Sendable {
        /// Leftmost column.
        public var x: Int
        /// Topmost row.
        public var y: Int
        public var width: Int
        public var height: Int

        public init(x: Int, y: Int, width: Int, height: Int) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
        }
    }

    /// The smallest rectangle around every object, by label.
    public var boundingBoxes: [Int32: Box] {
        objects.mapValues {
            Box(
                x: Int($0.left), y: Int($0.top), width: Int($0.right - $0.left) + 1,
                height: Int($0.bottom - $0.top) + 1)
        }
    }

    private struct Extent {
        var area = 0
        var left: Int32
        var right: Int32
        var top: Int32
        var bottom: Int32
    }

    /// Area and extent by label. Runs of one label touch the table once, which keeps a dictionary quick enough.
    private var objects: [Int32: Extent] {
        var table: [Int32: Extent] = [:]
        forEachRun { label, y, start, end in
            let (left, right, row) = (Int32(start), Int32(end - 1), Int32(y))
            var extent = table[label] ?? Extent(left: left, right: right, top: row, bottom: row)
            extent.area += end - start
            extent.left = min(extent.left, left)
            extent.right = max(extent.right, right)
            extent.bottom = row
            table[label] = extent
        }
        return table
    }

    /// Calls `body` with label, row, first and one past the last column of each run of one label other than 0.
    @inline(__always)
    func forEachRun(_ body: (Int32, Int, Int, Int) -> Void) {
        labels.withUnsafeBufferPointer { labels in
            for y in 0..<height {
                let row = y * width
                var x = 0
                while true {
                    let start = runEnd(of: 0, in: labels, row: row, from: x, to: width)
                    if start == width { break }
                    let label = labels[row + start]
                    x = runEnd(of: label, in: labels, row: row, from: start + 1, to: width)
                    body(label, y, start, x)
                }
            }
        }
    }

    /// The objects numbered 1, 2, ... in the order of their first pixels, row by row.
    public func relabelled() -> LabelImage {
        var numbers: [Int32: Int32] = [:]
        return mapRuns { label in
            if let number = numbers[label] { return number }
            let number = Int32(numbers.count) + 1
            numbers[label] = number
            return number
        }
    }

    /// The image without the objects of fewer than `minimumArea` pixels; the others keep their labels.
    public func removingSmall(minimumArea: Int) -> LabelImage {
        let small = areas.filter { $0.value < minimumArea }
        if small.isEmpty { return self }
        return mapRuns { small[$0] == nil ? $0 : 0 }
    }

    /// Every run's label replaced by what `transform` makes of it.
    private func mapRuns(_ transform: (Int32) -> Int32) -> LabelImage {
        let changed = [Int32](unsafeUninitializedCapacity: labels.count) { target, initialized in
            target.update(repeating: 0)
            forEachRun { label, y, start, end in
                let new = transform(label)
                let row = y * width
                for x in start..<end { target[row + x] = new }
            }
            initialized = labels.count
        }
        return LabelImage(width: width, height: height, labels: changed)
    }
}
