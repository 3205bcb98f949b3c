import Foundation
import Imaging

/// control/: what the front end asks of the engine, one file a request; the engine removes it when it has obeyed.
public struct ControlRequests: Equatable, Sendable {
    public enum Request: String, CaseIterable, Sendable {
        case pause, resume, stop, checkpoint

        /// The request that this one takes back.
        fileprivate var opposite: Request? {
            switch self {
            case .pause: .resume
            case .resume: .pause
            case .stop, .checkpoint: nil
            }
        }
    }

    let folder: String

    /// Asks for `request`; pause and resume take each other back.
    /// - Throws: `InputError` where the folder may not be written.
    public func send(_ request: Request) throws {
        if let opposite = request.opposite { try acknowledge(opposite) }
        _ = try Descriptor(path(request), O_WRONLY | O_CREAT)
    }

    /// The requests not yet acknowledged; other files are ignored.
    public func pending() -> [Request] { Request.allCases.filter { access(path($0), F_OK) == 0 } }

    /// Takes a request away, because it was obeyed.
    /// - Throws: `InputError` where the folder may not be written.
    public func acknowledge(_ request: Request) throws {
        guard unlink(path(request)) == 0 || errno == ENOENT else {
            throw InputError(path(request), "cannot be removed: \(systemError())")
        }
    }

    private func path(_ request: Request) -> String { (folder as NSString).appendingPathComponent(request.rawValue) }
}
