/// What the terminal tells the program.
public enum Event: Equatable, Sendable {
    case key(Key)
    case mouse(Mouse)
    /// Text that was pasted, newlines as they were; it never comes as keys where the terminal knows bracketed paste.
    case paste(String)
    /// The terminal's window got or lost the keys.
    case focus(Bool)
    /// The terminal's size may have changed to this.
    case resize(columns: Int, rows: Int)
    /// The program goes on after having been stopped: `Terminal.resume()` and draw.
    case resumed
    /// Somebody asks the program to stop (SIGTSTP): `Terminal.suspend()`.
    case suspend
    /// Somebody asks the program to end, by this signal: save, `Terminal.close()`, and `Terminal.die(of:)`. Who asks a
    /// second time ends it at once.
    case terminate(signal: Int32)
}

/// What the mouse did, and where.
public struct Mouse: Equatable, Sendable {
    public enum Action: Equatable, Sendable {
        case press(Button)
        case release(Button)
        /// It moved with a button held.
        case drag(Button)
        case wheelUp, wheelDown
    }

    public enum Button: Int, Sendable { case left, middle, right }

    public var action: Action
    /// From 0.
    public var column: Int
    public var row: Int
    public var modifiers: Key.Modifiers

    public init(_ action: Action, column: Int, row: Int, modifiers: Key.Modifiers = []) {
        self.action = action
        self.column = column
        self.row = row
        self.modifiers = modifiers
    }
}
