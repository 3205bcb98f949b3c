import Foundation
import Synchronization

/// Signals that ask the engine to leave: SIGINT, SIGTERM and SIGHUP set a mark that long work looks at.
public enum Interruption {
    private static let signal = Atomic<Int32>(0)

    /// From now on the signals are marked and no longer end the process at once; a second one does.
    public static func watch() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            Foundation.signal(number) { received in
                if Interruption.signal.exchange(received, ordering: .relaxed) != 0 { _exit(130) }
            }
        }
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
