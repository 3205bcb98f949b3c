import Foundation

/// A real terminal: a session of tmux with a server of its own, and a shell in it.
public final class Tmux {
    /// nil (said once on standard error) where there is no tmux.
    public static let path: String? = {
        for path in ["/usr/bin/tmux", "/usr/local/bin/tmux"] where FileManager.default.isExecutableFile(atPath: path) {
            return path
        }
        FileHandle.standardError.write(Data("SKIPPED: tests in a real terminal; install tmux\n".utf8))
        return nil
    }()

    /// A program of the package, which lies beside the tests' own, as a word of the shell.
    public static func program(_ name: String) -> String {
        quoted(
            URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name).path
        )
    }

    /// A text as a word of the shell.
    public static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    private let folder: TemporaryFolder
    private let path: String

    /// Starts a shell of these columns and rows.
    public init(columns: Int = 80, rows: Int = 24) throws {
        folder = try TemporaryFolder()
        path = Tmux.path ?? ""
        try "set -g default-terminal tmux-256color\nset -g focus-events on\nset -s escape-time 0\n".write(
            toFile: folder.path("conf"), atomically: true, encoding: .utf8)
        run(
            "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
            "env PS1='READY> ' bash --noprofile --norc --noediting -i")
        wait { $0.contains("READY>") }
    }

    deinit { run("kill-server") }

    /// Runs a command of tmux and returns what it prints. Not by Foundation's Process, which takes the server that the first
    /// command leaves behind for the command, and waits for its end.
    @discardableResult
    public func run(_ arguments: String...) -> String {
        let output = folder.path("output")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // A server that outlives a test that was killed must not hold what the test held, such as a lock.
        for descriptor in Int32(3)..<64 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // Threads of tests hold signals back; tmux and what runs in it are not to inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var environment = ProcessInfo.processInfo.environment
        for name in ["TMUX", "TMUX_PANE", "COLORTERM"] { environment[name] = nil }
        environment["LC_ALL"] = "C.UTF-8"
        let words = [path, "-u", "-S", folder.path("socket"), "-f", folder.path("conf")] + arguments
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in argv + envp { free(word) } }
        var child: pid_t = 0
        guard posix_spawn(&child, path, &actions, &attributes, &argv, &envp) == 0 else { return "" }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    }

    /// Sends a signal to the program that the shell runs.
    public func signal(_ number: Int32) {
        let shell = run("display", "-p", "-t", "0", "#{pane_pid}").trimmingCharacters(in: .whitespacesAndNewlines)
        let children = (try? String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)) ?? ""
        for child in children.split(separator: " ") { if let child = pid_t(child) { kill(child, number) } }
    }

    /// What the terminal shows.
    public var screen: String { run("capture-pane", "-p", "-t", "0") }

    /// Types a line and Enter.
    public func type(_ line: String) {
        run("send-keys", "-t", "0", "-l", line)
        keys("Enter")
    }

    public func keys(_ names: String...) { for name in names { run("send-keys", "-t", "0", name) } }

    /// Waits until the screen is as asked for, some seconds at most; whether it is.
    @discardableResult
    public func wait(seconds: Double = 10, until isSo: (String) -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        repeat {
            if isSo(screen) { return true }
            usleep(30_000)
        } while Date() < end
        return false
    }

    /// What the program that ended told the shell; the shell's prompt is waited for, and that the text is gone.
    public func exitCode(without text: String) -> Int? {
        guard wait(until: { $0.contains("READY>") && !$0.contains(text) }) else { return nil }
        // Asked afterwards: what follows a program on its line runs when the program is stopped.
        type("echo code''d $?")
        wait { $0.contains("coded ") }
        return screen.components(separatedBy: "coded ").last.flatMap { Int($0.prefix(while: \.isNumber)) }
    }

    /// The terminal's modes as `stty` tells them, and the states of the screen that programs change.
    public func modes() -> String {
        let name = UUID().uuidString
        let file = folder.path(name)
        type("clear; stty -g > \(file); echo done''\(name)")
        wait { $0.contains("done\(name)") }
        let modes = (try? String(contentsOfFile: file, encoding: .utf8)) ?? "none"
        return modes
            + run(
                "display", "-p", "-t", "0",
                "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_sgr_flag} #{insert_flag} #{wrap_flag}")
    }
}
