import Torch

/// How far two clouds of feature vectors lie apart; what they are called depends on the features: FID and KID are these
/// distances on Inception's features alone.
public enum FeatureDistance {
    /// The Fréchet distance between normal distributions fitted to both (Heusel et al. 2017):
    /// |m1 - m2|^2 + Tr(S1 + S2 - 2 (S1 S2)^1/2), with covariances divided by n - 1.
    ///
    /// With A and B the centred features over the root of n - 1, S1 = A^T A and S2 = B^T B, and the trace of the root is the
    /// sum of the singular values of A B^T: no root of a nearly singular matrix is taken, so that the distance of a cloud
    /// to itself is zero but for rounding, also where there are fewer vectors than dimensions.
    /// - Parameter first, second: N,F and M,F, float64; at least two vectors each.
    public static func frechet(_ first: Tensor, _ second: Tensor) throws -> Double {
        try Torch.withoutGradient {
            let (a, b) = (try Centred(first), try Centred(second))
            let shift = try (a.mean - b.mean).power(2).sum().item()
            let root = try a.factor.matmul(b.factor.transposed(0, 1)).singularValues().sum().item()
            return try shift + a.factor.power(2).sum().item() + b.factor.power(2).sum().item() - 2 * root
        }
    }

    private struct Centred {
        let mean: Tensor
        /// A with A^T A the covariance, at most as many rows as columns.
        let factor: Tensor

        init(_ features: Tensor) throws {
            let count = features.size(0)
            guard count >= 2 else { throw TorchError.failed("a distribution needs two vectors") }
            mean = try features.mean([0], keep: true)
            let centred = try (features - mean) / Double(count - 1).squareRoot()
            factor = count > features.size(1) ? try centred.triangularFactor() : centred
        }
    }

    /// The unbiased squared maximum mean discrepancy with the kernel (x.y / F + 1)^3 over all vectors (Bińkowski et al. 2018).
    /// - Parameter first, second: N,F and M,F, float64; at least two vectors each.
    public static func kernel(_ first: Tensor, _ second: Tensor) throws -> Double {
        try Torch.withoutGradient {
            func sum(_ a: Tensor, _ b: Tensor) throws -> Double {
                try (a.matmul(b.transposed(0, 1)) / Double(a.size(1)) + 1).power(3).sum().item()
            }
            /// The sum over all pairs of different vectors.
            func pairs(_ a: Tensor) throws -> Double {
                let own = try (a.power(2).sum([1]) / Double(a.size(1)) + 1).power(3).sum().item()
                return try sum(a, a) - own
            }
            let (n, m) = (Double(first.size(0)), Double(second.size(0)))
            guard n >= 2, m >= 2 else { throw TorchError.failed("a distribution needs two vectors") }
            return try pairs(first) / (n * (n - 1)) + pairs(second) / (m * (m - 1)) - 2 * sum(first, second) / (n * m)
        }
    }
}
