import Canvas
import Imaging

/// Something the user can have done by a key: one table of these drives dispatch, the footer, help and the documentation.
public struct Command<Action: Hashable & Sendable>: Sendable {
    public let action: Action
    /// As settings and the command palette know it: `next-image`.
    public let name: String
    public let defaultKeys: [Key]
    /// The contexts (screens, panes) it is for; none is everywhere.
    public let contexts: Set<String>
    /// What it does, as an imperative without a full stop.
    public let help: String

    public init(_ action: Action, _ name: String, _ keys: [Key], in contexts: Set<String> = [], _ help: String) {
        self.action = action
        self.name = name
        self.defaultKeys = keys
        self.contexts = contexts
        self.help = help
    }

    /// Whether both could be asked for at once.
    func meets(_ other: Command) -> Bool {
        contexts.isEmpty || other.contexts.isEmpty || !contexts.isDisjoint(with: other.contexts)
    }
}

/// Which keys do what, after the user's settings.
public struct KeyBindings<Action: Hashable & Sendable>: Sendable {
    public let commands: [Command<Action>]
    /// By command's name, where the user's keys are others than the default ones.
    private var changed: [String: [Key]] = [:]

    public init(_ commands: [Command<Action>]) { self.commands = commands }

    /// The keys of a command; none where the user took them away.
    public func keys(of command: Command<Action>) -> [Key] { changed[command.name] ?? command.defaultKeys }

    /// What a key does in this context. A command of the context goes before one for everywhere.
    public func action(for key: Key, in context: String) -> Action? {
        let bound = commands.filter { keys(of: $0).contains(key) }
        return (bound.first { $0.contexts.contains(context) } ?? bound.first { $0.contexts.isEmpty })?.action
    }

    /// The commands of a context, its own first, then those for everywhere.
    public func commands(in context: String) -> [Command<Action>] {
        commands.filter { $0.contexts.contains(context) } + commands.filter(\.contexts.isEmpty)
    }

    /// The names of a command's keys, as help and footers show them: `n/down`.
    public func keyText(of command: Command<Action>) -> String {
        keys(of: command).map(\.name).joined(separator: "/")
    }

    /// All commands as a table in Markdown, for the documentation.
    public var documentation: String {
        let rows = commands.map { command in
            let keys = keys(of: command).map { "`\($0.name)`" }.joined(separator: " ")
            let contexts = command.contexts.isEmpty ? "everywhere" : command.contexts.sorted().joined(separator: ", ")
            return "| \(keys) | \(command.help) | \(contexts) | `\(command.name)` |\n"
        }
        return "| Keys | What it does | Where | Name |\n| --- | --- | --- | --- |\n" + rows.joined()
    }

    /// The table changed as settings say. Throws `InputError` with file, line and key for names of commands and keys that
    /// do not exist, and for a key given to two commands that meet in a context.
    public func changed(by settings: Settings) throws -> KeyBindings {
        var result = self
        for (name, keys) in settings.keys.sorted(by: { $0.key < $1.key }) {
            let known = commands.map(\.name)
            guard known.contains(name) else {
                throw settings.error(
                    ["keys", name], "is no command", advice: "commands are: " + known.joined(separator: ", "))
            }
            result.changed[name] = keys
        }
        for (index, one) in commands.enumerated() {
            for other in commands[(index + 1)...]
            where one.meets(other) && one.contexts.isEmpty == other.contexts.isEmpty {
                guard let key = result.keys(of: one).first(where: result.keys(of: other).contains) else { continue }
                // Told of the one the user changed.
                let (at, against) = result.changed[one.name] != nil ? (one, other) : (other, one)
                guard result.changed[at.name] != nil else { continue }
                throw settings.error(
                    ["keys", at.name], "takes \(key.name), which \(against.name) has",
                    advice: "give \(against.name) another key, too")
            }
        }
        return result
    }
}
