import Imaging

/// Walks through JSON in memory without building anything of it: files of COCO annotations have millions of numbers, of
/// which one image needs few.
struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// The place of the next byte.
    private(set) var position = 0
    /// What errors call the text.
    private let name: String
    /// Where in the file the text begins.
    private let base: Int

    /// Deeper nesting is refused; COCO has five levels.
    private static let maximumDepth = 64

    init(_ bytes: UnsafeBufferPointer<UInt8>, name: String, base: Int = 0) {
        self.bytes = bytes
        self.name = name
        self.base = base
        // Programs of Windows begin a file with a byte-order mark.
        if base == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The kinds of values.
    enum Kind { case object, array, string, number, word }

    /// An error about the place that has been reached.
    func damage(_ problem: String) -> InputError {
        InputError(name, "is damaged: \(problem) at byte \(base + position)", advice: "check that it is whole JSON")
    }

    /// The byte at a place that was passed.
    func byte(at place: Int) -> UInt8 { bytes[place] }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// The next byte that is no space.
    private mutating func next() throws -> UInt8 {
        skipSpace()
        guard position < bytes.count else { throw damage("it ends early") }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard try next() == byte else {
            throw damage("\"\(Character(Unicode.Scalar(byte)))\" expected")
        }
        position += 1
    }

    /// What kind of value comes next.
    mutating func kind() throws -> Kind {
        switch try next() {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .word
        default: throw damage("no value")
        }
    }

    /// Calls `body` for every member of the object that comes next; it must take the member's value.
    mutating func forEachMember(_ body: (inout JSONScanner, String) throws -> Void) throws {
        try expect(UInt8(ascii: "{"))
        if try next() == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            let key = try string()
            try expect(UInt8(ascii: ":"))
            try body(&self, key)
            if try next() == UInt8(ascii: "}") {
                position += 1
                return
            }
            try expect(UInt8(ascii: ","))
        }
    }

    /// Calls `body` for every element of the array that comes next, or for every member's value of an object; it must take
    /// the element.
    mutating func forEachElement(_ body: (inout JSONScanner) throws -> Void) throws {
        if try next() == UInt8(ascii: "{") { return try forEachMember { scanner, _ in try body(&scanner) } }
        try expect(UInt8(ascii: "["))
        if try next() == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            try body(&self)
            if try next() == UInt8(ascii: "]") {
                position += 1
                return
            }
            try expect(UInt8(ascii: ","))
        }
    }

    /// The string that comes next.
    mutating func string() throws -> String {
        let range = try stringRange()
        let raw = UnsafeBufferPointer(rebasing: bytes[range])
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        return try unescaped(raw)
    }

    /// The bytes between the quotes of the string that comes next, with its escapes as they are.
    mutating func stringRange() throws -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position - 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        position = bytes.count
        throw damage("a string that does not end")
    }

    private func unescaped(_ raw: UnsafeBufferPointer<UInt8>) throws -> String {
        var units: [UInt8] = []
        var text = ""
        var pending: UInt16?
        func flushed() -> String { String(decoding: units, as: UTF8.self) }
        var place = 0
        while place < raw.count {
            guard raw[place] == UInt8(ascii: "\\"), place + 1 < raw.count else {
                units.append(raw[place])
                place += 1
                continue
            }
            let mark = raw[place + 1]
            place += 2
            switch mark {
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "u"):
                guard place + 4 <= raw.count,
                    let unit = UInt16(String(decoding: raw[place..<place + 4], as: UTF8.self), radix: 16)
                else { throw damage("a wrong escape in a string") }
                place += 4
                if let high = pending {
                    text += flushed() + String(decoding: [high, unit], as: UTF16.self)
                    units = []
                    pending = nil
                } else if (0xD800..<0xDC00).contains(unit) {
                    pending = unit
                } else {
                    text += flushed() + String(decoding: [unit], as: UTF16.self)
                    units = []
                }
            default: units.append(mark)
            }
        }
        return text + flushed()
    }

    /// The number that comes next. NaN and infinities, which Python writes, are numbers here.
    mutating func number() throws -> Double {
        let first = try next()
        let start = position
        // Most numbers are a few digits, with or without a fraction.
        var mantissa: UInt64 = 0
        var digits = 0
        var fraction = 0
        var isPlain = true
        var hasPoint = false
        if first == UInt8(ascii: "-") { position += 1 }
        scan: while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if digits <= 18 {
                    mantissa = mantissa &* 10 &+ UInt64(bytes[position] &- 0x30)
                    if hasPoint { fraction += 1 }
                }
            case UInt8(ascii: ".") where !hasPoint: hasPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                isPlain = false
            default: break scan
            }
            position += 1
        }
        // Both are exact, so their quotient is rounded once, as strtod does.
        if isPlain, digits > 0, digits <= 15 {
            let value = Double(mantissa) / Self.powersOfTen[fraction]
            return first == UInt8(ascii: "-") ? -value : value
        }
        let text = String(decoding: bytes[start..<min(position, start + 400)], as: UTF8.self)
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default:
            guard digits > 0, let value = Double(text) else { throw damage("no number") }
            return value
        }
    }

    private static let powersOfTen: [Double] = (0...18).map { power in
        (0..<power).reduce(1.0) { value, _ in value * 10 }
    }

    /// The whole number that comes next, also where it is written as 3.0 or "3".
    mutating func integer() throws -> Int {
        let value: Double? = try kind() == .string ? Double(try string()) : try number()
        guard let value, let whole = Int(exactly: value) else { throw damage("no whole number") }
        return whole
    }

    /// Passes over the value that comes next and returns its place.
    @discardableResult
    mutating func skipValue() throws -> Range<Int> {
        _ = try next()
        let start = position
        var depth = 0
        repeat {
            switch try next() {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= Self.maximumDepth else { throw damage("values nested too deeply") }
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw damage("no value") }
                depth -= 1
                position += 1
            case UInt8(ascii: "\""): _ = try stringRange()
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw damage("no value") }
                position += 1
            default: skipWord()
            }
        } while depth > 0
        return start..<position
    }

    /// Passes over digits, letters and whatever else is no mark of JSON's.
    private mutating func skipWord() {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "{"),
                UInt8(ascii: "["), UInt8(ascii: "\""), 0x20, 0x0A, 0x0D, 0x09:
                if position == start { position += 1 }
                return
            default: position += 1
            }
        }
    }
}
