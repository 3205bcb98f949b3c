import Foundation
import TestSupport
import Testing

@testable import Torch

@Suite("PyTorch files")
struct PyTorchFileTests {
    @Test(arguments: [
        "plain.pth", "every.pth", "nested.pth", "several.pth", "views.pth", "legacy-every.pth", "legacy-nested.pth",
        "legacy-views.pth", "legacy-old.pth",
    ])
    func tensorsReadAsPyTorchReadsThem(name: String) throws {
        try FileFixtures.expect(try PyTorchFile.open(FileFixtures.path(name)), reads: name, inOrder: true)
        try FileFixtures.expect(try TensorFile.open(FileFixtures.path(name)), reads: name, inOrder: true)
    }

    @Test(arguments: ["evil.pth", "legacy-evil.pth"])
    func aPickleThatNamesAFunctionIsRefusedByNameAndNotRun(name: String) throws {
        let trace = "/tmp/petri-evil-pickle-ran"
        #expect(!FileManager.default.fileExists(atPath: trace))
        let fault = FileFixtures.fault { try TensorFile.open(FileFixtures.path(name)) }
        #expect(fault?.contains("posix.system") == true)
        #expect(fault?.contains("not run") == true)
        #expect(!FileManager.default.fileExists(atPath: trace))
    }

    @Test(arguments: [
        ("model.pth", "torch.nn.modules.linear.Linear"), ("script.pth", "TorchScript"),
        ("deflated.pth", "compressed zip"), ("expanded.pth", "expanded view"), ("deep.pth", "nests too many"),
        ("cycle.pth", "nests too many"), ("bomb.pth", "nests too many"), ("every.safetensors", "is not a .pth"),
        ("legacy-expanded.pth", "expanded view"),
        ("legacy-bare.pth", "a parameter without its tensor"), ("legacy-beyond.pth", "reaches beyond its storage"),
        ("legacy-unlisted.pth", "lacks the data of \"w\""), ("legacy-unknown.pth", "list of storages"),
        ("legacy-count.pth", "12 elements is said to have 11"), ("legacy-short.pth", "is truncated"),
    ])
    func whatIsNotWeightsIsRefusedWithItsReason(name: String, fault: String) throws {
        let found = FileFixtures.fault { try PyTorchFile.open(FileFixtures.path(name)) }
        #expect(found?.contains(fault) == true, "\(found ?? "opened")")
    }
}
