/// The colour pairs that ncurses was given: it takes two colours by the number of a pair.
struct PairCache {
    private struct Colors: Hashable {
        let foreground: Int32
        let background: Int32
    }

    /// Numbers from 1 to below this may be given out.
    private let limit: Int32
    private var numbers: [Colors: Int32] = [:]

    init(limit: Int32) { self.limit = limit }

    /// The number of a pair, -1 being the default colour; `define` is called for those not yet known. Pair 0, the default
    /// colours, where there are no more.
    mutating func number(_ foreground: Int32, _ background: Int32, define: (Int32) -> Bool) -> Int32 {
        if foreground < 0, background < 0 { return 0 }
        let colors = Colors(foreground: foreground, background: background)
        if let number = numbers[colors] { return number }
        let next = Int32(numbers.count) + 1
        guard next < limit, define(next) else { return 0 }
        numbers[colors] = next
        return next
    }

    /// Whether so few are left that the next frame should begin anew. Within a frame none is given other colours: ncurses
    /// would repaint the cells that have it.
    var isNearlyFull: Bool { Int32(numbers.count) > limit - max(limit / 4, 8) }

    mutating func forget() { numbers.removeAll(keepingCapacity: true) }
}
