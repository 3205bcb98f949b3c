import Foundation
import Testing

@testable import Torch

extension LibtorchWork {
    /// Tensors to and from memory.
    @Suite struct TensorTests {
        @Test(arguments: DataType.allCases)
        func `bytes of every type come back as they went in`(type: DataType) throws {
            let bytes = (0..<6 * type.size).map { UInt8(type == .bool ? $0 % 2 : $0 * 7 % 120) }
            let tensor = try bytes.withUnsafeBytes { try Tensor(bytes: $0, type: type, shape: [2, 3]) }
            #expect(tensor.type == type)
            #expect(tensor.shape == [2, 3])
            #expect(tensor.device == .cpu)
            #expect(try tensor.bytes() == bytes)
        }

        @Test func `lines are sorted, ranked and gathered one by one`() throws {
            let tensor = try Tensor([3, 1, 2, -5, 7, 0] as [Float], shape: [2, 3])
            #expect(try tensor.sorted(1).array() == [1, 2, 3, -5, 0, 7] as [Float])
            let top = try tensor.topIndices(2, dimension: 1)
            #expect(try top.array(of: Int64.self) == [0, 2, 1, 2])
            #expect(try tensor.gathered(1, top).array() == [3, 2, 7, 0] as [Float])
        }

        @Test func `types are converted on the way out`() throws {
            let tensor = try Tensor([1.5, -2, 300] as [Float], shape: [3])
            #expect(try tensor.array(of: Int64.self) == [1, -2, 300])
            #expect(try tensor.array(of: Double.self) == [1.5, -2, 300])
            #expect(try tensor.to(.int32).array(of: Int32.self) == [1, -2, 300])
        }

        /// 1 is 0x3F80 as bfloat16 and 0x3C00 as IEEE half; little endian.
        @Test func `half precisions have their own bits`() throws {
            let one = try Tensor([1] as [Float], shape: [1])
            #expect(try one.to(.bfloat16).bytes() == [0x80, 0x3F])
            #expect(try one.to(.float16).bytes() == [0x00, 0x3C])
        }

        @Test func `a transposed tensor reads row by row`() throws {
            let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Int32], shape: [2, 3]).transposed(0, 1)
            #expect(tensor.shape == [3, 2])
            #expect(try tensor.array(of: Int32.self) == [1, 4, 2, 5, 3, 6])
        }

        @Test func `an empty tensor and a single number have their shapes`() throws {
            #expect(try Tensor([] as [Float], shape: [0, 4]).array(of: Float.self) == [])
            let number = try Tensor([7] as [Int64], shape: [])
            #expect(number.shape == [])
            #expect(try number.item() == 7)
        }

        @Test func `values that do not fill the shape are refused`() {
            #expect(throws: TorchError.failed("3 values do not fit the shape [2, 2]")) {
                try Tensor([1, 2, 3] as [Float], shape: [2, 2])
            }
            #expect(throws: TorchError.self) {
                try [UInt8](repeating: 0, count: 5).withUnsafeBytes {
                    try Tensor(bytes: $0, type: .float32, shape: [1])
                }
            }
        }

        @Test func `padding, cropping and joining move the numbers they should`() throws {
            let tensor = try Tensor([1, 2, 3, 4] as [Float], shape: [1, 1, 2, 2])
            let padded = try tensor.padded(left: 1, right: -1, top: 0, bottom: 1, value: 9)
            #expect(try padded.array(of: Float.self) == [9, 1, 9, 3, 9, 9])
            #expect(try tensor.edgePadded(right: 1, bottom: 1).array(of: Float.self) == [1, 2, 2, 3, 4, 4, 3, 4, 4])
            let joined = try Tensor.concatenated([tensor, tensor], dimension: 3)
            #expect(try joined.array(of: Float.self) == [1, 2, 1, 2, 3, 4, 3, 4])
            #expect(try joined.chunks(2, dimension: 3).map { try $0.array(of: Float.self) }[1] == [1, 2, 3, 4])
            let hot = try Tensor([0, 2] as [Int64], shape: [2]).oneHot(3)
            #expect(try hot.array(of: Int64.self) == [1, 0, 0, 0, 0, 1])
        }

        @Test func `seeds repeat random numbers`() throws {
            func numbers(_ seed: UInt64) throws -> [Float] {
                try Torch.seed(seed)
                return try Tensor.normal([50]).array(of: Float.self) + Tensor.uniform([50]).array(of: Float.self)
            }
            #expect(try numbers(5) == numbers(5))
            #expect(try numbers(5) != numbers(6))
            let uniform = try Tensor.uniform([1000]).array(of: Float.self)
            #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        }

        @Test func `devices are read from words`() {
            #expect(Device("cpu") == .cpu)
            #expect(Device("cuda") == .cuda(0))
            #expect(Device("cuda:3") == .cuda(3))
            for text in ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU"] { #expect(Device(text) == nil) }
        }
    }

    /// What cannot be done becomes an error, and the process lives on.
    @Suite struct FaultTests {
        private func tensor(_ shape: [Int]) throws -> Tensor { try .full(shape, 1) }

        private func fault(_ body: () throws -> Tensor) -> String {
            do {
                _ = try body()
                return "no error"
            } catch TorchError.failed(let message) {
                return message
            } catch {
                return "another error: \(error)"
            }
        }

        @Test func `wrong shapes are said with their sizes`() throws {
            let (a, b) = (try tensor([2, 3]), try tensor([4, 5]))
            let message = fault { try a.matmul(b) }
            #expect(message.contains("2x3") && message.contains("4x5"), "\(message)")
            #expect(!message.contains("frame #"), "no C++ backtrace: \(message)")
            #expect(fault { try a + b }.contains("must match"))
            #expect(fault { try a.reshaped([7]) }.contains("invalid for input of size 6"))
            #expect(try a.matmul(tensor([3, 1])).array(of: Float.self) == [3, 3])
        }

        @Test func `an unknown operator is an error at its call`() throws {
            let message = fault { try Operator("no_such_operator")() }
            #expect(message.contains("no_such_operator"))
            let overload = fault { try Operator("relu", "no_such_overload")(.tensor(try tensor([1]))) }
            #expect(overload.contains("no_such_overload"))
        }

        @Test func `arguments of another type or number are refused`() throws {
            let one = try tensor([1])
            for argument in [Argument.text("x"), .none, .int(3), .ints([1, 2]), .tensors([one])] {
                #expect(fault { try Operator("relu")(argument) }.contains("relu"))
            }
            #expect(fault { try Operator("relu")(.tensor(one), .tensor(one)) } == "aten::relu: too many arguments")
            #expect(fault { try Operator("relu")() } != "no error")
            #expect(fault { try Operator("relu")(.standard) } == "argument 'self' has no default")
            #expect(fault { try Operator("reshape")(.tensor(one), .reals([1])) } != "no error")
            #expect(
                fault { try Operator("full")(.ints([1]), .real(0), .standard, .standard, .text("moon")) }
                    != "no error")
        }

        @Test func `more results than asked for are refused`() throws {
            let four = try tensor([4])
            let parts = Operator("chunk")
            #expect(throws: TorchError.self) { try parts.tensors([.tensor(four), .int(4), .int(0)], capacity: 3) }
            #expect(try parts.tensors([.tensor(four), .int(4), .int(0)], capacity: 4).count == 4)
        }

        /// add(self, other, *, alpha=1), var(self, dim, unbiased=True, keepdim=False), sum(self, *, dtype=None).
        @Test func `what is left out takes the operator's defaults`() throws {
            let (a, b) = (try Tensor([1, 2] as [Float], shape: [2]), try Tensor([10, 20] as [Float], shape: [2]))
            let add = Operator("add", "Tensor")
            #expect(try add(.tensor(a), .tensor(b)).array(of: Float.self) == [11, 22])
            #expect(try add(.tensor(a), .tensor(b), .standard).array(of: Float.self) == [11, 22])
            #expect(try add(.tensor(a), .tensor(b), .int(3)).array(of: Float.self) == [31, 62])
            #expect(try Operator("var", "dim")(.tensor(a), .ints([0])).item() == 0.5)
            #expect(try Operator("var", "dim")(.tensor(a), .ints([0]), .bool(false)).item() == 0.25)
        }

        /// 2^46 numbers of 4 bytes are more than an address space of 47 bits.
        @Test func `memory that is not there is told apart`() throws {
            do {
                _ = try tensor([1 << 46])
                Issue.record("256 TiB were allocated")
            } catch TorchError.outOfMemory(let message) {
                #expect(message.contains("memory"))
            }
            #expect(fault { try tensor([1 << 40, 1 << 40]) } != "no error")
            #expect(fault { try tensor([-1]) }.contains("negative"))
            #expect(try tensor([2]).sum().item() == 2)
        }
    }

    /// Handles are freed as Swift lets go of them.
    @Suite struct MemoryTests {
        /// Mebibytes of memory the process holds.
        private func resident() throws -> Int {
            let facts = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return try #require(Int(facts[1])) * sysconf(Int32(_SC_PAGESIZE)) >> 20
        }

        /// Each round makes 3 MiB; kept, the rounds would hold 6 GiB. Other suites may hold some meanwhile.
        @Test func `memory does not grow over rounds of tensors, graphs and faults`() throws {
            let parameter = try Tensor.full([1 << 18], 0.5)
            try parameter.setRequiresGradient(true)
            let before = try resident()
            for _ in 0..<2000 {
                let product = try parameter * parameter
                _ = try product.chunks(4, dimension: 0)
                #expect(throws: TorchError.self) { try product.matmul(Tensor.zeros([3, 3])) }
                try product.sum().backward()
                parameter.clearGradient()
            }
            #expect(try resident() - before < 500)
        }
    }
}
