import TestSupport
import Testing

@testable import Torch

/// The fused linear attention against the composition of libtorch's operators, which runs in float64 here.
@Suite(.serialized, .alone) struct LinearAttentionTests {
    struct Size: Sendable, CustomTestStringConvertible {
        let batch, channels, heads, height, width: Int
        var testDescription: String { "\(batch)x\(channels)x\(height)x\(width), \(heads) heads" }
    }

    /// x, z and the weights of queries, keys and values, output and its bias.
    private static func arguments(_ size: Size) throws -> [Tensor] {
        let (channels, inner) = (size.channels, 64 * size.heads)
        let shapes = [
            [size.batch, channels, size.height, size.width], [size.batch, channels, size.height, size.width],
            [inner, channels, 1, 1], [2 * inner, channels, 1, 1], [channels, inner, 1, 1], [channels],
        ]
        return try shapes.enumerated().map { index, shape in
            // Columns of weights are scaled so that queries and keys spread over a few units.
            let scale = (2...4).contains(index) ? 2 / Float(shape[1]).squareRoot() : 1
            return try wave(shape, phase: index, scale: scale)
        }
    }

    private static func wave(_ shape: [Int], phase: Int, scale: Float = 1) throws -> Tensor {
        var state = UInt64(phase + 1) &* 0x9E37_79B9_7F4A_7C15
        let values = (0..<shape.reduce(1, *)).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Float(state >> 40) / Float(1 << 23) - 1) * scale
        }
        return try Tensor(values, shape: shape)
    }

    private static func fused(_ a: [Tensor]) throws -> Tensor? {
        try a[0].linearAttention(over: a[1], query: a[2], keyValue: a[3], output: a[4], bias: a[5])
    }

    private static func composed(_ a: [Tensor]) throws -> Tensor {
        let (batch, heads) = (a[0].size(0), a[2].size(0) / 64)
        let positions = a[0].size(2) * a[0].size(3)
        func split(_ y: Tensor) throws -> Tensor { try y.reshaped([batch * heads, 64, positions]) }
        let keyValue = try a[1].convolved(a[3]).chunks(2, dimension: 1)
        let query = try split(a[0].convolved(a[2])).softmax(1) * 0.125
        let key = try split(keyValue[0]).softmax(2)
        let context = try split(keyValue[1]).matmul(key.transposed(1, 2))
        let attended = try context.matmul(query).reshaped([batch, 64 * heads, a[0].size(2), a[0].size(3)])
        return try attended.gelu().convolved(a[4], bias: a[5])
    }

    private static func copies(_ tensors: [Tensor], _ type: DataType) throws -> [Tensor] {
        try tensors.map { tensor in
            let copy = try Tensor(tensor.array(of: Double.self), shape: tensor.shape).to(type)
            try copy.setRequiresGradient(true)
            return copy
        }
    }

    private static func distance(_ a: Tensor, _ b: Tensor) throws -> Double {
        let (a, b) = try (a.array(of: Double.self), b.array(of: Double.self))
        let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    @Test(arguments: [
        Size(batch: 2, channels: 64, heads: 8, height: 12, width: 16),
        Size(batch: 1, channels: 8, heads: 1, height: 5, width: 7),
        Size(batch: 3, channels: 12, heads: 3, height: 13, width: 17),
        Size(batch: 2, channels: 33, heads: 2, height: 9, width: 1),
    ]) func valuesAndGradientsAgree(size: Size) throws {
        let arguments = try Self.arguments(size)
        let (own, reference) = try (Self.copies(arguments, .float32), Self.copies(arguments, .float64))
        let result = try #require(try Self.fused(own))
        let expected = try Self.composed(reference)
        #expect(result.shape == expected.shape)
        #expect(try Self.distance(result, expected) < 1e-5)
        let cotangent = try Self.wave(result.shape, phase: 9)
        let gradients = try result.gradients(of: own, cotangent: cotangent, retainGraph: true)
        let expectedGradients = try expected.gradients(of: reference, cotangent: cotangent.to(.float64))
        for (index, (gradient, expected)) in zip(gradients, expectedGradients).enumerated() {
            let (gradient, expected) = try (#require(gradient), #require(expected))
            #expect(gradient.shape == expected.shape)
            #expect(try Self.distance(gradient, expected) < 1e-5, "argument \(index)")
            // Once more through the same graph, and for this argument alone.
            let alone = try result.gradients(of: [own[index]], cotangent: cotangent, retainGraph: true)
            #expect(
                try #require(alone[0]).array(of: Float.self) == gradient.array(of: Float.self), "argument \(index)")
        }
    }

    @Test func largeValuesStayFinite() throws {
        let size = Size(batch: 1, channels: 8, heads: 1, height: 6, width: 9)
        let own = try Self.copies(Self.arguments(size).map { try $0 * 100 }, .float32)
        let result = try #require(try Self.fused(own))
        let cotangent = try Self.wave(result.shape, phase: 9)
        let gradients = try result.gradients(of: own, cotangent: cotangent)
        for tensor in [result] + gradients.compactMap({ $0 }) {
            #expect(try tensor.array(of: Float.self).allSatisfy(\.isFinite))
        }
    }

    @Test func otherTypesAndAutocastAreLeftToTheComposition() throws {
        let arguments = try Self.arguments(Size(batch: 1, channels: 8, heads: 1, height: 4, width: 4))
        #expect(try Self.fused(Self.copies(arguments, .float64)) == nil)
        #expect(try Torch.autocast(.bfloat16, on: .cpu) { try Self.fused(arguments) } == nil)
    }

    @Test func weightsThatDoNotFitAreAnError() throws {
        var arguments = try Self.arguments(Size(batch: 1, channels: 8, heads: 1, height: 4, width: 4))
        arguments[4] = arguments[5]
        #expect(throws: TorchError.self) { try Self.fused(arguments) }
    }
}
