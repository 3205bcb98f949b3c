import Foundation
import Imaging
import TestSupport
import Testing

@testable import Drawing

struct SampleDataTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("sample-data")

    /// The last item of each set; the time-lapse is one.
    @Test(arguments: SampleData.Kind.allCases)
    func committedFilesAreWhatTheCommittedSeedDraws(kind: SampleData.Kind) throws {
        let item = try #require(SampleData().items(kind).last)
        for file in item.draw() {
            let path = Self.folder.path + "/\(kind.rawValue)/\(file.path)"
            switch file.content {
            case .image(let image): #expect(try ImageFile.read(path) == image, "\(file.path)")
            case .labels(let labels): #expect(try LabelImage.read(path) == labels, "\(file.path)")
            case .text(let text): #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            }
        }
    }

    @Test func everyImageIsCommittedWithItsMasksAndNothingElse() throws {
        let images = SampleData.Kind.allCases.flatMap { kind in
            SampleData().items(kind).flatMap(\.imagePaths).map { "\(kind.rawValue)/\($0)" }
        }
        let there = try FileManager.default.subpathsOfDirectory(atPath: Self.folder.path).filter {
            !($0 as NSString).pathExtension.isEmpty
        }
        #expect(Set(images).isSubset(of: there))
        let objects = there.filter { $0.hasPrefix("tissue/") && $0.contains("/masks/object_") }
        #expect(objects.count > 150)
        // A mask for each of 2 x 18 images, two for each of 12 frames, the tracks, and README.txt.
        #expect(there.count - objects.count - images.count == 36 + 24 + 1 + 1)
    }

    @Test func committedDataIsSmall() throws {
        let files = FileManager.default.enumerator(at: Self.folder, includingPropertiesForKeys: [.fileSizeKey])
        let sizes = (files?.allObjects as? [URL] ?? []).compactMap {
            try? $0.resourceValues(forKeys: [.fileSizeKey]).fileSize
        }
        #expect(sizes.count > 250)
        #expect(sizes.reduce(0, +) < 5_000_000)
    }

    /// So that the folder shows what Petri reads.
    @Test func everySetHasAnotherDepthOrFormat() throws {
        func facts(_ path: String) throws -> ImageFacts { try ImageFile.probe(Self.folder.path + "/" + path) }
        let fluorescence = try facts("fluorescence/train/images/train_001.tif")
        #expect(fluorescence.container == .tiff && fluorescence.bits == 16 && fluorescence.channels == 1)
        #expect(fluorescence.pixelSize == PixelSize(x: 0.65, y: 0.65))
        let phase = try facts("phase-contrast/test/test_006_img.png")
        #expect(phase.container == .png && phase.bits == 8 && phase.channels == 1)
        let tissue = try facts("tissue/test/test_001/images/test_001.png")
        #expect(tissue.bits == 8 && tissue.channels == 3)
        let object = try facts("tissue/test/test_001/masks/object_001.png")
        #expect(object.bits == 8 && object.channels == 1)
        #expect(try facts("time-lapse/01/t011.tif").bits == 16)
        #expect(try facts("time-lapse/01_GT/TRA/man_track000.tif").bits == 16)
    }

    @Test func partsAndNumbersAreAsAsked() {
        let data = SampleData(count: 7)
        let paths = data.items(.phaseContrast).flatMap(\.imagePaths)
        #expect(paths.first == "train/train_001_img.png" && paths.last == "test/test_002_img.png" && paths.count == 7)
        #expect(data.items(.timeLapse).map(\.imagePaths.count) == [7])
        #expect(SampleData(count: 1).items(.tissue).flatMap(\.imagePaths) == ["train/train_001/images/train_001.png"])
        let seeds = SampleData.Kind.allCases.flatMap { SampleData().items($0) }.map(\.seed)
        #expect(Set(seeds).count == seeds.count && seeds.count == 41)
    }

    /// Objects of one file each put together give the label image.
    @Test func aFileForEveryObject() throws {
        let data = SampleData(settings: .init(width: 96, height: 96), seed: 2, count: 1)
        let item = try #require(data.items(.tissue).first)
        let phantom = Phantom.draw(.tissue, item.settings, seed: item.seed)
        var labels = LabelImage(width: 96, height: 96)
        for (index, file) in item.draw().dropFirst().enumerated() {
            guard case .image(let mask) = file.content, case .uint8(let values) = mask.samples else {
                Issue.record("no 8-bit image")
                continue
            }
            #expect(Set(values).isSubset(of: [0, 255]))
            for place in values.indices where values[place] == 255 {
                #expect(labels.labels[place] == 0)
                labels.labels[place] = Int32(index + 1)
            }
        }
        #expect(labels == phantom.labels && labels.maximum > 3)
    }
}
