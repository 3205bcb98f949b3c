import Canvas
import Foundation
import Imaging
import Runs
import Synchronization
import Terminal

/// The screen of curves without a terminal, to be timed: what the workbench does between two frames.
public final class CurvesBench {
    private var state: State
    private let performer: Performer
    private let path: String

    /// The run directory at `path`, on a screen of this size.
    public init(_ path: String, columns: Int, rows: Int) {
        self.path = path
        performer = Performer(
            themes: ThemeLibrary(folders: []), places: nil, exportFolder: path, home: "", isUTF8: true)
        state = State(
            columns: columns, rows: rows, root: path, home: "", colors: .truecolor, available: [.braille],
            symbols: .braille, theme: .mono, themes: [])
    }

    /// Reads the whole log and draws the first frame.
    public func open() -> Canvas {
        for effect in state.openCurves([path]) { perform(effect) }
        return state.view()
    }

    /// Reads what was written since and draws a frame.
    public func follow() -> Canvas {
        for effect in state.followCurves() { perform(effect) }
        return state.view()
    }

    /// Smooths the curves, as the key for it does.
    public func smooth() { _ = state.performInCurves(.smoother) }

    /// Lines of the log that were read.
    public var lines: Int { state.curves.runs.first?.curves?.lines ?? 0 }

    /// Bytes that the curves take.
    public var bytes: Int { state.curves.runs.reduce(0) { $0 + ($1.curves?.bytes ?? 0) } }

    private func perform(_ effect: Effect) {
        // What is found is handed over as the workbench does: nobody else holds it then.
        let found = Mutex<[Message]>([])
        performer.perform(effect, send: { message in found.withLock { $0.append(message) } }, check: {})
        let messages = found.withLock { messages in
            defer { messages = [] }
            return messages
        }
        for case .grown(let growth) in messages { state.take(growth) }
    }
}
