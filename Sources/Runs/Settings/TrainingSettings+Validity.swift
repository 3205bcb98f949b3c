import Imaging

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
    public var firstInvalid: String? {
        let invalid = TrainingOption.all.first { option in
            option.value(in: self).map { option.problem($0) != nil } ?? false
        }
        if let invalid, invalid.name == "crop" {
            return invalid.problem("\(cropHeight)x\(cropHeight)") != nil ? "cropHeight" : "cropWidth"
        }
        if let invalid { return invalid.setting }
        // What no option is for.
        let decays = NumberRange.below(1, from: 0)
        let probabilities = NumberRange.closed(0, 1)
        let rest: [(String, Bool)] = [
            ("adversarialDecay.mean", decays.contains(adversarialDecay.mean)),
            ("adversarialDecay.square", decays.contains(adversarialDecay.square)),
            ("channels", channels == 1 || channels == 3), ("bits", bits == 8 || bits == 16),
            ("augmentation.pBending", probabilities.contains(augmentation.pBending)),
            ("augmentation.pTone", probabilities.contains(augmentation.pTone)),
            ("augmentation.scale", augmentation.scale.lowerBound > 0 && augmentation.scale.upperBound < 100),
        ]
        return rest.first { !$0.1 }?.0
    }
}
