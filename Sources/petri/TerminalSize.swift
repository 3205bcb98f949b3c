import Foundation

/// How much the terminal shows.
struct TerminalSize: Equatable {
    var columns: Int
    var rows: Int

    /// The terminal's at standard output; 80 x 24 where that is none.
    static var ofStandardOutput: TerminalSize {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
        return isKnown
            ? TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row)) : TerminalSize(columns: 80, rows: 24)
    }
}
