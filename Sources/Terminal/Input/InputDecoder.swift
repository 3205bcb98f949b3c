/// Makes events of the bytes a terminal sends. Bytes may come in any portions; what they hold of an unfinished sequence
/// waits for the rest. Escape sequences follow ECMA-48 and xterm's ctlseqs.
public struct InputDecoder: Sendable {
    /// An event, or the terminal's answer to the question whether it knows a mode.
    enum Result: Equatable, Sendable {
        case event(Event)
        /// `state` is 0 for a mode it does not know.
        case mode(Int, state: Int)
    }

    /// More than this of a sequence is none.
    private static let longestSequence = 64
    /// More than this in one paste is cut.
    static let longestPaste = 1 << 20

    private let isUTF8: Bool
    private let special: KnownSequences
    private var bytes: [UInt8] = []
    private var paste: [UInt8]?

    /// `sequences` are those of the terminal's description, by key.
    init(isUTF8: Bool = true, sequences: [(bytes: [UInt8], key: Key)] = []) {
        self.isUTF8 = isUTF8
        special = KnownSequences(sequences)
    }

    /// Whether an unfinished sequence waits. If nothing follows for some 25 ms, `flush` tells what it was.
    var isPending: Bool { !bytes.isEmpty }

    /// Takes bytes and returns what they complete.
    mutating func feed(_ new: some Sequence<UInt8>) -> [Result] {
        bytes.append(contentsOf: new)
        return decode(atEnd: false)
    }

    /// What waits is taken as it is: an escape is the escape key.
    mutating func flush() -> [Result] { decode(atEnd: true) }

    private mutating func decode(atEnd: Bool) -> [Result] {
        var results: [Result] = []
        var start = 0
        loop: while start < bytes.count {
            if paste != nil {
                start = takePaste(from: start, atEnd: atEnd, &results)
                if paste != nil { break }
                continue
            }
            switch step(bytes[start...], atEnd: atEnd) {
            case .wait: break loop
            case .skip(let count): start += count
            case .take(let count, let result):
                start += count
                results.append(result)
            case .beginPaste(let count):
                start += count
                paste = []
            }
        }
        bytes.removeFirst(min(start, bytes.count))
        return results
    }

    private enum Step {
        case wait
        case skip(Int)
        case take(Int, Result)
        case beginPaste(Int)
    }

    // MARK: Paste

    private mutating func takePaste(from start: Int, atEnd: Bool, _ results: inout [Result]) -> Int {
        let end: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]  // ESC [ 2 0 1 ~
        var index = start
        while index < bytes.count {
            if bytes[index] == 0x1B {
                let rest = bytes[index...].prefix(end.count)
                if rest.elementsEqual(end) {
                    results.append(.event(.paste(String(decoding: paste ?? [], as: UTF8.self))))
                    paste = nil
                    return index + end.count
                }
                if rest.count < end.count, end.starts(with: rest) { return index }
            }
            if (paste?.count ?? 0) < Self.longestPaste { paste?.append(bytes[index]) }
            index += 1
        }
        return index
    }

    // MARK: Keys

    private func step(_ input: ArraySlice<UInt8>, atEnd: Bool) -> Step {
        guard let first = input.first else { return .wait }
        if let (count, key) = special.match(input) { return .take(count, .event(.key(key))) }
        guard first == 0x1B else { return plain(input, first, atEnd: atEnd) }
        guard let second = input.dropFirst().first else { return atEnd ? .take(1, .event(.key(Key(.escape)))) : .wait }
        switch second {
        case 0x5B, 0x4F:  // [ and O: control sequences and single shifts.
            return sequence(input, second, atEnd: atEnd)
        case 0x1B: return .take(1, .event(.key(Key(.escape))))
        default:
            // Alt comes as an escape before the key.
            guard case .take(let count, .event(.key(var key))) = plain(input.dropFirst(), second, atEnd: atEnd) else {
                return atEnd ? .take(1, .event(.key(Key(.escape)))) : .wait
            }
            key.modifiers.insert(.alt)
            return .take(count + 1, .event(.key(key)))
        }
    }

    /// A character or a control code.
    private func plain(_ input: ArraySlice<UInt8>, _ first: UInt8, atEnd: Bool) -> Step {
        func take(_ key: Key) -> Step { .take(1, .event(.key(key))) }
        switch first {
        case 0x0D: return take(Key(.enter))
        case 0x09: return take(Key(.tab))
        case 0x08, 0x7F: return take(Key(.backspace))
        case 0x00: return take(Key(" ", .control))
        case 0x01...0x1A: return take(Key(Character(Unicode.Scalar(first + 0x60)), .control))
        case 0x1C...0x1F: return take(Key(Character(Unicode.Scalar(first + 0x40)), .control))
        case 0x20..<0x7F: return take(Key(Character(Unicode.Scalar(first))))
        default: break
        }
        guard isUTF8 else { return take(Key(Character(Unicode.Scalar(first)))) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard (0xC2...0xF4).contains(first) else { return .skip(1) }
        if input.count < length, !atEnd, input.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) { return .wait }
        guard let text = String(validating: input.prefix(length), as: UTF8.self), let character = text.first else {
            return .skip(1)
        }
        return .take(length, .event(.key(Key(character))))
    }

    // MARK: Control sequences

    private func sequence(_ input: ArraySlice<UInt8>, _ introducer: UInt8, atEnd: Bool) -> Step {
        let body = input.dropFirst(2)
        // Parameter and intermediate bytes, then one that ends.
        guard let end = body.firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
            if body.count >= Self.longestSequence { return .skip(input.count) }
            if !atEnd { return .wait }
            return body.isEmpty
                ? .take(2, .event(.key(Key(Character(Unicode.Scalar(introducer)), .alt)))) : .skip(input.count)
        }
        let count = end - input.startIndex + 1
        let final = bytes[end]
        // What a Linux console sends for F1 to F5 goes on behind its last byte.
        if introducer == 0x5B, body.startIndex == end, final == 0x5B {
            guard let key = input.dropFirst(3).first else { return atEnd ? .skip(count) : .wait }
            return (0x41...0x45).contains(key)
                ? .take(4, .event(.key(Key(.function(Int(key) - 0x40))))) : .skip(count)
        }
        if introducer == 0x5B, body.startIndex == end, final == 0x4D { return oldMouse(input, atEnd: atEnd) }
        let parameters = body[..<end]
        if final < 0x40 || final > 0x7E { return .skip(count - 1) }
        if parameters.first == 0x3C { return mouse(parameters.dropFirst(), final, count) }
        if parameters.first == 0x3F { return answer(parameters.dropFirst(), final, count) }
        let numbers = Self.numbers(parameters)
        if introducer == 0x5B, final == 0x7E, numbers.first == 200 { return .beginPaste(count) }
        if introducer == 0x5B, parameters.isEmpty, final == 0x49 || final == 0x4F {
            return .take(count, .event(.focus(final == 0x49)))
        }
        // A letter's number is 1: others are answers, such as where the cursor is.
        let number = numbers.first ?? 1
        guard final == 0x7E || number <= 1, let code = Self.code(final, number) else { return .skip(count) }
        var key = Key(code, Self.modifiers((numbers.count > 1 ? numbers[1] : 1) - 1))
        if final == 0x5A { key.modifiers.insert(.shift) }
        return .take(count, .event(.key(key)))
    }

    private static func numbers(_ text: ArraySlice<UInt8>) -> [Int] {
        text.split(separator: 0x3B, omittingEmptySubsequences: false).map { digits in
            digits.reduce(0) { (0x30...0x39).contains($1) ? min($0 * 10 + Int($1) - 0x30, 99_999) : $0 }
        }
    }

    private static func modifiers(_ bits: Int) -> Key.Modifiers {
        Key.Modifiers(rawValue: UInt8(truncatingIfNeeded: max(bits, 0) & 7))
    }

    /// The key of a sequence by the byte that ends it, or by its number before "~".
    private static func code(_ final: UInt8, _ number: Int) -> Key.Code? {
        switch final {
        case 0x41: return .up
        case 0x42: return .down
        case 0x43: return .right
        case 0x44: return .left
        case 0x46: return .end
        case 0x48: return .home
        case 0x4D: return .enter
        case 0x50...0x53: return .function(Int(final) - 0x4F)
        case 0x5A: return .tab
        case 0x7E: break
        default: return nil
        }
        switch number {
        case 1, 7: return .home
        case 2: return .insert
        case 3: return .delete
        case 4, 8: return .end
        case 5: return .pageUp
        case 6: return .pageDown
        case 11...15: return .function(number - 10)
        case 17...21: return .function(number - 11)
        case 23...26: return .function(number - 12)
        case 28, 29: return .function(number - 13)
        case 31...34: return .function(number - 14)
        default: return nil
        }
    }

    /// A report of mode 1006: button, column and row; it ends with M for a press, m for a release.
    private func mouse(_ parameters: ArraySlice<UInt8>, _ final: UInt8, _ count: Int) -> Step {
        let numbers = Self.numbers(parameters)
        guard numbers.count == 3, final == 0x4D || final == 0x6D else { return .skip(count) }
        return mouse(numbers[0], column: numbers[1], row: numbers[2], isRelease: final == 0x6D, count)
    }

    /// A report of terminals without mode 1006: three bytes, each 32 more than what it tells; all releases are alike.
    private func oldMouse(_ input: ArraySlice<UInt8>, atEnd: Bool) -> Step {
        let values = input.dropFirst(3).prefix(3).map { Int($0) - 32 }
        guard values.count == 3 else { return atEnd ? .skip(input.count) : .wait }
        guard values[0] >= 0 else { return .skip(6) }
        let isRelease = values[0] & 3 == 3 && values[0] & 64 == 0
        return mouse(isRelease ? values[0] & ~3 : values[0], column: values[1], row: values[2], isRelease: isRelease, 6)
    }

    /// Column and row count from 1.
    private func mouse(_ bits: Int, column: Int, row: Int, isRelease: Bool, _ count: Int) -> Step {
        guard column > 0, row > 0 else { return .skip(count) }
        var modifiers: Key.Modifiers = []
        if bits & 4 != 0 { modifiers.insert(.shift) }
        if bits & 8 != 0 { modifiers.insert(.alt) }
        if bits & 16 != 0 { modifiers.insert(.control) }
        let action: Mouse.Action
        if bits & 64 != 0 {
            guard bits & 3 < 2 else { return .skip(count) }
            action = bits & 3 == 0 ? .wheelUp : .wheelDown
        } else {
            guard bits < 128, let button = Mouse.Button(rawValue: bits & 3) else { return .skip(count) }
            action = isRelease ? .release(button) : bits & 32 != 0 ? .drag(button) : .press(button)
        }
        let mouse = Mouse(action, column: column - 1, row: row - 1, modifiers: modifiers)
        return .take(count, .event(.mouse(mouse)))
    }

    /// `ESC [ ? mode ; state $ y`.
    private func answer(_ parameters: ArraySlice<UInt8>, _ final: UInt8, _ count: Int) -> Step {
        let numbers = Self.numbers(parameters)
        guard final == 0x79, parameters.last == 0x24, numbers.count == 2 else { return .skip(count) }
        return .take(count, .mode(numbers[0], state: numbers[1]))
    }
}

/// The sequences of a terminal's description.
private struct KnownSequences: Sendable {
    private let keys: [[UInt8]: Key]
    private let lengths: [Int]

    init(_ sequences: [(bytes: [UInt8], key: Key)]) {
        // The first of two keys that send the same wins.
        keys = Dictionary(sequences.filter { $0.bytes.count > 1 }.map { ($0.bytes, $0.key) }) { first, _ in first }
        lengths = Set(keys.keys.map(\.count)).sorted(by: >)
    }

    /// The longest sequence at the start of the input.
    func match(_ input: ArraySlice<UInt8>) -> (Int, Key)? {
        for length in lengths where length <= input.count {
            if let key = keys[Array(input.prefix(length))] { return (length, key) }
        }
        return nil
    }
}
