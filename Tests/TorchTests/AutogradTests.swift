import Foundation
import Testing

@testable import Torch

extension LibtorchWork {
    /// Gradients and the modes of the thread.
    @Suite struct AutogradTests {
        struct Left: Error {}

        private func leaf(_ values: [Float]) throws -> Tensor {
            let tensor = try Tensor(values, shape: [values.count])
            try tensor.setRequiresGradient(true)
            return tensor
        }

        private func gradient(_ tensor: Tensor) throws -> [Float]? { try tensor.gradient()?.array() }

        /// f = sum(x²y + 3x): df/dx = 2xy + 3, df/dy = x².
        @Test func `gradients are those of calculus`() throws {
            let (x, y) = (try leaf([1, 2, -1]), try leaf([3, 0.5, 4]))
            let f = try (x * x * y + x * 3).sum()
            #expect(try f.item() == 3 + 3 + 2 + 6 + 4 - 3)
            try f.backward()
            #expect(try gradient(x) == [9, 5, -5])
            #expect(try gradient(y) == [1, 4, 1])
        }

        @Test func `gradients add up until they are dropped`() throws {
            let x = try leaf([2])
            for _ in 0..<2 { try (x * x).backward() }
            #expect(try gradient(x) == [8])
            x.clearGradient()
            #expect(try x.gradient() == nil)
            try (x * x).backward()
            #expect(try gradient(x) == [4])
        }

        @Test func `a cotangent weights the outputs`() throws {
            let x = try leaf([1, 2, 3])
            try (x * x).backward(cotangent: Tensor([1, 0, -1] as [Float], shape: [3]))
            #expect(try gradient(x) == [2, 0, -6])
            let given = try (x * 2).gradients(of: [x], cotangent: Tensor([5, 6, 7] as [Float], shape: [3]))
            #expect(try given[0]?.array(of: Float.self) == [10, 12, 14])
            #expect(try gradient(x) == [2, 0, -6], "only backward accumulates")
        }

        @Test func `backward into some leaves leaves the others alone`() throws {
            let (x, y, z) = (try leaf([2]), try leaf([3]), try leaf([1]))
            try (y * 1).backward()
            try (x * y * z).backward(into: [x, z])
            #expect(try gradient(x) == [3])
            #expect(try gradient(y) == [1])
            #expect(try gradient(z) == [6])
        }

        @Test func `an input that is not reached has no gradient`() throws {
            let (x, y) = (try leaf([2]), try leaf([3]))
            let found = try (x * x).gradients(of: [x, y])
            #expect(try found[0]?.item() == 4)
            #expect(found[1] == nil)
        }

        @Test func `a graph is gone after backward unless it is kept`() throws {
            let x = try leaf([3])
            let y = try x * x
            try y.backward(retainGraph: true)
            try y.backward()
            #expect(try gradient(x) == [12])
            #expect(throws: TorchError.self) { try y.backward() }
            #expect(throws: TorchError.self) { try Tensor([1] as [Float], shape: [1]).backward() }
        }

        @Test func `detached tensors carry no gradient`() throws {
            let x = try leaf([3])
            try (x * x.detach()).backward()
            #expect(try gradient(x) == [3])
        }

        @Test func `the scope without gradients ends on a throw too`() throws {
            let x = try leaf([1])
            let recorded = try Torch.withoutGradient {
                let first = try x * x
                Torch.withoutGradient {}
                return [first.requiresGradient, try (x * x).requiresGradient]
            }
            #expect(recorded == [false, false], "an inner scope does not end the outer one")
            #expect(throws: Left.self) { try Torch.withoutGradient { throw Left() } }
            #expect(try (x * x).requiresGradient)
        }

        @Test func `the scope of autocast ends on a throw too`() throws {
            let x = try Tensor.full([4, 4], 1)
            func product() throws -> DataType? { try x.matmul(x).type }
            let types = try Torch.autocast(.bfloat16, on: .cpu) {
                let first = try product()
                let asItIs = try Torch.autocast(nil, on: .cpu) { try product() }
                try Torch.autocast(.bfloat16, on: .cpu) {}
                return [first, asItIs, try product()]
            }
            #expect(types == [.bfloat16, .bfloat16, .bfloat16], "an inner scope does not end the outer one")
            #expect(throws: Left.self) { try Torch.autocast(.bfloat16, on: .cpu) { throw Left() } }
            #expect(try x.matmul(x).type == .float32)
        }

        @Test func `autocast gives float32 gradients to float32 leaves`() throws {
            let x = try leaf([1, 2, 3, 4])
            let square = try x.reshaped([2, 2])
            try Torch.autocast(.bfloat16, on: .cpu) { try square.matmul(square).to(.float32).sum() }.backward()
            let gradient = try #require(try x.gradient())
            #expect(gradient.type == .float32)
            // d sum(A A) / dA = ones Aᵀ + Aᵀ ones = [4 3; 7 ...] by rows: 3 + 4, 7 + 4, 3 + 6, 7 + 6.
            #expect(try gradient.array(of: Float.self) == [7, 11, 9, 13])
        }
    }
}
