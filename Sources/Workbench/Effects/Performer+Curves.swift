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
                    var read = try RunCurves.read(run.metricsPath, check: check)
                    read.stepsPerEpoch = (try? run.trainingDescription())?.stepsPerEpoch
                    send(.grown(CurveGrowth(path: follow.path, change: .all(read))))
                }
            } catch let error as InputError {
                send(.grown(CurveGrowth(path: follow.path, change: .failed(error))))
            }
        }
        send(.followed)
    }
}

extension RunDescription<TrainingSettings> {
    /// Steps in which every image to train on has had its turn.
    fileprivate var stepsPerEpoch: Int { max(1, dataset.training.count / max(settings.batch, 1)) }
}
