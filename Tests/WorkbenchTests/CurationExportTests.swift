import Datasets
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Workbench

/// Writing accepted samples.
struct CurationExportTests {
    let fixture: SampleFixture

    init() throws {
        fixture = try SampleFixture(count: 6, size: 64)
        _ = try fixture.set.curate(.decide(.accepted), ["s001.png", "s004.png"])
        _ = try fixture.set.curate(.tag(adding: ["dense"], removing: []), ["s004.png"])
        _ = try fixture.set.curate(.decide(.rejected), ["s002.png"])
    }

    @Test(arguments: Conversion.Layout.allCases)
    func acceptedSamplesAreWrittenWithAManifest(layout: Conversion.Layout) throws {
        let target = fixture.folder.path("out")
        let export = try CurationExport(fixture.set, to: layout, in: target + "/")
        #expect(
            export.announcement.contains("2 accepted samples of \(fixture.path) to \(target) as \(layout.rawValue)"))
        #expect(export.announcement.contains("4 others stay out"))
        #expect(!FileManager.default.fileExists(atPath: target))
        _ = try export.run()
        let written = try DataSet(target)
        #expect(written.pairs.count == 2)
        let original = try LabelImage.read(fixture.path + "/masks/s004.png")
        #expect(try written.pairs[1].labels().areas.values.sorted() == original.areas.values.sorted())
        let manifest = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: target + "/manifest.json")))
                as? [String: Any])
        #expect(manifest["set"] as? String == fixture.path)
        #expect(manifest["counts"] as? [String: Int] == ["undecided": 3, "accepted": 2, "rejected": 1])
        let samples = try #require(manifest["samples"] as? [[String: Any]])
        #expect(samples.map { $0["name"] as? String } == ["s001.png", "s004.png"])
        #expect(samples[1]["tags"] as? [String] == ["dense"])
        #expect(samples[1]["decision"] as? String == "accepted")
        #expect(samples[1]["seed"] as? Int == 4)
        #expect(samples[1]["style"] as? [Double] == [0.5, -1])
        #expect((samples[1]["scores"] as? [String: Double])?["alignment"] == 0.86)
        for sample in samples {
            #expect(FileManager.default.fileExists(atPath: target + "/" + (sample["image"] as? String ?? "?")))
        }
        #expect(try fixture.decisions == "uaruau")
    }

    @Test func aFolderThatHoldsSomethingIsRefused() throws {
        let target = fixture.folder.path("out")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        _ = try CurationExport(fixture.set, to: .imagesAndMasks, in: target)
        try Data([1]).write(to: URL(fileURLWithPath: target + "/x"))
        expectInputError("is not empty") { _ = try CurationExport(fixture.set, to: .imagesAndMasks, in: target) }
        expectInputError("is a file") { _ = try CurationExport(fixture.set, to: .imagesAndMasks, in: target + "/x") }
    }

    @Test func withoutAcceptedSamplesNothingIsWritten() throws {
        _ = try fixture.set.curate(.decide(.undecided), ["s001.png", "s004.png"])
        expectInputError("has no accepted samples") {
            _ = try CurationExport(fixture.set, to: .coco, in: fixture.folder.path("out"))
        }
    }

    @Test func aSampleWhoseFileIsGoneStopsTheExportAndLeavesNothing() throws {
        try FileManager.default.removeItem(atPath: fixture.path + "/images/s004.png")
        let export = try CurationExport(fixture.set, to: .imagesAndMasks, in: fixture.folder.path("out"))
        expectInputError("is gone") { _ = try export.run() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.home) == ["lab"])
    }

    @Test func aFullDiskLeavesNoHalfExport() throws {
        guard let disk = try SmallDisk(fixture.folder.path("disk"), megabytes: 1) else { return }
        try disk.fill()
        let export = try CurationExport(fixture.set, to: .imagesAndMasks, in: disk.path + "/out")
        expectInputError("No space left") { _ = try export.run() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["filling"])
        try disk.empty()
        _ = try export.run()
        #expect(try DataSet(disk.path + "/out").pairs.count == 2)
    }

    private func expectInputError(
        _ fault: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        let error = #expect(throws: InputError.self, sourceLocation: sourceLocation) { try body() }
        #expect(
            error?.description.contains(fault) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
    }
}
