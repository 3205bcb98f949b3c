import Canvas
import Dispatch
import Foundation
import Imaging
import Runs
import Synchronization
import Terminal

/// The workbench on the terminal that the program runs in.
public enum Session {
    public struct Options: Sendable {
        /// What to open; nil is what was opened last, or the sample data.
        public var path: String?
        public var isUTF8: Bool
        public var environment: [String: String]
        /// The folders of Petri's own themes and sample data.
        public var themes: String?
        public var sampleData: String?

        public init(path: String?, isUTF8: Bool, environment: [String: String], themes: String?, sampleData: String?) {
            self.path = path
            self.isUTF8 = isUTF8
            self.environment = environment
            self.themes = themes
            self.sampleData = sampleData
        }
    }

    /// Shows the workbench until it is left. The calling thread has the screen; all that takes time is done on others.
    /// Throws `InputError` where there is no terminal that can show it.
    public static func run(_ options: Options) throws {
        let places = UserPlaces(options.environment)
        var problems: [InputError] = []
        func attempt<Value>(_ fallback: Value, _ body: () throws -> Value) -> Value {
            do {
                return try body()
            } catch {
                problems.append(error as? InputError ?? InputError("settings", "\(error)"))
                return fallback
            }
        }
        let settings = attempt(Settings()) { try Settings.load(places) }
        let bindings = attempt(.workbench) { try KeyBindings.workbench.changed(by: settings) }
        let library = ThemeLibrary(places, shipped: options.themes)
        let terminal = try Terminal(
            .init(
                colors: settings.colors ?? .detected(in: options.environment), isUTF8: options.isUTF8,
                mouse: settings.mouse, term: options.environment["TERM"] ?? ""))
        defer { terminal.close() }
        let usualTheme = usualTheme(terminal.colors, options.environment)
        let theme = attempt((try? library.theme(usualTheme)) ?? .mono) {
            try library.theme(settings.theme ?? usualTheme)
        }
        let available = Symbols.allCases.filter(terminal.symbols.contains)
        let usual = terminal.isUTF8 ? (terminal.colors == .mono ? Symbols.braille : .half) : .ascii
        let wanted = settings.symbols ?? usual
        let size = terminal.size
        var state = State(
            columns: size.columns, rows: size.rows, root: root(options, places),
            home: options.environment["HOME"] ?? "", colors: terminal.colors,
            available: available, symbols: available.contains(wanted) ? wanted : usual, theme: theme,
            themes: library.names, bindings: bindings)
        for problem in problems { state.say(problem.description, .warning) }
        terminal.draw(state.view())
        loop(
            &state, terminal,
            Performer(
                themes: library, places: places, exportFolder: FileManager.default.currentDirectoryPath,
                home: options.environment["HOME"] ?? "", isUTF8: terminal.isUTF8, profiles: TrainingProfiles(places)))
    }

    private static func usualTheme(_ colors: ColorDepth, _ environment: [String: String]) -> String {
        if colors == .mono { return Theme.mono.name }
        // Some terminals tell their colours as "foreground;background" of the ANSI ones.
        let background = environment["COLORFGBG"]?.split(separator: ";").last.flatMap { Int($0) }
        return background == 7 || background == 15 ? "light" : "dark"
    }

    /// The folder to open, as a whole path.
    private static func root(_ options: Options, _ places: UserPlaces) -> String {
        let path = options.path ?? Workspace.last(in: places.state) ?? options.sampleData ?? "."
        return path.absolutePath
    }

    private static func loop(_ state: inout State, _ terminal: Terminal, _ performer: Performer) {
        let mailbox = Mailbox()
        let lanes = Lanes(performer) { mailbox.post($0) }
        let events = terminal.events
        Task.detached { for await event in events { mailbox.post(.event(event)) } }
        lanes.run(.search(state.root))
        // Whether the user was told that something is still being written.
        var isWarned = false
        while true {
            if isWarned, lanes.settle(within: 0) { isWarned = false }
            // All that came while the last frame was drawn makes one frame.
            for message in mailbox.wait() {
                for effect in update(&state, message) {
                    switch effect {
                    case .repaint: terminal.repaint()
                    case .suspend: terminal.suspend()
                    case .resume: terminal.resume()
                    case .quit(let signal):
                        if signal != nil || isWarned && !lanes.settle(within: 0) { lanes.abandon() }
                        guard lanes.settle(within: signal == nil && !isWarned ? 2 : 5) || signal != nil || isWarned
                        else {
                            state.say("still writing; leave once more to give that up", .warning)
                            isWarned = true
                            continue
                        }
                        terminal.close()
                        if let signal { Terminal.die(of: signal) }
                        return
                    default: lanes.run(effect)
                    }
                }
            }
            terminal.draw(state.view())
        }
    }
}

/// Messages on their way to the screen's thread.
private final class Mailbox: Sendable {
    private let messages = Mutex<[Message]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func post(_ message: Message) {
        let isFirst = messages.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        if isFirst { arrived.signal() }
    }

    /// All there are; waits for the first.
    func wait() -> [Message] {
        arrived.wait()
        return messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}
