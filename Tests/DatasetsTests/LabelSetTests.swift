import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct LabelSetTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A data set and a folder of label images are paired by name; what is left on either side is named")
    func partners() throws {
        for name in ["a", "b", "c"] {
            try folder.write("truth/images/\(name).png")
            try folder.write("truth/masks/\(name).png")
        }
        for name in ["a.png", "b_masks.tif", "d.png"] { try folder.write("predicted/\(name)") }
        let partners = try LabelSet(folder.path("truth")).partners(in: LabelSet(folder.path("predicted")))
        #expect(partners.pairs.map { [$0.truth.name, $0.predicted.name] } == [["a", "a"], ["b", "b_masks"]])
        #expect(partners.unmatchedTruth == ["c"])
        #expect(partners.unmatchedPredicted == ["d"])
        #expect(try partners.pairs[1].predicted.labels().labels == Array(0..<12))
    }

    @Test("Two single files belong together whatever their names")
    func files() throws {
        try folder.write("x.png")
        try folder.write("y.png")
        let partners = try LabelSet(folder.path("x.png")).partners(in: LabelSet(folder.path("y.png")))
        #expect(partners.pairs.count == 1)
        #expect(partners.unmatchedTruth.isEmpty && partners.unmatchedPredicted.isEmpty)
    }

    @Test("Endings that would pair two with one pair none")
    func ambiguous() throws {
        try folder.write("truth/a_mask.png")
        try folder.write("truth/a_label.png")
        try folder.write("predicted/a.png")
        let partners = try LabelSet(folder.path("truth")).partners(in: LabelSet(folder.path("predicted")))
        #expect(partners.pairs.isEmpty)
        #expect(partners.unmatchedTruth == ["a_label", "a_mask"])
        #expect(partners.unmatchedPredicted == ["a"])
    }

    @Test("Stems given twice, empty and absent folders are input errors")
    func errors() throws {
        try folder.write("twice/a.png")
        try folder.write("twice/a.tif")
        try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
        for name in ["twice", "empty", "absent"] {
            #expect(throws: InputError.self, "\(name)") { try LabelSet(folder.path(name)) }
        }
    }

    @Test("Work on all processors keeps the order and throws the first error in it")
    func concurrentMapping() throws {
        #expect(try concurrentMap(Array(0..<500)) { $0 * 2 } == (0..<500).map { $0 * 2 })
        #expect(try concurrentMap([Int]()) { $0 }.isEmpty)
        do {
            _ = try concurrentMap(Array(0..<100)) { if $0 % 10 == 7 { throw InputError("\($0)", "is bad") } }
            Issue.record("no error")
        } catch let error as InputError {
            #expect(error.subject == "7")
        }
    }
}
