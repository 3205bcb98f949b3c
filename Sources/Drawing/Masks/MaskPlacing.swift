import Foundation
import Imaging

/// The making of one mask: cells are drawn and put where they fit, first at random, then where room is left.
struct MaskPlacing {
    /// A 16-bit mask holds no more labels.
    static let mostCells = Int(UInt16.max)
    /// Random places tried for a cell before every free one is looked for.
    private static let tries = 30
    /// Cells in a row for which there is no place, each smaller than the last, after which the mask counts as full.
    private static let patience = 5
    /// Share of the area from which cells are placed the largest first and moved together.
    private static let crowd = 0.35
    /// Linear factor of a daughter cell: half of the mother, and grown a little.
    private static let daughter = 0.55.squareRoot()
    /// Share of the area that pasted cells can be expected to cover where it is full.
    private static let packed = 0.62

    private let settings: MaskSettings
    private let cells: DenseMasks
    private var canvas: MaskCanvas
    private var places: CellPlaces
    /// Factor of all cells' diameters, for what is grown afterwards.
    private var size = 1.0
    private let gap: Int
    /// What is to be reached, the first of both.
    private var wantedCells = Self.mostCells
    private var wantedArea = Double.infinity
    /// Area that the cells asked for have, in pixels.
    private let expectedArea: Double
    private let isCrowded: Bool
    /// Area of the cells that are placed the largest first. More would leave no place for the small ones, and with them
    /// change the sizes' distribution.
    private let crowdedArea: Double
    private var pairs = 0
    private var isFull = false

    init(_ settings: MaskSettings, cells: DenseMasks, using generator: inout SeededGenerator) {
        self.settings = settings
        self.cells = cells
        let (low, high) = (settings.scale.lowerBound, settings.scale.upperBound)
        let meanArea = max(cells.source.meanArea * (low * low + low * high + high * high) / 3, 1e-3)
        let pixels = Double(settings.width) * Double(settings.height)
        var expectedCells =
            switch settings.target {
            case .cells(let count): Double(count)
            case .cover(let share): share * pixels / meanArea
            case .full: pixels / meanArea
            }
        switch settings.target {
        case .cells(let count): wantedCells = min(max(count, 0), Self.mostCells)
        case .cover(let share) where settings.layout != .confluent: wantedArea = share * pixels
        case .cover: wantedCells = min(max(Int(expectedCells.rounded()), 1), Self.mostCells)
        case .full: break
        }
        gap =
            switch settings.spacing {
            case .gap(let gap): max(gap, 0)
            case .touching: settings.layout == .confluent ? 0 : 1
            }
        if settings.layout == .confluent {
            size = min(max((Self.packed * pixels / (max(expectedCells, 1) * meanArea)).squareRoot(), 0.3), 1.2)
        }
        expectedCells = min(expectedCells, Double(Self.mostCells))
        expectedArea = min(expectedCells * meanArea * size * size, pixels)
        // What a cell keeps free about it counts as its own.
        let radius = (meanArea / .pi).squareRoot() * size
        let room = (radius + Double(gap) / 2) / radius
        isCrowded = expectedArea * room * room > Self.crowd * pixels
        crowdedArea = min(expectedArea, Self.packed * pixels / (room * room))
        canvas = MaskCanvas(width: settings.width, height: settings.height, gap: gap)
        places = CellPlaces(settings, area: min(expectedArea * room * room, pixels), using: &generator)
    }

    private var isReached: Bool { canvas.count >= wantedCells || Double(canvas.covered) >= wantedArea }

    /// The mask as it stands.
    var mask: DenseMask {
        let count = Double(max(canvas.count, 1))
        return DenseMask(
            labels: canvas.labels, cells: canvas.count,
            cover: Double(canvas.covered) / Double(canvas.width * canvas.height),
            touching: Double(canvas.touchingCount) / count, pairs: pairs,
            isComplete: isReached || settings.target == .full)
    }

    /// The mask with its cells grown until they meet, or are as far apart as they must be.
    var grown: DenseMask {
        let radius = (expectedArea / Double(max(canvas.count, 1)) / .pi).squareRoot()
        let labels = canvas.labels.confluent(reach: Int((0.8 * radius).rounded(.up)) + gap, gap: gap)
        let count = Int(labels.maximum)
        let covered = labels.areas.values.reduce(0, +)
        return DenseMask(
            labels: labels, cells: count, cover: Double(covered) / Double(canvas.width * canvas.height),
            touching: Double(labels.touchingLabels.count) / Double(max(count, 1)), pairs: pairs,
            isComplete: count >= wantedCells || settings.target == .full)
    }

    /// Places cells until the target is reached or the mask is full.
    mutating func fill(using generator: inout SeededGenerator) {
        if isCrowded {
            let groups = crowd(using: &generator)
            var index = 0
            while index < groups.count, !isReached {
                // Where one has no place, those about as large have none either.
                index += place(groups[index], using: &generator) ? 1 : 1 + groups.count / 16
            }
        }
        var failures = 0
        while !isReached, !isFull {
            let shrinking = 1 - Double(failures) / Double(Self.patience)
            if let group = group(shrinking: shrinking, count: canvas.count, pairs: pairs, using: &generator),
                place(group, using: &generator)
            {
                failures = 0
                continue
            }
            failures += 1
            if failures >= Self.patience {
                isFull = !places.widen()
                failures = 0
            }
        }
    }

    /// The cells that are asked for, or as many as surely fit, the largest first: what is small finds a place between them.
    private func crowd(using generator: inout SeededGenerator) -> [CellGroup] {
        var (groups, area, count, pairs): ([CellGroup], Int, Int, Int) = ([], 0, 0, 0)
        while count < wantedCells, Double(area) < min(wantedArea, crowdedArea) {
            guard let group = group(shrinking: 1, count: count, pairs: pairs, using: &generator) else { break }
            groups.append(group)
            area += group.area
            count += group.parts.count
            if group.parts.count == 2 { pairs += 1 }
        }
        return groups.enumerated().sorted { ($1.element.area, $0.offset) < ($0.element.area, $1.offset) }.map(\.element)
    }

    /// A cell, or a pair of daughters where too few of `count` are; `shrinking`, 0...1, narrows the sizes to the least.
    private func group(
        shrinking: Double, count: Int, pairs: Int, using generator: inout SeededGenerator
    ) -> CellGroup? {
        let isPair =
            Double(2 * pairs) < settings.divisions * Double(count + 1) && count + 2 <= wantedCells && shrinking == 1
        for _ in 0..<10 {
            let outline = cells.outline(using: &generator)
            let (low, high) = (settings.scale.lowerBound, settings.scale.upperBound)
            let scale = size * generator.uniform(low, low + (high - low) * shrinking)
            let turn = generator.uniform(0, 2 * .pi)
            var variation = CellOutline.Variation(
                flipped: generator.happens(0.5), turn: turn, scale: scale, elastic: settings.elastic)
            if isPair {
                variation.scale *= Self.daughter
                if let pair = daughters(of: outline, variation, using: &generator) { return pair }
            } else if let shape = CellShape(filling: outline.varied(variation, using: &generator)) {
                return CellGroup([.init(shape: shape, x: 0, y: 0)])
            }
        }
        return nil
    }

    /// Two cells like mirror images, side by side across their long axes, as near as they may be.
    private func daughters(
        of outline: CellOutline, _ variation: CellOutline.Variation, using generator: inout SeededGenerator
    ) -> CellGroup? {
        // The long axes lie at the variation's turn, so the spindle lay at a right angle to it.
        let axis = variation.turn + .pi / 2
        let direction = Direction(axis)
        var mirrored = variation
        mirrored.flipped.toggle()
        mirrored.turn = 2 * axis - variation.turn + 0.15 * generator.normal()
        guard let first = CellShape(filling: outline.varied(variation, using: &generator)),
            let second = CellShape(filling: outline.varied(mirrored, using: &generator))
        else { return nil }
        let distance = min(max(gap, 1), settings.width + settings.height)
        let near = first.dilated(radiusSquared: (distance + 1) * (distance + 1) - 1)
        var bits = PixelBits(width: near.width, height: near.height)
        bits.insert(near, left: 0, top: 0)
        for step in 0...near.width + near.height + second.width + second.height {
            let (x, y) = (
                Int((Double(step) * direction.x).rounded()), Int((Double(step) * direction.y).rounded())
            )
            let (left, top) = (near.middle.x + x - second.middle.x, near.middle.y + y - second.middle.y)
            if bits.isFree(second, left: left, top: top) {
                return CellGroup([.init(shape: first, x: 0, y: 0), .init(shape: second, x: x, y: y)])
            }
        }
        return nil
    }

    /// Puts the group somewhere; false where there is no place for it.
    private mutating func place(_ group: CellGroup, using generator: inout SeededGenerator) -> Bool {
        var mayTouch = false
        if case .touching(let share) = settings.spacing, settings.layout != .confluent {
            mayTouch = canvas.count > 0 && Double(canvas.touchingCount) < share * Double(canvas.count)
            if mayTouch, let place = placeBeside(group, using: &generator) { return insert(group, place) }
        }
        for _ in 0..<Self.tries {
            let place = places.place(using: &generator)
            if canvas.admits(group, x: place.x, y: place.y, touching: false) {
                return insert(group, isCrowded ? settled(group, place, using: &generator) : place)
            }
        }
        guard let place = freePlace(group, touching: mayTouch, using: &generator) else { return false }
        return insert(group, isCrowded && !mayTouch ? settled(group, place, using: &generator) : place)
    }

    private mutating func insert(_ group: CellGroup, _ place: (x: Int, y: Int)) -> Bool {
        canvas.insert(group, x: place.x, y: place.y)
        if group.parts.count == 2 { pairs += 1 }
        return true
    }

    /// The first place outwards from some cell's middle, in a random direction, where the group touches what is there.
    private func placeBeside(_ group: CellGroup, using generator: inout SeededGenerator) -> (x: Int, y: Int)? {
        for attempt in 0..<Self.tries {
            let index = generator.index(below: canvas.count)
            // Cells that stand alone first, so that pairs and rows form before clumps do.
            if canvas.touches[index], attempt < Self.tries / 2 { continue }
            let middle = canvas.middles[index]
            let direction = Direction(generator.uniform(0, 2 * .pi))
            for step in 1..<canvas.width + canvas.height {
                let x = middle.x + Int((Double(step) * direction.x).rounded())
                let y = middle.y + Int((Double(step) * direction.y).rounded())
                guard x >= 0, y >= 0, x < canvas.width, y < canvas.height, places.weight(x: x, y: y) > 0 else { break }
                guard canvas.admits(group, x: x, y: y, touching: true) else { continue }
                if canvas.meets(group, x: x, y: y) { return (x, y) }
                break
            }
        }
        return nil
    }

    /// Some place where there is room for the group, if there is one anywhere.
    private func freePlace(
        _ group: CellGroup, touching: Bool, using generator: inout SeededGenerator
    ) -> (x: Int, y: Int)? {
        var probe = canvas.probe(group)
        let step = GoldenOrder.step(canvas.height)
        // With a gradient a place may be turned down for being sparse; then any will do.
        for isChoosy in settings.layout == .gradient ? [true, false] : [false] {
            let start = generator.index(below: canvas.height)
            for row in 0..<canvas.height {
                let y = (start + row * step) % canvas.height
                guard canvas.findFreeColumns(&probe, y: y, touching: touching) else { continue }
                let count = probe.columns.reduce(0) { $0 + $1.nonzeroBitCount }
                for _ in 0..<min(count, 6) {
                    let x = probe.columns.bit(number: generator.index(below: count))
                    let weight = places.weight(x: x, y: y)
                    guard weight > 0, !isChoosy || generator.happens(weight) else { continue }
                    if canvas.admits(group, x: x, y: y, touching: touching) { return (x, y) }
                }
            }
        }
        return nil
    }

    /// Where the group comes to lie when it is moved in a random direction, and then across that, until something is in
    /// its way; its own place where nothing near is.
    private func settled(
        _ group: CellGroup, _ place: (x: Int, y: Int), using generator: inout SeededGenerator
    ) -> (x: Int, y: Int) {
        let angle = generator.uniform(0, 2 * .pi)
        let side = generator.happens(0.5) ? 0.5 : -0.5
        var place = place
        for direction in [Direction(angle), Direction(angle + side * .pi)] {
            var last = place
            var isStopped = false
            for step in 1...2 * group.extent + 1 {
                let x = place.x + Int((Double(step) * direction.x).rounded())
                let y = place.y + Int((Double(step) * direction.y).rounded())
                guard x >= 0, y >= 0, x < canvas.width, y < canvas.height, places.weight(x: x, y: y) > 0 else { break }
                guard canvas.admits(group, x: x, y: y, touching: false) else {
                    isStopped = true
                    break
                }
                last = (x, y)
            }
            if isStopped { place = last }
        }
        return place
    }
}

extension [UInt64] {
    /// The place of the set bit with this number, from 0; one must be there.
    fileprivate func bit(number: Int) -> Int {
        var rest = number
        for (index, word) in enumerated() {
            let count = word.nonzeroBitCount
            if rest >= count {
                rest -= count
                continue
            }
            var word = word
            for _ in 0..<rest { word &= word &- 1 }
            return 64 * index + word.trailingZeroBitCount
        }
        return 0
    }
}
