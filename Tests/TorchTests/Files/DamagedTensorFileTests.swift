import Foundation
import TestSupport
import Testing

@testable import Torch

@Suite("Damaged files of tensors")
struct DamagedTensorFileTests {
    @Test(arguments: [1, 2]) func mutatedSafetensorsEndInAnErrorOrInTensorsWithinTheFile(seed: UInt64) throws {
        let original = try FileFixtures.bytes("every.safetensors")
        let counts = try survive(seed: seed, count: 1500) { mutations in
            mutations.mutate(original, near: [0] + Array(stride(from: 8, to: original.count / 2, by: 40)))
        }
        #expect(counts.errors > 500)
        #expect(counts.successes > 20)
    }

    @Test(arguments: ["plain.pth", "nested.pth", "views.pth", "deflated.pth"])
    func mutatedPthEndInAnErrorOrInTensorsWithinTheFile(name: String) throws {
        let original = try FileFixtures.bytes(name)
        let headers = original.indices.dropLast(3).filter { original[$0] == 0x50 && original[$0 + 1] == 0x4B }
        let pickle = headers.prefix(1).map { $0 + 60 } + Array(stride(from: 64, to: min(1200, original.count), by: 46))
        let counts = try survive(seed: 3, count: 750) { mutations in
            mutations.mutate(original, near: headers + pickle)
        }
        #expect(counts.errors > 200)
        if name != "deflated.pth" { #expect(counts.successes > 20) }
    }

    @Test(arguments: ["legacy-every.pth", "legacy-nested.pth", "legacy-views.pth", "legacy-old.pth"])
    func mutatedLegacyPthEndInAnErrorOrInTensorsWithinTheFile(name: String) throws {
        let original = try FileFixtures.bytes(name)
        // After the magic number; mutants of that are not PyTorch's.
        let pickles = Array(stride(from: 15, to: original.count, by: 46))
        let counts = try survive(seed: 5, count: 600) { mutations in
            mutations.mutate(original, near: pickles)
        }
        #expect(counts.errors > 200)
        #expect(counts.successes > 20)
    }

    /// Opens each mutant and reads all its tensors; anything but success or a `TensorFileError` fails, as does memory
    /// beyond what the files could need.
    private func survive(
        seed: UInt64, count: Int, _ mutant: (inout Mutations) -> [UInt8]
    ) throws -> (successes: Int, errors: Int) {
        let folder = try TemporaryFolder()
        let path = folder.path("mutant")
        var mutations = Mutations(seed: seed)
        var counts = (successes: 0, errors: 0)
        let before = peakMemory()
        for _ in 0..<count {
            let bytes = mutant(&mutations)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do {
                let file = try TensorFile.open(path)
                for tensor in file.tensors {
                    #expect(tensor.byteCount <= bytes.count)
                    try file.withBytes(of: tensor.name) { #expect($0.count == tensor.byteCount) }
                }
                counts.successes += 1
            } catch is TensorFileError {
                counts.errors += 1
            }
        }
        #expect(peakMemory() - before < 200 << 20)
        return counts
    }

    /// The most memory this process has held, in bytes.
    private func peakMemory() -> Int {
        var usage = rusage()
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss * 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss
        #endif
    }
}
