import TestSupport
import Testing

@testable import Torch

/// Petri's own operators against libtorch's: in float64 every one of them is a composition of ATen's operators.
@Suite(.serialized, .alone) struct FusedOperatorTests {
    /// Images, channels, height and width: odd sizes, single pixels, fewer elements than a vector, several sum runs.
    static let shapes = [[2, 3, 5, 7], [2, 5, 1, 1], [1, 4, 1, 3], [3, 2, 16, 24], [1, 1, 67, 71]]

    /// Values and gradients of `operation` on float32 against the same on float64, with a random cotangent.
    private func check(
        _ inputs: [Tensor], tolerance: Double = 2e-5, fixed: Int = 0, _ operation: ([Tensor]) throws -> Tensor
    ) throws {
        func run(_ type: DataType, _ cotangent: Tensor?) throws -> (value: Tensor, gradients: [Tensor]) {
            let copies = try inputs.map { try $0.to(type).clone() }
            let leaves = Array(copies.dropLast(fixed))
            for leaf in leaves { try leaf.setRequiresGradient(true) }
            let value = try operation(copies)
            let gradients = try value.gradients(of: leaves, cotangent: cotangent?.to(type))
            return (try value.detach(), try gradients.map { try #require($0) })
        }
        let size = try operation(inputs).shape
        let cotangent = try Tensor.normal(size)
        let (own, expected) = (try run(.float32, cotangent), try run(.float64, cotangent))
        for (a, b) in zip([own.value] + own.gradients, [expected.value] + expected.gradients) {
            #expect(a.shape == b.shape)
            let scale = try max(1, b.absolute().maximum(Array(b.shape.indices)).item())
            let error = try (a.to(.float64) - b).absolute().maximum(Array(b.shape.indices)).item()
            #expect(error / scale < tolerance)
        }
    }

    @Test(
        arguments: [
            [1, 16, 16, 1, 1], [2, 17, 19, 5, 7], [2, 32, 16, 33, 18], [1, 16, 40, 3, 130], [2, 3, 16, 9, 9],
        ], [true, false])
    func convolution3x3Agrees(sizes: [Int], hasBias: Bool) throws {
        try Torch.seed(1)
        let x = try Tensor.normal([sizes[0], sizes[1], sizes[3], sizes[4]])
        let weight = try Tensor.normal([sizes[2], sizes[1], 3, 3])
        let bias = try Tensor.normal([sizes[2]])
        try check([x, weight] + (hasBias ? [bias] : []), tolerance: 1e-4) {
            try $0[0].convolved($0[1], bias: hasBias ? $0[2] : nil, padding: 1)
        }
    }

    @Test(arguments: shapes, [0, 0.01, 0.2]) func batchNormLeakyAgrees(shape: [Int], slope: Double) throws {
        try Torch.seed(2)
        if shape[0] * shape[2] * shape[3] == 1 { return }
        let x = try Tensor.normal(shape) * 3 + 5
        let (scale, shift) = (try Tensor.normal([shape[1]]), try Tensor.normal([shape[1]]))
        let (mean, variance) = (try Tensor.normal([shape[1]]), try Tensor.uniform([shape[1]]))
        try check([x, scale, shift, mean, variance], tolerance: 1e-4, fixed: 2) {
            try $0[0].batchNormalisedLeaky(
                scale: $0[1], shift: $0[2], runningMean: $0[3], runningVariance: $0[4], slope: slope)
        }
        let (own, expected) = (
            [try mean.clone(), try variance.clone()], [try mean.to(.float64), try variance.to(.float64)]
        )
        _ = try x.batchNormalisedLeaky(
            scale: scale, shift: shift, runningMean: own[0], runningVariance: own[1], slope: slope)
        _ = try x.to(.float64).batchNormalised(
            scale: scale.to(.float64), shift: shift.to(.float64), runningMean: expected[0],
            runningVariance: expected[1], training: true)
        for (a, b) in zip(own, expected) {
            let error = try (a.to(.float64) - b).absolute().maximum([0]).item()
            #expect(error < 1e-5)
        }
    }

    @Test(arguments: shapes) func scaledChannelsAgree(shape: [Int]) throws {
        try Torch.seed(3)
        try check([.normal(shape), .normal([shape[0], shape[1]])]) { try $0[0].scaledChannels($0[1]) }
    }

    @Test(arguments: shapes) func modulatedEndAgrees(shape: [Int]) throws {
        try Torch.seed(4)
        // As the generator calls it: the noise is a corner of a larger field.
        let field = try Tensor.uniform([shape[0], shape[2] + 2, shape[3] + 3, 1])
        try check(
            [.normal(shape), .normal([shape[0], shape[1]]), .normal([shape[1], 1]), .normal([shape[1]]), field],
            fixed: 1
        ) {
            let noise = try $0[4].narrowed(1, from: 0, length: shape[2]).narrowed(2, from: 0, length: shape[3])
            return try $0[0].modulatedEnd($0[1], noise: noise, weight: $0[2], bias: $0[3], slope: 0.2)
        }
    }

    /// Statistics of a mask over more than one block of keys: bounds are five standard deviations.
    @Test(arguments: [0, 0.2, 0.5]) func dropoutDropsItsShare(probability: Double) throws {
        try Torch.seed(6)
        let count = 200_001
        let ones = try Tensor.zeros([count]) + 1
        try ones.setRequiresGradient(true)
        let first = try ones.dropout(probability, training: true)
        let gradient = try #require(try first.gradients(of: [ones], cotangent: ones.detach())[0])
        let values: [Float] = try first.detach().array()
        #expect(values == (try gradient.array()))
        #expect(values.allSatisfy { $0 == 0 || abs($0 - Float(1 / (1 - probability))) < 1e-6 })
        let isDropped = values.map { $0 == 0 }
        let share = Double(isDropped.count { $0 }) / Double(count)
        #expect(abs(share - probability) <= 5 * (probability * (1 - probability) / Double(count)).squareRoot())
        // Neighbours, the same place in two blocks, and two calls are independent.
        let second: [Float] = try ones.dropout(probability, training: true).detach().array()
        for other in [
            Array(isDropped.dropFirst()), Array(isDropped.dropFirst(1 << 16)), second.map { $0 == 0 },
        ] {
            let pairs = zip(isDropped, other)
            let both = Double(pairs.count { $0 && $1 }) / Double(other.count)
            let square = probability * probability
            #expect(abs(both - square) <= 5 * (square * (1 - square) / Double(other.count)).squareRoot() * 2)
        }
        try Torch.seed(6)
        #expect(values == (try ones.dropout(probability, training: true).detach().array()))
        #expect(try ones.dropout(probability, training: false).detach().array() == [Float](repeating: 1, count: count))
    }

    /// The formulas of the paper's algorithm 1, in double.
    @Test(arguments: [1, 7, 8, 20_003]) func adamStepsAsPublished(count: Int) throws {
        try Torch.seed(5)
        let parameter = try Tensor.normal([count])
        let factors = try Tensor.normal([count])
        try parameter.setRequiresGradient(true)
        let optimizer = try Adam([parameter], learningRate: 0.01, device: .cpu)
        var expected: [Double] = try parameter.detach().to(.float64).array()
        let slopes: [Double] = try factors.to(.float64).array()
        var (first, second) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<3 {
            // The loss is the sum of factors x parameter^2 / 2.
            try (parameter.power(2) * factors * 0.5).sum().backward()
            try optimizer.update()
            (power1, power2) = (power1 * 0.9, power2 * 0.999)
            for i in 0..<count {
                let gradient = slopes[i] * expected[i]
                first[i] = 0.9 * first[i] + 0.1 * gradient
                second[i] = 0.999 * second[i] + 0.001 * gradient * gradient
                let (mean, square) = (first[i] / (1 - power1), second[i] / (1 - power2))
                expected[i] -= 0.01 * mean / (square.squareRoot() + 1e-8)
            }
        }
        let own: [Float] = try parameter.detach().array()
        let error = zip(own, expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(error < 1e-5)
        #expect(try parameter.gradient() == nil)
    }
}
