import Testing

@testable import Runs

/// The names are those that OpenBLAS takes and, with `OPENBLAS_VERBOSE=2`, prints.
@Suite struct EngineProgramTests {
    private func kernels(_ vendor: String, _ flags: String) -> String? {
        EngineProgram.openBLASKernels(
            cpuinfo:
                "processor\t: 0\nvendor_id\t: \(vendor)\nmodel\t\t: 207\nflags\t\t: fpu sse2 \(flags) movbe\n\nprocessor\t: 1\n"
        )
    }

    @Test(arguments: [
        ("GenuineIntel", "avx avx2 fma avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16", "SkylakeX"),
        ("AuthenticAMD", "avx avx2 fma avx512f avx512dq avx512cd avx512bw avx512vl", "SkylakeX"),
        ("GenuineIntel", "avx fma avx2", "Haswell"), ("AuthenticAMD", "fma avx avx2", "Zen"),
        // Knights Landing has but a part of AVX-512.
        ("GenuineIntel", "avx fma avx2 avx512f avx512cd", "Haswell"),
    ])
    func aProcessorHasTheKernelsOfItsInstructions(vendor: String, flags: String, expected: String) {
        #expect(kernels(vendor, flags) == expected)
    }

    @Test func olderProcessorsAndOthersAreLeftToOpenBLAS() {
        #expect(kernels("GenuineIntel", "avx") == nil)
        #expect(EngineProgram.openBLASKernels(cpuinfo: "processor\t: 0\nFeatures\t: fp asimd\n") == nil)
        #expect(EngineProgram.openBLASKernels(cpuinfo: "") == nil)
    }
}
