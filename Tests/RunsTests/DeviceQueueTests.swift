import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct DeviceQueueTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func ticket(_ since: UInt64, waits: Bool = true, device: String = "cuda:0") throws -> DeviceTicket {
        try DeviceTicket(device: device, waits: waits, since: since, root: folder.path("queue"))
    }

    @Test func whoHasWaitedLongestIsNext() throws {
        let second = try ticket(20)
        var first: DeviceTicket? = try ticket(10)
        let third = try ticket(30)
        #expect(try first?.ahead() == 0 && second.ahead() == 1 && third.ahead() == 2)
        #expect(try !second.isTurn() && !third.isTurn())
        #expect(try first?.isTurn() == true)
        // One that trains is ahead of all.
        #expect(try !second.isTurn())
        first = nil
        #expect(try !third.isTurn() && second.isTurn())
    }

    @Test func whoDoesNotWaitIsWaitedForAndDevicesAreTheirOwn() throws {
        var busy: DeviceTicket? = try ticket(99, waits: false)
        let waiting = try ticket(1)
        #expect(try !waiting.isTurn())
        #expect(try ticket(50, device: "cpu").isTurn())
        busy = nil
        _ = busy
        #expect(try waiting.isTurn())
    }

    @Test func whoIsToldToBeginAtOnceDoes() throws {
        let first = try ticket(1)
        let second = try ticket(2)
        try second.jump()
        #expect(try !first.isTurn())
    }

    @Test func theDeadCountForNothing() throws {
        let waiting = try ticket(5)
        let place = try #require(
            FileManager.default.enumerator(atPath: folder.path("queue"))?.compactMap { $0 as? String }
                .first { $0.hasSuffix("/cuda-0") })
        for name in ["00000000000000000001-7.waiting", "00000000000000000002-8.training"] {
            try Data().write(to: URL(fileURLWithPath: folder.path("queue/\(place)/\(name)")))
        }
        #expect(try waiting.isTurn())
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("queue/\(place)")).sorted()
                == ["00000000000000000005-\(getpid()).training", "gate"])
    }
}
