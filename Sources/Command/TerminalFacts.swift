import Foundation

/// What is known about the terminal without asking it.
public struct TerminalFacts: Codable, Equatable, Sendable {
    public var isTerminal: Bool
    public var columns: Int
    public var rows: Int
    /// TERM and COLORTERM, empty if unset.
    public var term: String
    public var colorTerm: String
    /// Whether text is UTF-8, as the locale says; where it says nothing, today's terminals are taken to read it.
    public var isUTF8: Bool

    public init(isTerminal: Bool, columns: Int, rows: Int, term: String, colorTerm: String, isUTF8: Bool) {
        self.isTerminal = isTerminal
        self.columns = columns
        self.rows = rows
        self.term = term
        self.colorTerm = colorTerm
        self.isUTF8 = isUTF8
    }

    /// The terminal behind an open file; 80 x 24 where the size is unknown.
    public init(
        descriptor: Int32 = STDERR_FILENO, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        var size = winsize()
        let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        // The first of these that is set and not empty decides (locale(7)).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        self.init(
            isTerminal: isatty(descriptor) == 1, columns: known ? Int(size.ws_col) : 80,
            rows: known ? Int(size.ws_row) : 24, term: environment["TERM"] ?? "",
            colorTerm: environment["COLORTERM"] ?? "",
            isUTF8: locale.isEmpty
                || locale.uppercased().replacingOccurrences(of: "-", with: "").contains("UTF8"))
    }

    /// Whether a line can be drawn over: a terminal that knows how to.
    public var canRedraw: Bool { isTerminal && term != "dumb" && !term.isEmpty }
}
