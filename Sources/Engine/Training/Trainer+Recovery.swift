import Foundation
import Imaging
import Runs

extension Trainer {
    /// How often a training goes back before it gives up: with the learning rate at an eighth, the cause lies elsewhere.
    static let mostReturns = 3

    /// Goes back to the last good checkpoint, or to the beginning where there is none, to go on with other random numbers
    /// and half the learning rate.
    /// - Throws: `error` where the settings or the number of earlier returns forbid it.
    func goBack(after error: TrainingError) throws {
        guard settings.nonFinite == .back else { throw error }
        let returns = checkpoint.returns + 1
        guard returns <= Self.mostReturns else {
            try log.append("went back \(Self.mostReturns) times already")
            throw error
        }
        let failed = checkpoint.step
        let latest = run.checkpointPath(.latest)
        if FileManager.default.fileExists(atPath: latest) {
            checkpoint = try Checkpoint.read(latest, into: models)
        } else {
            try models.begin(seed: settings.seed &+ UInt64(returns))
            checkpoint = Checkpoint()
        }
        // The checkpoint may be from before an earlier return.
        checkpoint.returns = returns
        losses = []
        try giveState()
        try MetricsLog.truncate(run.metricsPath, afterStep: checkpoint.step)
        metrics = try MetricsLog(run.metricsPath)
        if events != nil { events = try EventFile(folder: run.tensorBoardPath, afterStep: checkpoint.step) }
        for preview in run.previews() where preview.step > checkpoint.step { unlink(preview.path) }
        health.wentBack(from: failed, to: checkpoint.step, because: error.what, times: returns)
        try log.append(
            "\(error.what): went back to step \(checkpoint.step), with other random numbers and 1/\(1 << returns) of the "
                + "learning rate")
        try writeStatus(.running)
    }
}
