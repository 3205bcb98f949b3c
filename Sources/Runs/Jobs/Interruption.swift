import Foundation
import Synchronization

/// Signals that ask a program to leave: SIGINT, SIGTERM and SIGHUP set a mark that long work looks at.
public enum Interruption {
    private static let signal = Atomic<Int32>(0)

    /// From now on the signals are marked and no longer end the process at once; a second one does. A parent's thread
    /// that blocks signals, as libdispatch's do, hands that on: here they are let through again. SIGHUP is nothing to an
    /// engine that was started with it ignored (nohup) or in a session of its own: no terminal of its can end.
    public static func watch() {
        var signals = sigset_t()
        sigemptyset(&signals)
        let isIgnored =
            Int(bitPattern: unsafeBitCast(Foundation.signal(SIGHUP, SIG_IGN), to: UnsafeRawPointer?.self)) == 1
        let heedsHangup = !isIgnored && getsid(0) != getpid()
        for number in [SIGINT, SIGTERM] + (heedsHangup ? [SIGHUP] : []) {
            sigaddset(&signals, number)
            Foundation.signal(number) { received in
                if Interruption.signal.exchange(received, ordering: .relaxed) != 0 { _exit(130) }
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// The signal that came, if one did.
    public static var received: Int32? {
        let number = signal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}

/// Work that was left because of a signal; what was done is kept.
public struct Interrupted: Error {
    public init() {}
}
