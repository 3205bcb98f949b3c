import CNcurses
import Imaging

/// What the system's terminfo says of the terminal.
struct Description {
    let term: String
    /// Colours it knows by index; 0 for none.
    let colors: Int
    /// Whether it speaks xterm's dialect: mouse, bracketed paste, focus, questions about modes.
    let isXtermLike: Bool
    /// Whether its cursor, erasing and colours go by ECMA-48, and its last cell can be written without scrolling.
    let followsECMA48: Bool
    /// The bytes sent for keys.
    let keys: [(bytes: [UInt8], key: Key)]

    /// Looks up `term`. Throws `InputError` where it is unknown or its cursor cannot be placed.
    init(term: String, descriptor: Int32) throws {
        guard !term.isEmpty else {
            throw InputError("TERM", "is not set", advice: "set it to your terminal's kind, as in TERM=xterm-256color")
        }
        var message = [CChar](repeating: 0, count: 200)
        guard petri_terminfo_open(term, descriptor, &message, message.count) == 0 else {
            let problem = message.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            throw InputError("TERM=\(term)", problem, advice: "set TERM to another kind, such as xterm-256color")
        }
        guard !Self.string("cup").isEmpty else {
            throw InputError(
                "TERM=\(term)", "is a terminal whose cursor cannot be placed, so no screen can be shown",
                advice: "commands such as petri info and petri view work there")
        }
        self.term = term
        colors = max(Int(petri_terminfo_number("colors")), 0)
        isXtermLike = !Self.string("kmous").isEmpty
        let text = { (name: String) in String(decoding: Self.string(name), as: UTF8.self) }
        followsECMA48 =
            text("cup") == "\u{1B}[%i%p1%d;%p2%dH" && text("el") == "\u{1B}[K" && text("op") == "\u{1B}[39;49m"
            && text("setaf").hasPrefix("\u{1B}[") && petri_terminfo_flag("xenl") == 1
        keys = Self.keyNames.compactMap { name, key in
            let bytes = Self.string(name)
            return bytes.isEmpty ? nil : (bytes, key)
        }
    }

    /// A string capability's bytes without the pauses that it asks for; empty where there is none.
    static func string(_ name: String) -> [UInt8] {
        guard let pointer = petri_terminfo_string(name) else { return [] }
        var bytes: [UInt8] = []
        var rest = Array(String(cString: pointer).utf8)[...]
        while let byte = rest.first {
            // $<50/> asks for 50 ms, from terminals that no longer are.
            if byte == UInt8(ascii: "$"), rest.dropFirst().first == UInt8(ascii: "<"),
                let end = rest.firstIndex(of: UInt8(ascii: ">"))
            {
                rest = rest[(end + 1)...]
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return bytes
    }

    private static let keyNames: [(String, Key)] =
        [
            ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)), ("kcuf1", Key(.right)),
            ("khome", Key(.home)), ("kend", Key(.end)), ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)),
            ("kich1", Key(.insert)), ("kdch1", Key(.delete)), ("kcbt", Key(.tab, .shift)), ("kent", Key(.enter)),
        ] + (1...12).map { ("kf\($0)", Key(.function($0))) }
}
