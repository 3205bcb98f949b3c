/// How many colours the terminal shows.
public enum ColorDepth: String, CaseIterable, Sendable {
    /// 24 bits a colour.
    case truecolor
    /// The 6x6x6 cube and the grey ramp of xterm.
    case indexed256 = "256"
    /// The ANSI colours.
    case ansi16 = "16"
    /// No colours at all: the default foreground on the default background.
    case mono

    /// What the environment's NO_COLOR, COLORTERM and TERM say of the terminal.
    public static func detected(in environment: [String: String]) -> ColorDepth {
        let term = environment["TERM"] ?? ""
        if !(environment["NO_COLOR"] ?? "").isEmpty { return .mono }
        // GNU screen hands on the COLORTERM of the terminal around it, but not its colours.
        let isScreen = !(environment["STY"] ?? "").isEmpty
        if !isScreen, ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") || term.hasSuffix("direct") {
            return .truecolor
        }
        if term.contains("256color") { return .indexed256 }
        return term.isEmpty || term == "dumb" ? .mono : .ansi16
    }
}

extension RGB {
    /// The index, 16...255, of the nearest colour of xterm's 6x6x6 cube and grey ramp.
    public var indexed256: UInt8 {
        // Where the levels 0, 95, 135, ... 255 of the cube meet half way.
        func level(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40 }
        func shown(_ level: Int) -> UInt8 { level == 0 ? 0 : UInt8(55 + 40 * level) }
        let levels = (level(red), level(green), level(blue))
        let cube = RGB(shown(levels.0), shown(levels.1), shown(levels.2))
        let mean = (Int(red) + Int(green) + Int(blue)) / 3
        let step = min(max((mean - 3) / 10, 0), 23)
        let grey = UInt8(8 + 10 * step)
        if squaredDistance(to: RGB(grey, grey, grey)) < squaredDistance(to: cube) { return UInt8(232 + step) }
        return UInt8(16 + 36 * levels.0 + 6 * levels.1 + levels.2)
    }

    /// The index, 0...15, of the nearest ANSI colour, as xterm shows them.
    public var ansi16: UInt8 {
        var best = 0
        for index in 1..<16 where squaredDistance(to: Self.ansi[index]) < squaredDistance(to: Self.ansi[best]) {
            best = index
        }
        return UInt8(best)
    }

    /// The ANSI colours as xterm shows them.
    static let ansi: [RGB] = [
        RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0),
        RGB(0, 0, 238), RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229),
        RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
        RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
    ]
}
