import Foundation

/// Reads lines of metrics: flat JSON objects whose values are numbers or null. General JSON decoders take ten times as
/// long, and a curve may have a million points.
struct MetricsScanner {
    /// The most names told apart; values of further ones are passed over.
    static let maximumNames = 256

    /// The names seen so far but "step", in order of appearance.
    private(set) var names: [String] = []
    /// The values of the line scanned last; null is NaN.
    private(set) var values: [MetricsFollower.Value] = []
    /// The names one after the other, and where each ends.
    private var nameBytes: [UInt8] = []
    private var nameEnds: [Int] = []

    /// What stands before each number of the line scanned last and behind them all, one after the other, and where each
    /// ends. A line mostly differs from the one before in its numbers alone, and then is read twice as fast.
    private var frame: [UInt8] = []
    private var frameEnds: [Int] = []
    /// Which of its numbers is the step; nil where the line scanned last is no model for the next.
    private var stepPlace: Int?

    /// Scans one line.
    /// - Returns: its step, or nil where the line makes no sense or has no step.
    mutating func scan(_ line: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard var text = MetricsText(UnsafeRawBufferPointer(rebasing: line)) else { return nil }
        if let step = scanNumbers(text) { return step }
        values.removeAll(keepingCapacity: true)
        (frame, frameEnds, stepPlace) = ([], [], nil)
        var (step, place): (Int?, Int?)
        var isModel = true
        var end = 0
        guard text.accepts("{") else { return nil }
        repeat {
            guard let name = text.name(), text.accepts(":") else { return nil }
            text.skipSpace()
            frame.append(contentsOf: text[end..<text.position])
            guard let value = text.number() else { return nil }
            if name.count == 4, let letters = name.baseAddress, memcmp(letters, "step", 4) == 0 {
                guard step == nil, let whole = Self.step(value) else { return nil }
                (step, place) = (whole, frameEnds.count)
            } else if let known = self.place(of: name) {
                values.append(.init(name: known, value: value))
            } else {
                isModel = false
            }
            frameEnds.append(frame.count)
            end = text.position
        } while text.accepts(",")
        guard text.accepts("}"), text.isAtEnd else { return nil }
        frame.append(contentsOf: text[end..<text.count])
        if isModel { stepPlace = place }
        return step
    }

    /// Scans a line that differs from the one before in its numbers alone; nil where it does not.
    private mutating func scanNumbers(_ line: MetricsText) -> Int? {
        guard let stepPlace else { return nil }
        var text = line
        return frame.withUnsafeBufferPointer { frame in
            values.withUnsafeMutableBufferPointer { values in
                var (step, start, index): (Int?, Int, Int) = (nil, 0, 0)
                for (place, end) in frameEnds.enumerated() {
                    guard text.takes(UnsafeBufferPointer(rebasing: frame[start..<end])), let value = text.number()
                    else { return nil }
                    start = end
                    if place == stepPlace {
                        step = Self.step(value)
                    } else {
                        values[index].value = value
                        index += 1
                    }
                }
                guard text.takes(UnsafeBufferPointer(rebasing: frame[start...])), text.isAtEnd else { return nil }
                return step
            }
        }
    }

    /// A number as a step: whole, not negative, and exact as a double; nil for others.
    private static func step(_ value: Double) -> Int? {
        (0...0x1p53).contains(value) ? Int(exactly: value) : nil
    }

    /// The place of a name in `names`; lines repeat their names in order, so the next place is the likely one.
    private mutating func place(of name: UnsafeBufferPointer<UInt8>) -> Int? {
        let likely = (values.last?.name ?? -1) + 1
        if likely < nameEnds.count, isName(likely, name) { return likely }
        if let place = nameEnds.indices.first(where: { isName($0, name) }) { return place }
        guard names.count < Self.maximumNames else { return nil }
        names.append(String(decoding: name, as: UTF8.self))
        nameBytes.append(contentsOf: name)
        nameEnds.append(nameBytes.count)
        return names.count - 1
    }

    private func isName(_ place: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = place == 0 ? 0 : nameEnds[place - 1]
        guard nameEnds[place] - start == name.count else { return false }
        return nameBytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, let other = name.baseAddress else { return name.isEmpty }
            return memcmp(base + start, other, name.count) == 0
        }
    }
}

/// The tokens of one line.
private struct MetricsText {
    private let bytes: UnsafePointer<UInt8>
    let count: Int
    private(set) var position = 0

    /// nil for no bytes.
    init?(_ text: UnsafeRawBufferPointer) {
        guard let base = text.baseAddress else { return nil }
        bytes = base.assumingMemoryBound(to: UInt8.self)
        count = text.count
    }

    /// Whether only white space follows.
    var isAtEnd: Bool { (position..<count).allSatisfy { Self.isSpace(bytes[$0]) } }

    mutating func accepts(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        return takes(UInt8(ascii: character))
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        guard position < count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Whether these bytes come next; then it passes over them.
    @inline(__always)
    mutating func takes(_ expected: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count - position >= expected.count else { return false }
        if let base = expected.baseAddress, memcmp(bytes + position, base, expected.count) != 0 { return false }
        position += expected.count
        return true
    }

    subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
    }

    /// A string without escapes.
    mutating func name() -> UnsafeBufferPointer<UInt8>? {
        guard accepts("\"") else { return nil }
        let start = position
        while position < count, bytes[position] != UInt8(ascii: "\"") {
            guard bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 0x20 else { return nil }
            position += 1
        }
        guard position < count else { return nil }
        position += 1
        return UnsafeBufferPointer(start: bytes + start, count: position - 1 - start)
    }

    /// A number, or NaN for null. Up to 15 digits and a power of ten that a double holds exactly take one rounding and so
    /// are right; the rest goes to the standard library. (Its C namesake would heed the user's decimal comma.)
    mutating func number() -> Double? {
        skipSpace()
        let start = position
        if position < count, bytes[position] == UInt8(ascii: "n") {
            guard count - position >= 4, memcmp(bytes + position, "null", 4) == 0 else { return nil }
            position += 4
            return .nan
        }
        let isNegative = takes(UInt8(ascii: "-"))
        var mantissa: UInt64 = 0
        let whole = digits(into: &mantissa)
        var fraction = 0
        guard whole > 0 else { return nil }
        if takes(UInt8(ascii: ".")) {
            fraction = digits(into: &mantissa)
            guard fraction > 0 else { return nil }
        }
        var exponent = 0
        if position < count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            let isDown = takes(UInt8(ascii: "-"))
            if !isDown { _ = takes(UInt8(ascii: "+")) }
            var size: UInt64 = 0
            guard (1...4).contains(digits(into: &size)) else { return nil }
            exponent = isDown ? -Int(size) : Int(size)
        }
        let power = exponent - fraction
        if whole + fraction <= 15, abs(power) <= Self.exactPowers {
            let size = power < 0 ? Double(mantissa) / Self.power(-power) : Double(mantissa) * Self.power(power)
            return isNegative ? -size : size
        }
        let digits = UnsafeBufferPointer(start: bytes + start, count: position - start)
        return Double(String(decoding: digits, as: UTF8.self))
    }

    /// Passes over digits, taking them into `value` as long as there are few enough.
    private mutating func digits(into value: inout UInt64) -> Int {
        let start = position
        while position < count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        return position - start
    }

    mutating func skipSpace() {
        while position < count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The greatest power of ten that a double holds exactly.
    private static let exactPowers = 22

    /// 10 to a power that a double holds exactly: so are the squares on the way.
    @inline(__always)
    private static func power(_ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, 10.0, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
