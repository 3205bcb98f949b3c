/// The tags of an XML text one after another, for reading a few attributes out of a file that may be anything: linear in the
/// text's length, without document types and without entities but the five of XML itself and numbers. (Foundation's
/// reader would load libxml2 and 30 MB of ICU into a program that is to start at once.)
struct XMLTags: Sequence, IteratorProtocol {
    /// One tag.
    struct Tag: Equatable {
        /// Without its prefix.
        let name: String
        let kind: Kind
        var attributes: [String: String] = [:]
        /// The text between the tag before and this one.
        var textBefore = ""

        enum Kind { case opening, closing, empty }
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next tag; nil at the end, and where the text is no XML any more.
    mutating func next() -> Tag? {
        let start = position
        while let opening = find(UInt8(ascii: "<"), from: position) {
            let text = start..<opening
            position = opening + 1
            if starts(with: "!--") {
                guard skip(past: "-->") else { return nil }
            } else if starts(with: "![CDATA[") {
                guard skip(past: "]]>") else { return nil }
            } else if starts(with: "?") {
                guard skip(past: "?>") else { return nil }
            } else if starts(with: "!") {
                // A document type, which could define entities.
                return nil
            } else {
                guard var tag = self.tag() else { return nil }
                tag.textBefore = decoded(text)
                return tag
            }
        }
        return nil
    }

    /// The tag after "<".
    private mutating func tag() -> Tag? {
        let isClosing = starts(with: "/")
        if isClosing { position += 1 }
        let name = self.name()
        guard !name.isEmpty else { return nil }
        var attributes: [String: String] = [:]
        while true {
            skipSpace()
            guard position < bytes.count else { return nil }
            if bytes[position] == UInt8(ascii: ">") {
                position += 1
                return Tag(name: name, kind: isClosing ? .closing : .opening, attributes: attributes)
            }
            if starts(with: "/>") {
                position += 2
                return Tag(name: name, kind: .empty, attributes: attributes)
            }
            let attribute = self.name()
            skipSpace()
            guard !attribute.isEmpty, starts(with: "=") else { return nil }
            position += 1
            skipSpace()
            guard starts(with: "\"") || starts(with: "'"), let end = find(bytes[position], from: position + 1) else {
                return nil
            }
            attributes[attribute] = decoded(position + 1..<end)
            position = end + 1
        }
    }

    /// A name without its prefix; empty where there is none.
    private mutating func name() -> String {
        var start = position
        while position < bytes.count, Self.belongsToName(bytes[position]) {
            if bytes[position] == UInt8(ascii: ":") { start = position + 1 }
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func belongsToName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            position + text.count <= bytes.count && text.indices.allSatisfy { bytes[position + $0] == text[$0] }
        }
    }

    private mutating func skip(past end: StaticString) -> Bool {
        while position < bytes.count {
            if starts(with: end) {
                position += end.utf8CodeUnitCount
                return true
            }
            position += 1
        }
        return false
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        start < bytes.count ? bytes[start...].firstIndex(of: byte) : nil
    }

    /// The text in `range` with its entities resolved; what is no entity stays as it is.
    private func decoded(_ range: Range<Int>) -> String {
        let text = String(decoding: bytes[range], as: UTF8.self)
        guard text.contains("&") else { return text }
        var result = ""
        for (index, part) in text.split(separator: "&", omittingEmptySubsequences: false).enumerated() {
            guard index > 0, let end = part.firstIndex(of: ";"), let character = Self.character(part[..<end]) else {
                result += index > 0 ? "&" + part : part
                continue
            }
            result.unicodeScalars.append(character)
            result += part[part.index(after: end)...]
        }
        return result
    }

    private static func character(_ entity: Substring) -> Unicode.Scalar? {
        switch entity {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard entity.hasPrefix("#") else { return nil }
            let number = entity.hasPrefix("#x") ? UInt32(entity.dropFirst(2), radix: 16) : UInt32(entity.dropFirst())
            return number.flatMap(Unicode.Scalar.init)
        }
    }
}
