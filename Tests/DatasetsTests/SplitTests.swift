import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct SplitTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func dataSet(_ count: Int) throws -> DataSet {
        for index in 0..<count {
            try folder.write("images/i\(index).png", bytes: [UInt8(index)])
            try folder.write("masks/i\(index).png", bytes: [UInt8(index)])
        }
        return try DataSet(folder.url.path)
    }

    @Test("A split with a seed is the one that SplitMix64 and Fisher-Yates give in Python")
    func reference() throws {
        let split = try dataSet(10).split(validationFraction: 0.2, seed: 42)
        #expect(split.training == ["i6", "i5", "i4", "i0", "i9", "i2", "i1", "i7"])
        #expect(split.validation == ["i8", "i3"])
    }

    @Test("Splits cover every image once, keep one of each kind where they can, and differ by seed")
    func properties() throws {
        let dataSet = try dataSet(9)
        var seen: Set<[String]> = []
        for seed in 0..<20 as Range<UInt64> {
            let split = dataSet.split(seed: seed)
            #expect(split.validation.count == 2)
            #expect((split.training + split.validation).sorted() == dataSet.pairs.map(\.name))
            seen.insert(split.validation)
        }
        #expect(seen.count > 5)
        #expect(dataSet.split(validationFraction: 0.01, seed: 1).validation.count == 1)
        #expect(dataSet.split(validationFraction: 0.99, seed: 1).training.count == 1)
        #expect(dataSet.split(validationFraction: 0, seed: 1).validation.isEmpty)
        let one = try dataSet.choosing(names: ["i4"])
        #expect(one.split(seed: 1) == Split(seed: 1, training: ["i4"], validation: []))
    }

    @Test("A number of images is drawn by seed, kept in order; unknown names are an error")
    func choosing() throws {
        let dataSet = try dataSet(9)
        let chosen = try dataSet.choosing(4, seed: 3).pairs.map(\.name)
        #expect(chosen.count == 4)
        #expect(chosen == chosen.sorted())
        #expect(try dataSet.choosing(4, seed: 3).pairs.map(\.name) == chosen)
        #expect(try dataSet.choosing(100, seed: 3).pairs.count == 9)
        // What a seed draws few of lies in what it draws more of: experiments count on it.
        for count in 1..<9 {
            let fewer = try dataSet.choosing(count, seed: 3).pairs.map(\.name)
            #expect(Set(fewer).isSubset(of: try dataSet.choosing(count + 1, seed: 3).pairs.map(\.name)))
        }
        #expect(try dataSet.choosing(names: ["i3", "i1"]).pairs.map(\.name) == ["i3", "i1"])
        #expect(throws: InputError.self) { try dataSet.choosing(names: ["i3", "x"]) }
    }

    @Test("A fingerprint follows names and bytes, not the place or the time")
    func fingerprint() throws {
        func make(_ place: String, name: String = "a", image: [UInt8] = Array(0..<20)) throws -> String {
            try folder.write("\(place)/images/\(name).png", bytes: image)
            try folder.write("\(place)/masks/\(name).tif", bytes: Array("petri".utf8))
            return try DataSet(folder.path(place)).fingerprint()
        }
        // From a Python version of the same hash.
        #expect(try make("one") == "e941143664015f24")
        #expect(try make("two/deeper") == "e941143664015f24")
        var changed = [UInt8](0..<20)
        changed[19] = 20
        let others = [
            try make("three", name: "b"), try make("four", image: changed), try make("five", image: Array(0..<21)),
        ]
        #expect(Set(others + ["e941143664015f24"]).count == 4)
        // Longer than the pieces a file is read in.
        let long = [UInt8](repeating: 7, count: 3 << 20)
        #expect(try make("six", image: long) != make("seven", image: long + [7]))
    }

    @Test("With sizes, each group of similar size gives one image to validate on")
    func stratified() throws {
        let dataSet = try dataSet(20)
        let content = dataSet.pairs.map { Int($0.name.dropFirst()) ?? 0 }
        var seen: Set<[String]> = []
        for seed in 0..<20 as Range<UInt64> {
            let split = dataSet.split(validationFraction: 0.2, seed: seed, content: content)
            // Four groups of five, by hand.
            #expect(split.validation.map { (Int($0.dropFirst()) ?? 0) / 5 } == [0, 1, 2, 3])
            #expect((split.training + split.validation).sorted() == dataSet.pairs.map(\.name))
            seen.insert(split.validation)
        }
        #expect(seen.count > 10)
        #expect(dataSet.split(seed: 3, content: content) == dataSet.split(seed: 3, content: content))
    }

    @Test("A split kept beside the data set is used again; one that does not name every image is refused")
    func stored() throws {
        for index in 0..<6 {
            try folder.write("images/i\(index).png", Array(0..<12).map { $0 + index })
            try folder.write("masks/i\(index).png", bits: 16)
        }
        let dataSet = try DataSet(folder.url.path)
        #expect(try dataSet.storedSplit() == nil)
        let split = Split(seed: 9, training: ["i0", "i1", "i2", "i3"], validation: ["i5", "i4"])
        try dataSet.store(split)
        #expect(try DataSet(folder.url.path).preferredSplit(validationFraction: 0.5, seed: 1) == split)
        #expect(try DataSet(folder.url.path).warnings.isEmpty)
        #expect(try dataSet.facts().split == .init(training: 4, validation: 2, seed: 9))
        #expect(
            try dataSet.choosing(names: ["i1", "i4"]).preferredSplit(seed: 1)
                == Split(seed: 9, training: ["i1"], validation: ["i4"]))
        // The same pixels on both sides, though not the same file.
        try folder.write("images/i4.png", Array(0..<12))
        #expect(try dataSet.facts().leaks == [["i0", "i4"]])
        try folder.write("images/new.png")
        try folder.write("masks/new.png")
        #expect(throws: InputError.self) { try DataSet(folder.url.path).preferredSplit(seed: 1) }
        // What the data set holds is said all the same.
        #expect(try DataSet(folder.url.path).facts().warnings.contains { $0.contains("says nothing of new") })
        try folder.write("petri-split.json", bytes: Array("{".utf8))
        #expect(throws: InputError.self) { try DataSet(folder.url.path).storedSplit() }
    }

    @Test("COCO files that share a folder have a split each")
    func storedBesideFiles() throws {
        for name in ["first", "second"] {
            try folder.write("images/\(name).png")
            let text = """
                {"images": [{"id": 1, "file_name": "\(name).png", "width": 4, "height": 3}], "annotations": []}
                """
            try folder.write("\(name).json", bytes: Array(text.utf8))
        }
        let sets = try ["first", "second"].map { try DataSet(folder.path("\($0).json")) }
        for set in sets { try set.store(set.split(seed: 1)) }
        for (set, name) in zip(sets, ["first", "second"]) {
            #expect(try set.storedSplit() == Split(seed: 1, training: [name], validation: []))
            #expect(FileManager.default.fileExists(atPath: folder.path("petri-split-\(name).json")))
        }
        // They are not taken for annotations.
        #expect(try DataSet(folder.path("first.json")).pairs.map(\.name) == ["first"])
    }

    @Test("Large data sets are judged by pairs spread evenly over them, unless all are asked for")
    func sample() throws {
        let name = folder.path("images")
        try folder.write("images/0.png")
        try folder.write("masks/0.png", [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        for kind in ["images", "masks"] {
            for index in 1...5000 {
                symlink("0.png", folder.path("\(kind)/\(index).png"))
            }
        }
        let dataSet = try DataSet((name as NSString).deletingLastPathComponent)
        #expect(dataSet.pairs.count == 5001)
        #expect(Set(dataSet.pairsToRead(all: false).map(\.name)).count == 1000)
        let facts = try dataSet.facts()
        #expect(facts.pairs == 5001 && facts.pairsRead == 1000 && facts.objects == 2000)
        #expect(facts.warnings == ["1000 of 5001 pairs were read; --all reads every one"])
        #expect(dataSet.pairsToRead(all: true).count == 5001)
    }
}
