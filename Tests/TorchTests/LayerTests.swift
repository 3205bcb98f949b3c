import Foundation
import TestSupport
import Testing

@testable import Torch

extension LibtorchWork {
    /// Layers, their optimiser and their files.
    @Suite struct LayerTests {
        /// 1, 2, 3, 6: mean 3, variance 3.5 (of the batch) or 14/3 (of what it was drawn from).
        @Test func `batch norm's statistics are those worked out by hand`() throws {
            let store = ParameterStore(device: .cpu)
            let norm = try BatchNorm(store.root, 1)
            try store.initialise()
            let x = try Tensor([1, 2, 3, 6] as [Float], shape: [2, 1, 1, 2])
            let inTraining = try norm(x).array(of: Double.self)
            for (value, number) in zip(inTraining, [1.0, 2, 3, 6]) {
                #expect(abs(value - (number - 3) / (3.5 + 1e-5).squareRoot()) < 1e-6)
            }
            let running = try store.entries.filter { !$0.isTrainable }.map { try $0.tensor.item() }
            #expect(abs(running[0] - 0.3) < 1e-7)
            #expect(abs(running[1] - (0.9 + 0.1 * 14 / 3)) < 1e-6)
            store.isTraining = false
            let inUse = try norm(x).array(of: Double.self)
            for (value, number) in zip(inUse, [1.0, 2, 3, 6]) {
                #expect(abs(value - (number - running[0]) / (running[1] + 1e-5).squareRoot()) < 1e-6)
            }
            #expect(try store.entries.filter { !$0.isTrainable }.map { try $0.tensor.item() } == running)
        }

        @Test func `a convolution sums its window`() throws {
            let store = ParameterStore(device: .cpu)
            let convolution = try Convolution(store.root, 1, 1, kernel: 3, padding: 1)
            try Torch.withoutGradient {
                try convolution.weight.copy(from: Tensor((1...9).map(Float.init), shape: [1, 1, 3, 3]))
                try convolution.bias?.copy(from: .full([1], 0.5))
            }
            let x = try Tensor([1, 10, 100, 1000] as [Float], shape: [1, 1, 2, 2])
            // Weights rise row by row; the middle one is 5.
            #expect(try convolution(x).array(of: Float.self) == [9865.5, 8754.5, 6532.5, 5421.5])
        }

        @Test func `convolutions start with Kaiming's deviation and layers with Xavier's`() throws {
            let store = ParameterStore(device: .cpu)
            let convolution = try Convolution(store.root / "a", 32, 64, kernel: 3)
            let linear = try Linear(store.root / "b", 300, 100)
            func start(_ seed: UInt64) throws -> [Float] {
                try Torch.seed(seed)
                try store.initialise()
                return try store.trainable.flatMap { try $0.array(of: Float.self) }
            }
            let first = try start(1)
            #expect(try start(2) != first)
            #expect(try start(1) == first)
            // sqrt(2 / (64 x 9)) and sqrt(2 / 400); 18,432 and 30,000 draws stray by less than 3 %.
            for (weight, deviation) in [(convolution.weight, 0.058926), (linear.weight, 0.070711)] {
                let found = try weight.power(2).mean().squareRoot().item()
                #expect(abs(found / deviation - 1) < 0.03)
                #expect(abs(try weight.mean().item()) < 0.03 * deviation)
            }
            #expect(try linear.bias.absolute().sum().item() == 0)
        }

        @Test func `adam takes the steps that PyTorch's takes`() throws {
            let steps = try JSONDecoder().decode(
                [[[Double]]].self, from: Data(contentsOf: LibtorchWork.fixture("adam.json")))
            let shapes = [[3], [2, 2]]
            func wave(_ shape: [Int], _ frequency: Double, _ phase: Double) throws -> Tensor {
                try Tensor(LibtorchWork.wave(shape.reduce(1, *), frequency, phase).map { Float($0) }, shape: shape)
            }
            let parameters = [try wave(shapes[0], 0.3, 1), try wave(shapes[1], 0.5, 0)]
            for parameter in parameters { try parameter.setRequiresGradient(true) }
            let adam = try Adam(parameters, learningRate: 0.05, device: .cpu)
            for (index, expected) in steps.enumerated() {
                let step = index + 1
                if step == 5 { adam.learningRate = 0.01 }
                for parameter in parameters {
                    let gradient = try wave(parameter.shape, 0.7, Double(step)) * pow(10, Double(step - 5))
                    try (parameter * gradient).sum().backward()
                }
                try adam.update()
                #expect(adam.step == step)
                for (parameter, values) in zip(parameters, expected) {
                    #expect(try parameter.gradient() == nil)
                    for (mine, theirs) in zip(try parameter.array(of: Double.self), values) {
                        #expect(abs(mine - theirs) < 2e-6, "step \(step)")
                    }
                }
            }
        }

        @Test func `a parameter without a gradient stays`() throws {
            let (a, b) = (try Tensor.full([1], 1), try Tensor.full([1], 1))
            for tensor in [a, b] { try tensor.setRequiresGradient(true) }
            let adam = try Adam([a, b], learningRate: 0.1, device: .cpu)
            try (a * 2).backward()
            try adam.update()
            #expect(abs(try a.item() - 0.9) < 1e-6)
            #expect(try b.item() == 1)
        }
    }

    /// Named parameters and their files.
    @Suite struct ParameterStoreTests {
        /// The layers of make_training.py.
        private struct Network {
            let store = ParameterStore(device: .cpu)
            let first: Convolution
            let norm: BatchNorm
            let up: TransposedConvolution
            let head: Linear

            init() throws {
                first = try Convolution(store.root / "first", 2, 4, kernel: 3, stride: 2, padding: 1, bias: false)
                norm = try BatchNorm(store.root / "norm", 4)
                up = try TransposedConvolution(store.root / "up", 4, 3, stride: 2)
                head = try Linear(store.root / "head", 8, 5)
            }

            func callAsFunction(_ x: Tensor) throws -> Tensor { try head(up(norm(first(x)).leakyRelu(0.1))) }
        }

        private struct Answer: Decodable {
            let shape: [Int]
            let values: [Double]
        }

        @Test func `paths are the names in checkpoints`() throws {
            let network = try Network()
            #expect(
                network.store.entries.map(\.name) == [
                    "first.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "up.weight",
                    "up.bias", "head.weight", "head.bias",
                ])
            #expect(network.store.trainable.count == 7)
            #expect(network.store.parameterCount == 72 + 8 + 48 + 3 + 45)
            #expect(network.store.trainable.allSatisfy { $0.requiresGradient })
            try network.store.setRequiresGradient(false)
            #expect(network.store.trainable.allSatisfy { !$0.requiresGradient })
        }

        @Test func `weights that PyTorch wrote give PyTorch's answer`() throws {
            let network = try Network()
            let file = try TensorFile.open(LibtorchWork.fixture("layers.pth").path)
            #expect(file["norm.num_batches_tracked"] != nil, "which no layer wants")
            try network.store.load(from: file)
            network.store.isTraining = false
            let expected = try JSONDecoder().decode(
                Answer.self, from: Data(contentsOf: LibtorchWork.fixture("layers.json")))
            let x = try Tensor(LibtorchWork.wave(2 * 2 * 6 * 8, 0.37).map { Float($0) }, shape: [2, 2, 6, 8])
            let y = try network(x)
            #expect(y.shape == expected.shape)
            for (mine, theirs) in zip(try y.array(of: Double.self), expected.values) {
                #expect(abs(mine - theirs) < 1e-5)
            }
        }

        @Test func `a network comes back from its file, bit by bit`() throws {
            let folder = try TemporaryFolder()
            let (one, other) = (try Network(), try Network())
            try Torch.seed(3)
            try one.store.initialise()
            try SafetensorsFile.write(folder.path("f"), tensors: one.store.toWrite(prefix: "net."))
            try other.store.load(from: TensorFile.open(folder.path("f")), prefix: "net.")
            for (mine, theirs) in zip(one.store.entries, other.store.entries) {
                #expect(try mine.tensor.bytes() == theirs.tensor.bytes(), "\(mine.name)")
                #expect(theirs.tensor.requiresGradient == theirs.isTrainable)
            }
        }

        private func fault(_ tensors: [TensorToWrite]) throws -> String {
            let folder = try TemporaryFolder()
            try SafetensorsFile.write(folder.path("f"), tensors: tensors)
            let store = try Network().store
            do {
                try store.load(from: TensorFile.open(folder.path("f")))
                return "no error"
            } catch TorchError.parameters(let message) {
                return message
            }
        }

        @Test func `a tensor that is missing or of another shape is named`() throws {
            let tensors = try Network().store.toWrite()
            #expect(try fault(tensors) == "no error")
            let missing = try fault(tensors.filter { $0.name != "up.bias" })
            #expect(missing.contains("has no tensor up.bias"))
            let other = try TensorToWrite(name: "up.bias", .zeros([4]))
            let reshaped = try fault(tensors.map { $0.name == "up.bias" ? other : $0 })
            #expect(reshaped.contains("up.bias is of shape [4] where [3] is needed"))
        }

        @Test func `weights of another type are converted`() throws {
            let folder = try TemporaryFolder()
            let network = try Network()
            let tensors = try network.store.entries.map { entry in
                try TensorToWrite(name: entry.name, Tensor.full(entry.tensor.shape, 0.5).to(.float16))
            }
            try SafetensorsFile.write(folder.path("f"), tensors: tensors)
            try network.store.load(from: TensorFile.open(folder.path("f")))
            for entry in network.store.entries {
                #expect(entry.tensor.type == .float32)
                #expect(try entry.tensor.mean().item() == 0.5)
            }
        }
    }
}
