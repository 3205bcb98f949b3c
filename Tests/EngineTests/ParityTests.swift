import Foundation
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// Values and gradients of every network against figures of the published implementation; `PETRI_PARITY` names another
    /// file of them.
    @Suite struct ParityTests {
        private static var path: String {
            ProcessInfo.processInfo.environment["PETRI_PARITY"] ?? NetworkWork.fixture("networks.json").path
        }

        let fixture: ParityFixture

        init() throws { fixture = try ParityFixture.read(Self.path) }

        static let names = [
            "CellPose-1", "CellPose-3", "DeepSea-1", "PatchDiscriminator-1", "PatchDiscriminator-3", "StyleUNet-1",
            "StyleUNet-3", "UNet-1", "segmentationLoss",
        ]

        @Test(arguments: names) func figuresAgree(name: String) throws {
            let deviations = try fixture.deviations(of: name, on: .cpu)
            #expect(deviations.isEmpty, "\(deviations)")
        }

        @Test func everythingInTheFixtureIsChecked() { #expect(fixture.names == Self.names) }

        /// The fixture with one figure changed by the part of it that is given.
        private func changed(by part: Double) throws -> ParityFixture {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.path))
            var whole = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
            var networks = try #require(whole["networks"] as? [String: [String: Any]])
            var answer = try #require(networks["UNet-1"]?["eval"] as? [String: Any])
            answer["l2"] = try #require(answer["l2"] as? Double) * (1 + part)
            networks["UNet-1"]?["eval"] = answer
            whole["networks"] = networks
            return try JSONDecoder().decode(ParityFixture.self, from: JSONSerialization.data(withJSONObject: whole))
        }

        @Test func aFigureThatIsOffIsNamed() throws {
            let deviations = try changed(by: 0.002).deviations(of: "UNet-1", on: .cpu)
            #expect(deviations.map(\.what) == ["l2, eval"])
            let found = try #require(deviations.first)
            #expect(abs(found.mine * 1.002 - found.expected) < 2e-4 * found.expected)
            #expect(abs(found.allowed - 1e-3 * found.expected) < 1e-9 * found.expected)
            #expect(try changed(by: 0.0005).deviations(of: "UNet-1", on: .cpu).isEmpty)
        }
    }
}
