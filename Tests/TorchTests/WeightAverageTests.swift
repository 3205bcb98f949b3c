import TestSupport
import Testing

@testable import Torch

extension LibtorchWork {
    @Suite struct WeightAverageTests {
        private let store: ParameterStore
        private let weight: Tensor
        private let statistic: Tensor

        init() throws {
            store = ParameterStore(device: .cpu)
            weight = try store.root.parameter("weight", [2], .zeros)
            statistic = try store.root.buffer("mean", [1], .zeros)
        }

        private func set(_ value: Float) throws {
            try Torch.withoutGradient {
                try weight.copy(from: Tensor([value, -value], shape: [2]))
                try statistic.copy(from: Tensor([value], shape: [1]))
            }
        }

        /// After step t the part min(decay, (1 + t) / (10 + t)) stays: 2/11 of 0 and 9/11 of 11, then 3/12 of 9 and 9/12
        /// of 11.
        @Test func theBeginningIsForgottenFaster() throws {
            let average = try WeightAverage(of: store, decay: 0.9)
            try set(11)
            try average.update()
            let first: [Float] = try average.values[0].array()
            #expect(zip(first, [9, -9]).allSatisfy { abs($0 - $1) < 1e-5 })
            try average.update()
            let second: [Float] = try average.values[1].array()
            #expect(abs(second[0] - 10.5) < 1e-5)
            #expect(average.steps == 2)
        }

        @Test func aSmallDecayHoldsFromTheBeginning() throws {
            let average = try WeightAverage(of: store, decay: 0.1)
            try set(10)
            try average.update()
            let values: [Float] = try average.values[0].array()
            #expect(zip(values, [9, -9]).allSatisfy { abs($0 - $1) < 1e-5 })
        }

        @Test func weightsAndAveragesChangePlaces() throws {
            let average = try WeightAverage(of: store, decay: 0.5)
            try set(4)
            try average.exchange()
            #expect(try weight.array() == [0, 0] as [Float])
            #expect(try average.values[0].array() == [4, -4] as [Float])
            try average.exchange()
            #expect(try weight.array() == [4, -4] as [Float])
            #expect(try statistic.array() == [4] as [Float])
            try average.reset()
            #expect(try average.values[0].array() == [4, -4] as [Float])
        }
    }
}
