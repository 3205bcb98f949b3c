import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct MaskTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String) throws -> Mask { try MaskFiles.whole(folder.path(name)).read() }

    @Test("Binary masks become 4-connected components", arguments: [(1, 8), (255, 8), (1, 16), (65535, 16), (77, 8)])
    func binary(value: Int, bits: Int) throws {
        // The second and third object touch at a corner only.
        let pattern = [1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0]
        try folder.write("m.png", pattern.map { $0 * value }, bits: bits)
        let mask = try read("m.png")
        #expect(mask.encoding == .binary(value: value))
        #expect(mask.labels.labels == [1, 1, 0, 2, 0, 0, 3, 0, 4, 0, 0, 0])
        #expect(mask.objects == 4)
    }

    @Test("Labels stay as stored, also with gaps and where one object lies in two pieces", arguments: [8, 16])
    func labels(bits: Int) throws {
        let values = [7, 7, 0, 7, 0, 0, 2, 0, 200, 0, 0, 0]
        try folder.write("m.tif", values, bits: bits)
        let mask = try read("m.tif")
        #expect(mask.encoding == .labels(bits: bits))
        #expect(mask.labels.labels == values.map(Int32.init))
        #expect(mask.objects == 3)
    }

    @Test("A single label of a 16-bit mask that is no foreground value stays one object")
    func singleLabel() throws {
        try folder.write("m.png", [9, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0], bits: 16)
        #expect(try read("m.png").objects == 1)
    }

    @Test("A palette mask gives its indices")
    func palette() throws {
        let png =
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAMAAACeL25MAAAADFBMVEUAAAD/AAAA/wAAAP+bwBPcAAAAF0lEQVR4nGNgYGRkYoAQDAxMDMzMDAwA"
            + "AKcAEdu2zFMAAAAASUVORK5CYII="
        try folder.write("m.png", bytes: [UInt8](#require(Data(base64Encoded: png))))
        let mask = try read("m.png")
        #expect(mask.encoding == .paletteIndices)
        #expect(mask.labels.labels == [0, 1, 1, 2, 0, 1, 1, 2, 0, 0, 0, 2, 3, 3, 0, 0])
    }

    @Test("A mask of another size than its image is an error that names both files")
    func sizes() throws {
        try folder.write("images/a.png", Array(0..<12))
        try folder.write("masks/a.png", Array(0..<16))
        let dataSet = try DataSet(folder.url.path)
        for use in [{ _ = try dataSet.pairs[0].labels() }, { _ = try dataSet.pairs[0].read() }] {
            do {
                try use()
                Issue.record("the mask was read")
            } catch let error as InputError {
                #expect(error.subject == folder.path("masks/a.png"))
                #expect(error.problem == "is 4x4 pixels, but its image \(folder.path("images/a.png")) is 4x3")
            }
        }
        // No pair can be used: the data set as a whole is at fault, by the first pair's reason.
        #expect {
            try dataSet.facts()
        } throws: { error in
            (error as? InputError)?.problem.contains("is 4x4 pixels") == true
        }
    }

    @Test("Object files of different sizes and masks that are no images are errors")
    func damaged() throws {
        try folder.write("a.png", Array(0..<12))
        try folder.write("b.png", Array(0..<16))
        try folder.write("c.png", bytes: [1, 2, 3])
        #expect(throws: InputError.self) {
            try MaskFiles.objects([folder.path("a.png"), folder.path("b.png")]).read()
        }
        #expect(throws: InputError.self) { try read("c.png") }
        #expect(throws: InputError.self) { try MaskFiles.objects([]).read() }
    }
}
