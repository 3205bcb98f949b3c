import Torch

/// Least-squares adversarial losses (Mao et al. 2017).
enum AdversarialLoss {
    /// How far verdicts are from `target`: 1 for real, 0 for generated.
    static func value(_ verdicts: Tensor, towards target: Double) throws -> Tensor {
        try (verdicts.to(.float32) - target).power(2).mean()
    }

    /// A discriminator's loss on verdicts of real and of generated samples.
    static func discriminator(real: Tensor, generated: Tensor) throws -> Tensor {
        try (value(real, towards: 1) + value(generated, towards: 0)) * 0.5
    }
}

/// Feature matching (Wang et al. 2018): the mean absolute difference between a discriminator's inner maps.
enum FeatureMatching {
    static func value(_ generated: [Tensor], _ real: [Tensor]) throws -> Tensor {
        let terms = try zip(generated, real).map { try $0.to(.float32).l1Loss($1.to(.float32).detach()) }
        return try Tensor.sum(of: terms)
    }
}
