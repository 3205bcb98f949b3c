/// Reads lines of metrics: flat JSON objects whose values are numbers or null. General JSON decoders take ten times as
/// long, and a curve may have a million points.
struct MetricsScanner {
    /// One value of a line.
    struct Value {
        /// The place of the name in `names`.
        var name: Int
        var value: Double
    }

    /// The most names told apart; values of further ones are passed over.
    static let maximumNames = 256

    /// The names seen so far but "step", in order of appearance.
    private(set) var names: [String] = []
    /// The values of the line scanned last; null is NaN.
    private(set) var values: [Value] = []
    private var nameBytes: [[UInt8]] = []

    /// Scans one line.
    /// - Returns: its step, or nil where the line makes no sense or has no step.
    mutating func scan(_ line: Slice<UnsafeRawBufferPointer>) -> Int? {
        values.removeAll(keepingCapacity: true)
        var text = MetricsText(UnsafeRawBufferPointer(rebasing: line))
        var step: Int?
        guard text.accepts("{") else { return nil }
        repeat {
            guard let name = text.name(), text.accepts(":"), let value = text.number() else { return nil }
            if name.elementsEqual("step".utf8) {
                guard step == nil, let whole = Int(exactly: value) else { return nil }
                step = whole
            } else if let place = place(of: name) {
                values.append(Value(name: place, value: value))
            }
        } while text.accepts(",")
        guard text.accepts("}"), text.isAtEnd else { return nil }
        return step
    }

    /// The place of a name in `names`; lines repeat their names in order, so the next place is the likely one.
    private mutating func place(of name: UnsafeRawBufferPointer) -> Int? {
        let likely = (values.last?.name ?? -1) + 1
        if likely < nameBytes.count, Self.equal(nameBytes[likely], name) { return likely }
        if let place = nameBytes.firstIndex(where: { Self.equal($0, name) }) { return place }
        guard names.count < Self.maximumNames else { return nil }
        names.append(String(decoding: name, as: UTF8.self))
        nameBytes.append(Array(name))
        return names.count - 1
    }

    private static func equal(_ bytes: [UInt8], _ other: UnsafeRawBufferPointer) -> Bool {
        bytes.count == other.count && bytes.withUnsafeBytes { $0.elementsEqual(other) }
    }
}

/// The tokens of one line.
private struct MetricsText {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether only white space follows.
    var isAtEnd: Bool { bytes[position...].allSatisfy(Self.isSpace) }

    mutating func accepts(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        return takes(character)
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// A string without escapes.
    mutating func name() -> UnsafeRawBufferPointer? {
        guard accepts("\"") else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            guard bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 0x20 else { return nil }
            position += 1
        }
        guard position < bytes.count else { return nil }
        position += 1
        return UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1])
    }

    /// A number, or NaN for null. Up to 15 digits and a power of ten that a double holds exactly take one rounding and so
    /// are right; the rest goes to the standard library. (Its C namesake would heed the user's decimal comma.)
    mutating func number() -> Double? {
        skipSpace()
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "n") {
            guard bytes[position...].starts(with: "null".utf8) else { return nil }
            position += 4
            return .nan
        }
        let isNegative = takes("-")
        var mantissa: UInt64 = 0
        let whole = digits(into: &mantissa)
        var fraction = 0
        guard whole > 0 else { return nil }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            fraction = digits(into: &mantissa)
            guard fraction > 0 else { return nil }
        }
        var exponent = 0
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            let isDown = takes("-")
            if !isDown { _ = takes("+") }
            var size: UInt64 = 0
            guard (1...4).contains(digits(into: &size)) else { return nil }
            exponent = isDown ? -Int(size) : Int(size)
        }
        let power = exponent - fraction
        if whole + fraction <= 15, abs(power) < Self.powers.count {
            let size = power < 0 ? Double(mantissa) / Self.powers[-power] : Double(mantissa) * Self.powers[power]
            return isNegative ? -size : size
        }
        return Double(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Passes over digits, taking them into `value` as long as there are few enough.
    private mutating func digits(into value: inout UInt64) -> Int {
        let start = position
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        return position - start
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]
}
