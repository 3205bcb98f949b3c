import Foundation
import Imaging
import Runs

extension Performer {
    /// Reads what is new in the logs of some runs.
    func follow(_ follows: [CurveFollow], send: Send, check: Check) throws {
        for follow in follows {
            try check()
            do {
                let run = try RunDirectory.open(follow.path)
                if var follower = follow.follower, let lines = try RunCurves.lines(after: &follower) {
                    if lines.isEmpty { continue }
                    send(.grown(CurveGrowth(path: follow.path, change: .lines(lines, upTo: follower))))
                } else {
                    let read = try RunCurves.read(run.metricsPath, check: check)
                    send(.grown(CurveGrowth(path: follow.path, change: .all(read))))
                }
            } catch let error as InputError {
                send(.grown(CurveGrowth(path: follow.path, change: .failed(error))))
            }
        }
        send(.followed)
    }
}
