import Foundation
import Imaging
import Runs

/// A program in a pseudo-terminal, its keys pressed and its output read.
final class PseudoTerminal {
    private let master: Int32
    private let pid: pid_t
    private let started: ContinuousClock.Instant
    private var seen: [UInt8] = []

    /// Starts a program in a truecolor terminal of this size.
    init(
        _ program: String, _ arguments: [String], columns: UInt16, rows: UInt16, environment: [String: String]
    ) throws {
        let problem = InputError("a pseudo-terminal", "cannot be opened")
        // posix_openpt and its kin are not among what Swift imports: by the numbers of Linux's requests.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (number, isLocked): (Int32, Int32) = (0, 0)
        guard master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw problem
        }
        let name = "/dev/pts/\(number)"
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { throw problem }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, descriptor, name, O_RDWR, 0) }
        posix_spawn_file_actions_addclose(&actions, master)
        var variables = ProcessInfo.processInfo.environment.filter { $0.key != "NO_COLOR" }
        variables.merge(["TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"]) { $1 }
        variables.merge(environment) { $1 }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var pid: pid_t = 0
        started = .now
        guard posix_spawn(&pid, program, &actions, nil, &words, &settings) == 0 else { throw problem }
        self.pid = pid
    }

    func type(_ text: String) {
        seen = []
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Milliseconds from the start until the output since the last key has the text; nil where it does not come.
    /// Sequences are left out of the output unless they are what is looked for.
    func wait(for text: String, seconds: Double, inSequences: Bool = false) -> Double? {
        let wanted = Array(text.utf8)
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            let output = inSequences ? seen : Self.characters(seen)
            if output.count >= wanted.count,
                (0...output.count - wanted.count).contains(where: {
                    output[$0..<$0 + wanted.count].elementsEqual(wanted)
                })
            {
                return (ContinuousClock.now - started) / .milliseconds(1)
            }
            _ = read(milliseconds: 50)
        }
        return nil
    }

    /// Reads until nothing comes for so long.
    func quiet(seconds: Double) { while read(milliseconds: Int32(seconds * 1000)) {} }

    /// What is drawn, without sequences.
    private static func characters(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] != 0x1B {
                text.append(bytes[index])
            } else if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "[") {
                index += 2
                while index < bytes.count, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
            } else {
                index += 1
            }
            index += 1
        }
        return text
    }

    private func read(milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, milliseconds) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Foundation.read(master, &buffer, buffer.count)
        guard count > 0 else { return false }
        seen += buffer[..<count]
        if seen.count > 1 << 20 { seen.removeFirst(seen.count - (1 << 19)) }
        return true
    }

    /// Megabytes that the program has in memory, and had at most.
    var memory: (resident: Double, peak: Double) {
        let status = SystemFile.text("/proc/\(pid)/status") ?? ""
        func value(_ name: String) -> Double {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
            return (line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
        }
        return (value("VmRSS"), value("VmHWM"))
    }

    /// What is drawn until nothing comes for so long, sequences and all; nothing of it is waited for afterwards.
    func output(milliseconds: Int32) -> [UInt8] {
        while read(milliseconds: milliseconds) {}
        defer { seen = [] }
        return seen
    }

    /// Ends the program as if the power failed; returns what it had drawn until then.
    @discardableResult
    func end() -> [UInt8] {
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        let rest = output(milliseconds: 0)
        close(master)
        return rest
    }
}
