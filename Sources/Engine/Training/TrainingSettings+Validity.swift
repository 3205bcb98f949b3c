import Imaging
import Runs

extension RunDirectory {
    /// Reads run.json of a training, whose settings may have been edited by hand.
    /// - Throws: `InputError` where it is damaged or a setting is out of its range.
    public func trainingDescription() throws -> RunDescription<TrainingSettings> {
        let description = try description(settings: TrainingSettings.self)
        if let name = description.settings.firstInvalid {
            throw InputError(
                descriptionPath, "settings.\(name) is out of its range",
                advice: "put back the value the run was made with")
        }
        return description
    }
}

extension TrainingSettings {
    /// The name of a setting with which no training can be, if there is one.
    var firstInvalid: String? {
        let unit = 0.0...1.0
        let counts = 1...Budget.most
        let sides = 32...4096
        let checks: [(String, Bool)] = [
            ("classes", (2...3).contains(classes)), ("base", (4...512).contains(base)),
            ("cropHeight", sides.contains(cropHeight) && cropHeight % 16 == 0),
            ("cropWidth", sides.contains(cropWidth) && cropWidth % 16 == 0), ("batch", (1...1024).contains(batch)),
            ("learningRate", learningRate > 0 && learningRate < 1),
            ("discriminatorPace", discriminatorPace > 0 && discriminatorPace <= 100),
            ("adversarialDecay.mean", (0.0..<1).contains(adversarialDecay.mean)),
            ("adversarialDecay.square", (0.0..<1).contains(adversarialDecay.square)),
            ("learningRateDecay", unit.contains(learningRateDecay)),
            ("pDiff", unit.contains(pDiff)), ("segmenterSteps", (0...1000).contains(segmenterSteps)),
            ("images", counts.contains(images ?? 1)),
            ("validationFraction", validationFraction >= 0 && validationFraction < 1),
            ("validationSteps", counts.contains(validationSteps ?? 1)), ("patience", counts.contains(patience)),
            ("budget.steps", counts.contains(budget.steps ?? 1)),
            ("budget.epochs", counts.contains(budget.epochs ?? 1)),
            ("budget.minutes", (budget.minutes ?? 1) > 0), ("checkpointSteps", counts.contains(checkpointSteps ?? 1)),
            ("channels", channels == 1 || channels == 3), ("bits", bits == 8 || bits == 16),
            ("augmentation.pVanilla", unit.contains(augmentation.pVanilla)),
            ("augmentation.pBending", unit.contains(augmentation.pBending)),
            ("augmentation.pTone", unit.contains(augmentation.pTone)),
            ("augmentation.scale", augmentation.scale.lowerBound > 0 && augmentation.scale.upperBound < 100),
        ]
        return checks.first { !$0.1 }?.0
    }
}
