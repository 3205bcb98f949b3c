import Foundation
import Imaging
import Testing

@testable import Runs

@Suite("Curation: filter, order and suspicions")
struct CurationFilterTests {
    static func sample(
        _ name: String, _ verdict: Verdict = .none, run: String = "/runs/one", scores: [String: Double] = [:],
        nearest: String? = nil
    ) -> CuratedSample {
        CuratedSample(
            Sample(
                name: name, run: run, checkpoint: "best", seed: 1, style: [], styleSource: "random",
                maskSource: "Mask.png", width: 8, height: 8, scores: scores, nearest: nearest), verdict)
    }

    let samples = [
        sample("a.png", scores: ["alignment": 0.9, "own": 2]),
        sample("b.png", Verdict(decision: .accepted, stars: 3, tags: ["good", "Dense"]), scores: ["alignment": 0.2]),
        sample("c.png", Verdict(decision: .rejected, note: "Blurred Rim"), run: "/runs/two"),
    ]

    @Test(arguments: [
        ("", "abc"), ("B.PNG", "b"), ("mask.png", "abc"), ("random", "abc"), ("\"blurred rim\"", "c"), ("dens", "b"),
        ("tag:good", "b"), ("tag:DENSE", "b"), ("tag:goo", ""), ("-tag:good", "ac"), ("decision:accepted", "b"),
        ("decision:u", "a"), ("-decision:rej", "ab"), ("run:two", "c"), ("stars>=3", "b"), ("stars=0", "ac"),
        ("alignment<0.5", "b"), ("alignment>0.2", "a"), ("alignment>=0.2", "ab"), ("alignment<=0.2", "b"),
        ("-alignment<0.5", "ac"), ("own=2", "a"), ("alignment>0.1 decision:acc", "b"), ("is:suspect", "b"),
        ("-is:suspect png", "ac"),
    ])
    func samplesAreFoundByWhatIsTyped(text: String, expected: String) throws {
        let filter = try CurationFilter(text, scores: ["own"])
        #expect(samples.filter(filter.accepts).map { String($0.sample.name.prefix(1)) }.joined() == expected)
    }

    @Test(arguments: [
        ("colour<1", "names a score \"colour\""), ("alignment<x", "no number"), ("alignment<", "no number"),
        ("alignment<nan", "no number"), ("decision:perhaps", "names a decision"), ("decision:", "names a decision"),
        ("is:odd", "is:suspect"),
    ])
    func whatMakesNoSenseIsSaid(text: String, fault: String) {
        expectFault(fault) { _ = try CurationFilter(text) }
    }

    @Test(arguments: [
        (CurationOrder(.made), "abc"), (CurationOrder(.made, isReversed: true), "cba"),
        (CurationOrder(.score("alignment")), "bac"), (CurationOrder(.score("alignment"), isReversed: true), "abc"),
        (CurationOrder(.stars), "bac"), (CurationOrder(.decision), "abc"),
        (CurationOrder(.decision, isReversed: true), "cba"), (CurationOrder(.suspicion), "bac"),
        (CurationOrder(.name, isReversed: true), "cba"),
    ])
    func samplesAreOrdered(order: CurationOrder, expected: String) {
        let names = order.places(in: samples).map { String(samples[$0].sample.name.prefix(1)) }
        #expect(names.joined() == expected)
    }

    @Test func suspicionsSayWhy() {
        let bad = Self.sample(
            "x", scores: ["novelty": 0.02, "alignment": 0.21, "contrast": 3, "saturation": 0.5, "emptiness": 0.4],
            nearest: "/data/images/cells-7.tif")
        #expect(
            bad.suspicions.map(\.text) == [
                "novelty 0.02: nearly a copy of cells-7.tif", "alignment 0.21: the segmenter does not find the mask",
                "emptiness 0.40: objects of the mask cannot be seen",
                "saturation 0.50: much is clipped to black or white", "contrast 3.00: harsher than the training images",
            ])
        let good = Self.sample(
            "y",
            scores: [
                "novelty": 0.5, "alignment": 0.8, "contrast": 1, "saturation": 0.01, "emptiness": 0, "realism": 0.4,
                "distance": 1.1,
            ])
        #expect(good.suspicions.isEmpty)
        #expect(Self.sample("z").suspicions.isEmpty)
    }
}
