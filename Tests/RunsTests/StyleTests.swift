import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite("Styles")
struct StyleTests {
    private func style(_ value: Float) -> LatentStyle {
        LatentStyle(latents: [Float](repeating: value, count: 128), source: "\(value)")
    }

    @Test func choicesAreRead() throws {
        #expect(try StyleChoice("random") == .random)
        #expect(try StyleChoice("bank") == .bank)
        #expect(try StyleChoice("mixed") == .mixed)
        #expect(try StyleChoice("dim nuclei") == .named("dim nuclei"))
        #expect(try StyleChoice("a:b") == .between("a", "b", nil))
        #expect(try StyleChoice("a:b:0.25") == .between("a", "b", 0.25))
        for text in ["", ":", "a:", ":b", "a:b:", "a:b:1.5", "a:b:-1", "a:b:x", "a:b:nan", "a:b:0.5:c"] {
            expectFault("is no style") { _ = try StyleChoice(text) }
        }
    }

    @Test func halfWayIsTheMean() {
        let half = style(1).interpolated(to: style(4), weight: 0.5, source: "half")
        #expect(half.latents == [Float](repeating: 2.5, count: 128) && half.isValid && half.source == "half")
        #expect(style(1).interpolated(to: style(4), weight: 0, source: "").latents == style(1).latents)
    }

    @Test func aMixtureTakesFineLevelsFromTheOther() {
        let mixed = style(1).mixed(with: style(2), from: 3, source: "mixed")
        #expect(mixed.isValid)
        #expect((0..<4).map { mixed.latent(level: $0).first } == [1, 1, 1, 2])
        // With one latent for all levels, every level moves.
        let half = mixed.interpolated(to: style(3), weight: 0.5, source: "")
        #expect((0..<4).map { half.latent(level: $0).last } == [2, 2, 2, 2.5])
    }

    @Test func keptStylesComeBackAndGo() throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        #expect(try run.styles() == [])
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        let kept = NamedStyle(name: "bright ü", style: style(0.1), created: date)
        try run.keep(kept)
        #expect(try run.styles() == [kept])
        expectFault("has a style bright ü already") { try run.keep(kept) }
        for name in ["", "a:b", "random", "bank", "mixed", "a\u{1B}b", String(repeating: "x", count: 65)] {
            expectFault("must") { try run.keep(NamedStyle(name: name, style: style(1))) }
        }
        expectFault("has no style other") { try run.removeStyle("other") }
        try run.removeStyle("bright ü")
        #expect(try run.styles() == [])
    }

    @Test func damagedStylesAreRefused() throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        let short = #"[{"name": "a", "created": "2026-01-01T00:00:00Z", "style": {"source": "", "latents": [1, 2]}}]"#
        for text in ["", "{}", "[1]", short] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: run.stylesPath))
            expectFault("damaged") { _ = try run.styles() }
        }
    }
}

@Suite("Generation requests")
struct GenerationRequestTests {
    private func request(count: Int = 120, seed: UInt64 = 1) -> GenerationRequest {
        GenerationRequest(
            run: "/r", checkpoint: "latest.safetensors", checkpointDigest: "0", masks: "/m", count: count, seed: seed,
            style: nil)
    }

    @Test func namesHaveAsManyDigitsAsTheLastOne() {
        #expect(request().name(of: 0) == "0001.png")
        #expect(request().name(of: 119) == "0120.png")
        #expect(request(count: 12_345).name(of: 0) == "00001.png")
        #expect(request(count: 1000).name(of: 8) == "0009.png")
    }

    @Test func theSameRequestGoesOnAndAnotherDoesNot() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("set")
        let sample = Sample(
            name: "001.png", run: "/r", checkpoint: "latest.safetensors", seed: 1, style: [1], maskSource: "m",
            width: 1, height: 1)
        try SampleSet.begin(path, for: request()).add([sample])
        #expect(try SampleSet.begin(path, for: request()).samples().map(\.name) == ["001.png"])
        expectFault("asked for otherwise") { _ = try SampleSet.begin(path, for: request(seed: 2)) }
        let other = folder.path("other")
        try FileManager.default.createDirectory(atPath: other + "/x", withIntermediateDirectories: true)
        expectFault("exists and is not empty") { _ = try SampleSet.begin(other, for: request()) }
    }

    @Test func sourcesOfSamplesAreToldFromTheirWord() throws {
        #expect(SyntheticSource("set:accepted").path == "set")
        #expect(SyntheticSource("set:accepted").isCurated && !SyntheticSource("a:b").isCurated)
        let folder = try TemporaryFolder()
        let path = folder.path("set")
        let set = try SampleSet.create(path)
        expectFault("has no sample") { _ = try SyntheticSource(path).names() }
        try set.add(
            ["a.png", "b.png", "c.png"].map {
                Sample(
                    name: $0, run: "/r", checkpoint: "latest", seed: 1, style: [1], maskSource: "m", width: 1,
                    height: 1)
            })
        expectFault("has no accepted sample") { _ = try SyntheticSource(path + ":accepted").names() }
        _ = try set.curate(.decide(.accepted), ["b.png"])
        _ = try set.curate(.decide(.rejected), ["c.png"])
        #expect(try SyntheticSource(path).names() == ["a", "b", "c"])
        #expect(try SyntheticSource(path + ":accepted").names() == ["b"])
    }
}
