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

    /// A program of the package, which lies beside the tests' own.
    public static func program(_ name: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name).path
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

    @discardableResult
    public func run(_ arguments: String...) -> String {
        // Not Foundation's Process, whose waiting has been seen to miss that a child ended.
        var words = ([path, "-u", "-S", folder.path("socket"), "-f", folder.path("conf")] + arguments).map {
            strdup($0)
        }
        var variables = ProcessInfo.processInfo.environment.filter {
            !["TMUX", "TMUX_PANE", "COLORTERM"].contains($0.key)
        }
        variables["LC_ALL"] = "C.UTF-8"
        var settings = variables.map { strdup("\($0.key)=\($0.value)") }
        defer { for word in words + settings { free(word) } }
        words.append(nil)
        settings.append(nil)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return "" }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // The server outlives the tests where they are killed: it must not keep their files, or locks, open.
        for descriptor: Int32 in 3..<256 where fcntl(descriptor, F_GETFD) >= 0 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var pid: pid_t = 0
        let failed = posix_spawn(&pid, path, &actions, nil, words, settings)
        close(ends[1])
        guard failed == 0 else { return "" }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(ends[0], &buffer, buffer.count)
            if count <= 0 { break }
            output += buffer[..<count]
        }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        return String(decoding: output, as: UTF8.self)
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

    /// The terminal's modes as `stty` tells them, and the states of the screen that programs change.
    public func modes() -> String {
        let file = folder.path("modes-\(UUID().uuidString)")
        type("clear; stty -g > \(file); echo stty''done")
        wait { $0.contains("sttydone") }
        let modes = (try? String(contentsOfFile: file, encoding: .utf8)) ?? "none"
        return modes
            + run(
                "display", "-p", "-t", "0",
                "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_sgr_flag} #{insert_flag} #{wrap_flag}")
    }
}
