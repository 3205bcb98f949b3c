import CNcurses
import Foundation
import Synchronization

/// Reads what the terminal sends and what signals tell, on a thread of its own, and makes events of it.
final class EventReader: Sendable {
    private let pipe: Int32
    private let decoder: InputDecoder
    private let continuation: AsyncStream<Event>.Continuation
    private let synchronizes = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)

    /// How long an unfinished sequence is waited for: longer than its bytes are apart on a line, shorter than is felt.
    private static let escapeMilliseconds: Int32 = 25

    init(pipe: Int32, decoder: InputDecoder, _ continuation: AsyncStream<Event>.Continuation) {
        self.pipe = pipe
        self.decoder = decoder
        self.continuation = continuation
    }

    /// Whether the terminal said that it shows frames at once if asked to (mode 2026).
    var isSynchronizing: Bool { synchronizes.load(ordering: .relaxed) }

    func start() {
        let thread = Thread { [self] in
            run()
            continuation.finish()
        }
        thread.name = "terminal input"
        thread.start()
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        petri_guard_wake(Int32(PETRI_GUARD_WAKE))
    }

    /// The terminal's columns and rows; 80 x 24 where it does not know.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    private func run() {
        var decoder = decoder
        var ready = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipe, events: Int16(POLLIN), revents: 0),
        ]
        while !isStopped.load(ordering: .relaxed) {
            let count = poll(&ready, 2, decoder.isPending ? Self.escapeMilliseconds : -1)
            if count == 0 { tell(decoder.flush()) }
            if count <= 0 { continue }
            if ready[1].revents != 0 { readSignals() }
            if isStopped.load(ordering: .relaxed) { return }
            if ready[0].revents != 0 {
                guard let bytes = Self.read(STDIN_FILENO) else {
                    // The terminal is gone, and there may have been no signal to say so.
                    continuation.yield(.terminate(signal: SIGHUP))
                    return
                }
                tell(decoder.feed(bytes))
            }
        }
    }

    private func tell(_ results: [InputDecoder.Result]) {
        for result in results {
            switch result {
            case .event(let event): continuation.yield(event)
            // 1 is set, 2 reset, 3 set for good: known in each case.
            case .mode(2026, let state): synchronizes.store((1...3).contains(state), ordering: .relaxed)
            case .mode: break
            }
        }
    }

    private func readSignals() {
        for byte in Self.read(pipe) ?? [] {
            switch Int32(byte) {
            case SIGWINCH:
                let size = Self.size
                continuation.yield(.resize(columns: size.columns, rows: size.rows))
            case SIGCONT: continuation.yield(.resumed)
            case SIGTSTP: continuation.yield(.suspend)
            case SIGTERM, SIGHUP, SIGINT: continuation.yield(.terminate(signal: Int32(byte)))
            default: break
            }
        }
    }

    /// What there is to read; empty where there is nothing yet, nil at the end.
    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        if count > 0 { return Array(buffer[..<count]) }
        return count < 0 && (errno == EINTR || errno == EAGAIN) ? [] : nil
    }
}
