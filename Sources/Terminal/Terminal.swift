import CNcurses
import Canvas
import Foundation
import Imaging

/// The terminal that the program runs in, taken over from `init` to `close()`. There is one at a time, and one actor has it:
/// it draws, and takes the events, which a thread of their own reads.
///
/// However the program ends, the screen and the terminal's modes are given back: on `close()`, `exit`, an error that ends
/// the program, SIGTERM, SIGHUP, SIGINT and a crash.
public final class Terminal {
    /// What is asked of the terminal.
    public struct Options: Sendable {
        public var colors: ColorDepth
        public var isUTF8: Bool
        public var mouse: Bool
        /// The kind of terminal, as TERM says.
        public var term: String

        public init(colors: ColorDepth, isUTF8: Bool, mouse: Bool = true, term: String) {
            self.colors = colors
            self.isUTF8 = isUTF8
            self.mouse = mouse
            self.term = term
        }
    }

    private enum Screen {
        case direct(FrameWriter)
        case curses(CursesScreen)
    }

    /// What the user does, and what else happens. It ends after `close()`.
    public let events: AsyncStream<Event>
    /// The colours that are drawn: those asked for, or fewer where the terminal has fewer.
    public let colors: ColorDepth
    /// Whether characters beyond ASCII are drawn.
    public let isUTF8: Bool
    /// The glyphs that the C library, and so ncurses and terminals on this system, gives one column each.
    public let symbols: Set<Symbols>

    private let reader: EventReader
    private let features: Features
    private var screen: Screen
    private var isOpen = true
    /// Whether the screen is the shell's: from `suspend()` to `resume()`.
    private var isSuspended = false
    /// Bytes of the last frame, and of all so far, where Petri writes them itself.
    public private(set) var written = (last: 0, total: 0)

    /// Takes over the terminal that standard input and output are. Throws `InputError` where they are none, or one that
    /// cannot show screens.
    public init(_ options: Options) throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw InputError(
                isatty(STDIN_FILENO) == 1 ? "standard output" : "standard input", "is not a terminal",
                advice: "run it in one, without redirection")
        }
        let description = try Description(term: options.term, descriptor: STDOUT_FILENO)
        isUTF8 = petri_locale_open(options.isUTF8 ? 1 : 0) == 1
        colors =
            switch options.colors {
            case _ where description.colors < 8: .mono
            case .indexed256 where description.colors < 256: .ansi16
            default: options.colors
            }
        symbols = Set(Symbols.allCases.filter(isUTF8 ? Self.isDrawable : { $0 == .ascii }))
        features = Features(isXtermLike: description.isXtermLike, mouse: options.mouse)
        let pipe = petri_guard_open(STDIN_FILENO)
        guard pipe >= 0 else {
            throw InputError("the terminal", "is in use already, or does not tell its modes")
        }
        petri_guard_set_restore(features.restore, features.restore.count)
        petri_guard_arm(1)
        if colors == .truecolor || (colors != .mono && description.followsECMA48) {
            screen = .direct(FrameWriter(colors: colors, isUTF8: isUTF8, isBright: description.colors >= 16))
        } else if let curses = CursesScreen(
            term: options.term, descriptor: STDOUT_FILENO, colors: colors, isUTF8: isUTF8)
        {
            screen = .curses(curses)
        } else {
            petri_guard_close()
            throw InputError("TERM=\(options.term)", "is a terminal that ncurses cannot open")
        }
        let stream = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .unbounded)
        events = stream.stream
        reader = EventReader(
            pipe: pipe, decoder: InputDecoder(isUTF8: isUTF8, sequences: description.keys), stream.continuation)
        enter()
        reader.start()
    }

    deinit { close() }

    /// Columns and rows, as of now; at least 1 of each.
    public var size: (columns: Int, rows: Int) { EventReader.size }

    /// Shows the canvas, writing only what changed. What is larger than the terminal is cut, what is smaller stands in its
    /// upper left corner.
    public func draw(_ canvas: Canvas) {
        guard isOpen, !isSuspended else { return }
        let size = size
        var fitting = canvas
        if canvas.columns != size.columns || canvas.rows != size.rows {
            fitting = Canvas(columns: size.columns, rows: size.rows)
            fitting.place(canvas, in: fitting.area)
            fitting.cursor = canvas.cursor.flatMap { fitting.area.contains($0) ? $0 : nil }
        }
        switch screen {
        case .direct(var writer):
            let bytes = writer.frame(fitting, synchronized: reader.isSynchronizing)
            screen = .direct(writer)
            write(bytes)
            written = (bytes.count, written.total + bytes.count)
        case .curses(var curses):
            curses.show(fitting)
            screen = .curses(curses)
        }
    }

    /// The next `draw` draws everything: after `ctrl-l`, or when something else wrote on the screen.
    public func repaint() {
        switch screen {
        case .direct(var writer):
            writer.forget()
            screen = .direct(writer)
        case .curses(var curses):
            curses.forget()
            screen = .curses(curses)
        }
    }

    /// Gives the screen back and stops the program, as Ctrl-Z does. When it goes on, `.resumed` comes.
    public func suspend() {
        guard isOpen else { return }
        leave()
        isSuspended = true
        petri_guard_stop()
    }

    /// Takes the screen again, on `.resumed`.
    public func resume() {
        guard isOpen else { return }
        isSuspended = false
        enter()
        repaint()
    }

    /// Gives the screen back.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        leave()
        if case .curses = screen { petri_screen_close() }
        petri_guard_close()
        reader.stop()
    }

    /// Ends the program by a signal, such that who started it sees that it was the signal.
    public static func die(of signal: Int32) -> Never {
        petri_guard_die(signal)
        exit(128 + signal)
    }

    private func enter() {
        petri_guard_arm(1)
        _ = petri_guard_set_modes(1)
        var bytes: [UInt8] = []
        // ncurses does so itself with the first frame.
        if case .direct = screen { bytes += Description.string("smcup") }
        write(bytes + features.begin)
    }

    private func leave() {
        write(features.end)
        switch screen {
        case .direct: write(features.restore)
        case .curses:
            petri_screen_leave()
            write(Features.cleared)
        }
        _ = petri_guard_set_modes(0)
        petri_guard_arm(0)
    }

    private func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(
                    STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    var ready = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 1000)
                } else if errno != EINTR {
                    // The terminal is gone; SIGHUP or the end of input tells.
                    return
                }
            }
        }
    }

    /// Whether all its glyphs are one column wide to the C library.
    private static func isDrawable(_ symbols: Symbols) -> Bool {
        symbols.characters.allSatisfy { character in
            character.unicodeScalars.allSatisfy { petri_character_columns($0.value) == 1 }
        }
    }
}

/// What is switched on in terminals that speak xterm's dialect, and off again.
private struct Features {
    let begin: [UInt8]
    let end: [UInt8]
    /// All that gives the screen back, whatever is shown.
    let restore: [UInt8]

    init(isXtermLike: Bool, mouse: Bool) {
        guard isXtermLike else {
            begin = []
            end = []
            restore = Self.screenOff
            return
        }
        // Bracketed paste, focus, mouse with drags, its reports in decimals; and whether frames can be shown at once.
        begin = Array(
            ("\u{1B}[?2004h\u{1B}[?1004h" + (mouse ? "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h" : "")
                + "\u{1B}[?2026$p").utf8)
        end = Array(
            ((mouse ? "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l" : "") + "\u{1B}[?1004l\u{1B}[?2004l").utf8)
        restore = Array("\u{1B}[?2026l".utf8) + end + Self.screenOff
    }

    private static var screenOff: [UInt8] {
        ["sgr0", "op", "cnorm", "rmcup"].flatMap(Description.string) + cleared
    }

    /// A terminal that has no second screen is left empty, since what was on it before cannot come back.
    static var cleared: [UInt8] { Description.string("rmcup").isEmpty ? Description.string("clear") : [] }
}
