import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct EventFileTests {
    /// RFC 3720, B.4, and the usual check value.
    @Test func checksumsAreCastagnolis() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
    }

    /// Written by TensorBoard 2.21's RecordWriter from its own Event messages: version, session start at step 21, two
    /// values at step 30 and one at step 1000000, all of the time 1700000000.
    private static let theirs =
        "GAAAAAAAAACjf0siCQAAAED8VNlBGg1icmFpbi5FdmVudDoy7O2PnQ8AAAAAAAAAbVMrCQkAAABA/FTZQRAVOgIIAT2FYrw3AAAAAAAAAOfoylkJ"
        + "AAAAQPxU2UEQHioqChMKDHNlZ21lbnRhdGlvbhUAAIA+ChMKDHZhbGlkYXRpb25GMRUAAGA/g3nigyQAAAAAAAAAQiuATQkAAABA/FTZQRDAhD0q"
        + "FQoTCgxsZWFybmluZ1JhdGUVF7fROFtz+Sk="

    @Test func theBytesAreThoseOfTensorBoardsOwnWriter() throws {
        let folder = try TemporaryFolder()
        let time = Date(timeIntervalSince1970: 1_700_000_000)
        let events = try EventFile(folder: folder.path("tensorboard"), afterStep: 20, at: time)
        try events.append(step: 30, [("segmentation", 0.25), ("validationF1", 0.875)], at: time)
        try events.append(step: 1_000_000, [("learningRate", 1e-4)], at: time)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("tensorboard"))
        #expect(names.count == 1 && names[0].hasPrefix("events.out.tfevents.1700000000."))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("tensorboard/\(names[0])")))
        #expect(bytes == Data(base64Encoded: Self.theirs))
    }
}
