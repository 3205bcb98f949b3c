import Foundation
import Runs
import Torch

// The two stages of arm synthetic: the CycleGAN for the generator's sake, then a new segmenter.
extension Trainer {
    /// The part of a budget of time that the generator may take.
    private static let generatorShare = 0.5

    /// Whether the CycleGAN of arm synthetic is trained now.
    var isGeneratorStage: Bool { settings.arm == .synthetic && checkpoint.segmenterStart == nil }

    /// Where the training is, as far as a step depends on it.
    var stage: TrainingSteps.Stage {
        .init(returns: checkpoint.returns, isGenerators: isGeneratorStage, spent: spentOfStage ?? 0)
    }

    /// Steps of the CycleGAN before the steps that the budget speaks of: as they were, else as planned.
    var stepsBeforeSegmenter: Int {
        guard settings.arm == .synthetic else { return 0 }
        return checkpoint.segmenterStart?.step ?? settings.generatorSteps ?? 0
    }

    /// The part of the present stage that is done; nil without a budget.
    var spentOfStage: Double? {
        guard isGeneratorStage else { return spent(since: checkpoint.segmenterStart ?? .init(step: 0, seconds: 0)) }
        let bySteps = Double(checkpoint.step) / Double(max(1, stepsBeforeSegmenter))
        let byTime = settings.budget.minutes.map { clock.budgetSeconds / ($0 * 60 * Self.generatorShare) }
        return max(bySteps, byTime ?? 0)
    }

    /// Whether the generator has had its steps or its time, and the segmenter is to begin.
    var isGeneratorReady: Bool { isGeneratorStage && (spentOfStage ?? 0) >= 1 }

    /// Ends the CycleGAN: a new segmenter, which has seen nothing yet, learns from now on.
    func beginSegmenter() throws {
        checkpoint.segmenterStart = .init(step: checkpoint.step, seconds: checkpoint.seconds)
        (checkpoint.best, checkpoint.highest, checkpoint.validationsWithoutGain) = (nil, nil, 0)
        try models.beginSegmenter(seed: settings.seed)
        try giveState()
        try steps.makeGeneratedCrops()
        try log.append("generator ready after step \(checkpoint.step); a new segmenter begins")
        try save(.latest)
    }
}
