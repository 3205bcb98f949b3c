/// The JSON at the head of a safetensors file. Own scanner: it must see duplicate keys, which Foundation's loses, and
/// the grammar is flat, so nothing recurses.
struct SafetensorsHeader {
    /// One tensor as the header states it, unchecked but for its form.
    struct Entry {
        var name: String
        var type: String
        var shape: [Int]
        /// Bytes from the end of the header on.
        var begin: Int
        var end: Int
    }

    /// What is wrong, as the rest of a sentence.
    struct Fault: Error { var problem: String }

    static let metadataKey = "__metadata__"

    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// - Throws: `Fault` where the text is not the strict JSON the format asks for.
    init(_ text: UnsafeRawBufferPointer) throws(Fault) {
        var scanner = JSONScanner(text: text)
        var hasMetadata = false
        try scanner.object { scanner, key throws(Fault) in
            if key == Self.metadataKey {
                guard !hasMetadata else { throw Fault(problem: "has \(Self.metadataKey) twice in its header") }
                hasMetadata = true
                try scanner.object { scanner, key throws(Fault) in
                    guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
                        throw Fault(problem: "has the metadata key \"\(key)\" twice")
                    }
                }
            } else {
                entries.append(try Self.entry(named: key, &scanner))
            }
        }
        try scanner.end()
    }

    private static func entry(named name: String, _ scanner: inout JSONScanner) throws(Fault) -> Entry {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try scanner.object { scanner, key throws(Fault) in
            switch key {
            case "dtype" where type == nil: type = try scanner.string()
            case "shape" where shape == nil: shape = try scanner.integers(atMost: StoredTensor.maximumRank)
            case "data_offsets" where offsets == nil: offsets = try scanner.integers(atMost: 2)
            default: throw Fault(problem: "has an unknown or repeated key \"\(key)\" in the header of \"\(name)\"")
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw Fault(problem: "lacks the dtype, shape or data_offsets of \"\(name)\"")
        }
        return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
    }
}

/// A strict scanner (RFC 8259) for objects, strings and arrays of natural numbers.
struct JSONScanner {
    typealias Fault = SafetensorsHeader.Fault

    private let text: UnsafeRawBufferPointer
    private var position = 0

    init(text: UnsafeRawBufferPointer) { self.text = text }

    /// Scans an object, calling `member` after each key's colon.
    mutating func object(_ member: (inout JSONScanner, String) throws(Fault) -> Void) throws(Fault) {
        try expect("{")
        if accepts("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try member(&self, key)
        } while accepts(",")
        try expect("}")
    }

    /// Scans an array of natural numbers.
    mutating func integers(atMost limit: Int) throws(Fault) -> [Int] {
        try expect("[")
        if accepts("]") { return [] }
        var values: [Int] = []
        repeat {
            guard values.count < limit else { throw fault("more than \(limit) numbers in an array") }
            values.append(try integer())
        } while accepts(",")
        try expect("]")
        return values
    }

    /// Scans a string, with its escapes.
    mutating func string() throws(Fault) -> String {
        try expect("\"")
        var units: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: units, as: UTF8.self) else {
                    throw fault("text that is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): try escape(into: &units)
            case 0..<0x20: throw fault("a control character in a string")
            default: units.append(byte)
            }
        }
        throw fault("an unfinished string")
    }

    /// Accepts white space up to the end of the text; anything else is an error.
    mutating func end() throws(Fault) {
        skipSpace()
        guard position == text.count else { throw fault("text after its end") }
    }

    private mutating func integer() throws(Fault) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < text.count, case let digit = text[position] &- UInt8(ascii: "0"), digit < 10 {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, carry) = tens.addingReportingOverflow(Int(digit))
            guard !overflow, !carry else { throw fault("a number beyond 64 bits") }
            value = next
            position += 1
        }
        guard position > start, position - start == 1 || text[start] != UInt8(ascii: "0") else {
            throw fault("something other than a natural number")
        }
        return value
    }

    private mutating func escape(into units: inout [UInt8]) throws(Fault) {
        guard position < text.count else { throw fault("an unfinished string") }
        let byte = text[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code) {
                guard position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
                    text[position + 1] == UInt8(ascii: "u")
                else { throw fault("half a surrogate pair") }
                position += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw fault("half a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fault("half a surrogate pair") }
            units.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        default: throw fault("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < text.count,
                let digit = Character(Unicode.Scalar(text[position])).hexDigitValue
            else { throw fault("an unknown escape") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    private mutating func accepts(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
        guard accepts(character) else { throw fault("no \(character) where one belongs") }
    }

    private func fault(_ what: String) -> Fault {
        Fault(problem: "is damaged: its header has \(what) (byte \(8 + position))")
    }
}
