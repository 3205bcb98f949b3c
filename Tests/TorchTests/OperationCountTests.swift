import Testing

@testable import Torch

extension LibtorchWork {
    /// Operations counted by hand.
    @Suite struct OperationCountTests {
        private func weight(_ shape: [Int], trained: Bool = true) throws -> Tensor {
            let tensor = try Tensor.uniform(shape)
            try tensor.setRequiresGradient(trained)
            return tensor
        }

        /// Of 2x3x5x7 into 8 channels: 2 x 8 x 5 x 7 outputs of 3 x 3 x 3 products, which are 15,120.
        @Test func `a convolution is counted forwards and for either gradient`() throws {
            let image = try Tensor.uniform([2, 3, 5, 7])
            let filters = try weight([8, 3, 3, 3])
            let forwards = 2 * 15_120
            #expect(try Torch.countingOperations { _ = try image.convolved(filters, padding: 1) } == 2 * forwards)
            try image.setRequiresGradient(true)
            #expect(try Torch.countingOperations { _ = try image.convolved(filters, padding: 1) } == 3 * forwards)
            let without = try Torch.countingOperations {
                try Torch.withoutGradient { _ = try image.convolved(filters, padding: 1) }
            }
            #expect(without == forwards)
        }

        @Test func `strides, groups and transposition are taken into account`() throws {
            let image = try Tensor.uniform([1, 4, 8, 8])
            // 4x4 windows at stride 2: 1 x 6 x 4 x 4 outputs of 4 x 4 x 4 products.
            let strided = try Torch.countingOperations {
                _ = try image.convolved(weight([6, 4, 4, 4], trained: false), stride: 2, padding: 1)
            }
            #expect(strided == 2 * 96 * 64)
            // Each channel by itself: 4 x 8 x 8 outputs of 3 x 3 products.
            let grouped = try Torch.countingOperations {
                _ = try image.convolved(weight([4, 1, 3, 3], trained: false), padding: 1, groups: 4)
            }
            #expect(grouped == 2 * 256 * 9)
            // Each of 4 x 8 x 8 inputs goes into 5 x 2 x 2 outputs.
            let transposed = try Torch.countingOperations {
                _ = try image.convolvedTransposed(weight([4, 5, 2, 2], trained: false), stride: 2)
            }
            #expect(transposed == 2 * 256 * 20)
        }

        @Test func `matrix products are counted`() throws {
            // 3 x 7 of sums of 5; and 2 batches of 3 x 4 of sums of 5.
            #expect(
                try Torch.countingOperations { _ = try Tensor.uniform([3, 5]).linear(weight([7, 5], trained: false)) }
                    == 2 * 3 * 7 * 5)
            #expect(
                try Torch.countingOperations { _ = try Tensor.uniform([2, 3, 5]).matmul(.uniform([2, 5, 4])) }
                    == 2 * 2 * 3 * 4 * 5)
        }

        /// 2 x 6 places of 3 channels, 2 heads of 64: (3 + 6 + 3) x 128 products a place, and twice 64 x 128.
        @Test func `attention in one pass counts as its parts do`() throws {
            let x = try Tensor.uniform([2, 3, 2, 3])
            let counted = try Torch.withoutGradient {
                try Torch.countingOperations {
                    _ = try x.linearAttention(
                        over: x, query: .uniform([128, 3, 1, 1]), keyValue: .uniform([256, 3, 1, 1]),
                        output: .uniform([3, 128, 1, 1]), bias: .zeros([3]))
                }
            }
            #expect(counted == 2 * 12 * (12 * 128 + 2 * 64 * 128))
        }

        @Test func `nothing is counted outside`() throws {
            let inner = Torch.countingOperations {}
            _ = try Tensor.uniform([3, 5]).matmul(.uniform([5, 4]))
            #expect(inner == 0)
        }
    }
}
