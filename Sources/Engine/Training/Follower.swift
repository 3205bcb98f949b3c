import Imaging
import Runs
import Torch

/// Trains as one of several processes that is not rank 0: takes the same steps with its part of every batch, and leaves
/// nothing behind. When to validate, to save, to pause and to end is rank 0's to decide.
public final class Follower {
    private let ranks: Ranks
    private let models: Models
    private let steps: TrainingSteps
    private let data: TrainingData
    private let run: RunDirectory
    private var checkpoint = Checkpoint()

    /// - Parameter run: where rank 0 writes; if that one is gone, the run's status says so.
    public init(
        of ranks: Ranks, run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device
    ) throws {
        (self.ranks, self.run, self.data) = (ranks, run, data)
        models = try Models(settings, channels: data.channels, device: device)
        steps = try TrainingSteps(settings: settings, models: models, data: data, device: device, ranks: ranks)
        ranks.keepLastWords(in: run)
    }

    /// Trains until rank 0 says that it is over.
    public func train() throws -> Trainer.Ending {
        do {
            try ranks.agree(on: steps.settings, data)
            while true {
                switch try ranks.hear() {
                case .end(let ending): return ending
                case .state:
                    try ranks.synchronise(models, &checkpoint)
                    if checkpoint.segmenterStart != nil { try steps.makeGeneratedCrops() }
                case .step(let spent): try step(spent)
                }
            }
        } catch {
            let explained = ranks.explained(error)
            if let gone = explained as? RankError, gone.rank == 0, ranks.environment.rank == 1 {
                run.markFailed("\(gone)")
            }
            throw explained
        }
    }

    private func step(_ spent: Double) throws {
        let isGenerators = steps.settings.arm == .synthetic && checkpoint.segmenterStart == nil
        let losses = try steps(
            checkpoint.step + 1,
            at: .init(returns: checkpoint.returns, isGenerators: isGenerators, spent: spent))
        checkpoint.step += 1
        if checkpoint.step % Trainer.metricsInterval == 0 { _ = try ranks.mean(losses) }
    }
}
