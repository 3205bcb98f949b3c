import Foundation
import Runs
import Synchronization

/// A child process, waited for together with the user's interruption. `holdSignals` comes first.
struct Child {
    /// How it ended.
    enum End: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
        case timedOut
        /// The user interrupted this program, and the child was ended too.
        case interrupted
    }

    /// How long an interrupted child may take to put its work in order.
    private static let grace = Duration.seconds(30)

    let pid: pid_t

    private static func signals() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&set, signal) }
        return set
    }

    /// Lets SIGINT, SIGTERM, SIGHUP and SIGCHLD wait until a child is waited for.
    static func holdSignals() {
        var set = signals()
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Starts the program with its output going to the given descriptors, or to where this program's goes. It stays in this
    /// program's process group, so that the terminal's Ctrl-C reaches both.
    static func start(
        _ program: String, _ arguments: [String], output: Int32? = nil, errors: Int32? = nil
    ) throws(ProcessStart.Failure) -> Child {
        var start = ProcessStart()
        (start.output, start.errors) = (output, errors)
        return Child(pid: try start(program, arguments))
    }

    /// A signal that asks this program to leave.
    private struct Signal {
        var number: Int32
        var isFromProcess: Bool
    }

    /// The last one that was taken: of several children waited for at once, all hear of it.
    private static let taken = Mutex<(count: Int, signal: Signal?)>((0, nil))

    /// Whether a signal, held or taken, asks this program to leave.
    static var isInterrupted: Bool {
        if taken.withLock({ $0.signal != nil }) { return true }
        var pending = sigset_t()
        sigpending(&pending)
        return [SIGINT, SIGTERM, SIGHUP].contains { sigismember(&pending, $0) == 1 }
    }

    /// Waits for the end; a child that takes longer than `timeout` is killed. Meanwhile `looking` is called several times a
    /// second.
    func wait(timeout: Duration? = nil, looking: () -> Void = {}) -> End {
        let clock = ContinuousClock()
        var deadline = timeout.map { clock.now + $0 }
        var wasInterrupted = false
        // One that was taken before this child was waited for is meant for it too.
        var heard = 0
        while true {
            var status: Int32 = 0
            let ended = waitpid(pid, &status, WNOHANG)
            if ended == pid || (ended < 0 && errno != EINTR) {
                if wasInterrupted { return .interrupted }
                // WIFEXITED, WEXITSTATUS and WTERMSIG are macros.
                let signal = status & 0x7f
                return signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
            }
            if let deadline, clock.now >= deadline {
                kill(pid, SIGKILL)
                waitpid(pid, &status, 0)
                return wasInterrupted ? .interrupted : .timedOut
            }
            looking()
            if let signal = nextSignal(after: &heard) {
                wasInterrupted = true
                deadline = clock.now + Self.grace
                // The terminal has sent its own to the child too; one sent by a process came here alone.
                if signal.isFromProcess { kill(pid, signal.number) }
            }
        }
    }

    /// The next signal after those that were heard of, if one comes within a fifth of a second and is not SIGCHLD.
    private func nextSignal(after heard: inout Int) -> Signal? {
        var set = Self.signals()
        var information = siginfo_t()
        var patience = timespec(tv_sec: 0, tv_nsec: 200_000_000)
        let number = sigtimedwait(&set, &information, &patience)
        return Self.taken.withLock { taken in
            if number > 0 && number != SIGCHLD {
                taken = (taken.count + 1, Signal(number: number, isFromProcess: information.si_code <= 0))
            }
            guard taken.count > heard else { return nil }
            heard = taken.count
            return taken.signal
        }
    }
}

extension Child {
    /// What a program wrote and how it ended.
    struct Capture {
        var end: End
        var output: Data
        var errors: String
    }

    /// Runs a program and keeps up to a megabyte of what it writes to standard output and, if `errors` is true, to standard
    /// error.
    static func capture(
        _ program: String, _ arguments: [String], errors keepsErrors: Bool, timeout: Duration? = nil
    ) throws -> Capture {
        // Files, unlike pipes, never fill up.
        let (output, complaints) = (try TemporaryFile(), try TemporaryFile())
        let child = try start(
            program, arguments, output: output.number, errors: keepsErrors ? complaints.number : nil)
        let end = child.wait(timeout: timeout)
        return Capture(
            end: end, output: output.data(), errors: String(decoding: complaints.data(), as: UTF8.self))
    }
}
