import Testing

@testable import petri_engine

/// Cards by the names that the driver gives them.
@Suite struct CardSpeedTests {
    @Test(arguments: [
        ("NVIDIA H200", 989.0), ("NVIDIA H100 80GB HBM3", 989), ("NVIDIA A100-SXM4-80GB", 312), ("NVIDIA L4", 121),
        ("NVIDIA L40S", 362),
    ])
    func `known cards have their peak`(name: String, peak: Double) { #expect(CardSpeed.peak(of: name) == peak) }

    @Test(arguments: ["NVIDIA H100 PCIe", "NVIDIA L40", "NVIDIA GeForce RTX 4090", ""])
    func `others have none`(name: String) { #expect(CardSpeed.peak(of: name) == nil) }
}
