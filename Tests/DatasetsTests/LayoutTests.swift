import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct LayoutTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("images/ and masks/ are paired by stem, in the order of the bytes of the names")
    func imagesAndMasks() throws {
        for name in ["b", "a10", "a2", "B"] {
            try folder.write("images/\(name).tif", bits: 16)
            try folder.write("masks/\(name).png")
        }
        let dataSet = try DataSet(folder.url.path)
        #expect(dataSet.layout == .imagesAndMasks)
        #expect(dataSet.pairs.map(\.name) == ["B", "a10", "a2", "b"])
        #expect(dataSet.warnings.isEmpty)
        #expect(try dataSet.pairs[0].image().bits == 16)
        #expect(try dataSet.pairs[0].labels().labels == Array(0..<12))
    }

    @Test("Images of two parts get their part's name, also where one is called so already")
    func uniqueNames() throws {
        for name in ["train/%/a.png", "train/%/train_a.png", "test/%/a.png"] {
            for place in ["images", "masks"] { try folder.write(name.replacingOccurrences(of: "%", with: place)) }
        }
        let dataSet = try DataSet(folder.url.path)
        #expect(Set(dataSet.pairs.map(\.name)) == ["test_a", "train_a", "train_a_2"])
        #expect(Set(dataSet.pairs.map(\.imagePath)).count == 3)
    }

    @Test("Masks may be named x_mask, x_masks, x-labels; one of the image's own name goes first")
    func maskEndings() throws {
        for name in ["a", "b", "c", "d"] { try folder.write("images/\(name).png") }
        for name in ["a_mask.png", "b_Masks.tif", "c-labels.png", "d.png", "d_mask.png"] {
            try folder.write("masks/\(name)")
        }
        let dataSet = try DataSet(folder.url.path)
        let masks = dataSet.pairs.flatMap(\.maskFiles.paths).map { ($0 as NSString).lastPathComponent }
        #expect(masks == ["a_mask.png", "b_Masks.tif", "c-labels.png", "d.png"])
        #expect(dataSet.warnings == ["masks without image, left out: d_mask.png"])
    }

    @Test("What does not belong is left out and said: hidden, other, unpaired and doubled files")
    func leftOut() throws {
        for name in ["a.png", "lone.png", "twice.png", "twice.tif", "mask2.png"] { try folder.write("images/\(name)") }
        for name in ["a.png", "other.png", "twice.png", "mask2_mask.png", "mask2_label.png"] {
            try folder.write("masks/\(name)")
        }
        try folder.write("images/.DS_Store", bytes: [1])
        try folder.write("images/notes.txt", bytes: [1])
        let dataSet = try DataSet(folder.url.path)
        #expect(dataSet.pairs.map(\.name) == ["a"])
        #expect(
            dataSet.warnings == [
                "images: hidden left out: .DS_Store",
                "images: no images, left out: notes.txt",
                "twice: several images (twice.png, twice.tif); left out",
                "mask2: several masks (mask2_label.png, mask2_mask.png); left out",
                "images without mask, left out: lone.png",
                "masks without image, left out: other.png",
            ])
    }

    @Test("Links that leave the folder and special files are refused, links inside it are followed")
    func links() throws {
        let outside = try TemporaryFolder()
        try outside.write("secret.png")
        try folder.write("images/a.png")
        try folder.write("masks/a.png")
        try folder.write("masks/c.png")
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: folder.path("images/b.png"), withDestinationPath: outside.path("secret.png"))
        try files.createSymbolicLink(atPath: folder.path("images/c.png"), withDestinationPath: "a.png")
        try files.createSymbolicLink(atPath: folder.path("images/d.png"), withDestinationPath: "nothing.png")
        #expect(mkfifo(folder.path("images/pipe.png"), 0o600) == 0)
        let dataSet = try DataSet(folder.url.path)
        #expect(dataSet.pairs.map(\.name) == ["a", "c"])
        #expect(
            dataSet.warnings == [
                "images/b.png is a link that leaves the folder; left out",
                "images/d.png is a link to nothing; left out",
                "images/pipe.png is no regular file; left out",
            ])
    }

    @Test("A masks folder that is a link out of the data set is not followed")
    func linkedFolder() throws {
        let outside = try TemporaryFolder()
        try outside.write("a.png")
        try folder.write("images/a.png")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("masks"), withDestinationPath: outside.url.path)
        let error = #expect(throws: InputError.self) { try DataSet(folder.url.path) }
        #expect(error?.problem == "holds no data set beside links that leave it: masks")
        #expect(try DataSet(images: folder.path("images"), masks: folder.path("masks")).pairs.count == 1)
    }

    @Test("BBBC038: one file per object, merged in the order of the names; overlaps and lost objects are counted")
    func bbbc038() throws {
        try folder.write("x1/images/x1.png")
        try folder.write("x1/masks/c.png", [255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        try folder.write("x1/masks/d.png", [0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        try folder.write("x1/masks/e.png", [Int](repeating: 0, count: 12))
        try folder.write("x1/masks/f.png", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
        try folder.write("x2/images/x2.png")
        try folder.write("x2/masks/x2.png", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        try folder.write("x2/masks/y.png", [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
        try folder.write("x3/images/x3.png")
        let dataSet = try DataSet(folder.url.path)
        #expect(dataSet.layout == .bbbc038)
        #expect(dataSet.pairs.map(\.name) == ["x1", "x2"])
        let mask = try dataSet.pairs[0].maskFiles.read()
        #expect(mask.labels.labels == [1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3, 3])
        #expect(mask.objects == 3)
        #expect(mask.contestedPixels == 1)
        #expect(mask.lostObjects.map { ($0 as NSString).lastPathComponent } == ["e.png"])
        let facts = try dataSet.facts()
        #expect(facts.objects == 5)
        #expect(facts.maskEncoding == "one file per object")
        #expect(facts.warnings.contains { $0.hasPrefix("objects overlap in 1 pixels") })
        #expect(facts.warnings.contains { $0.contains("left out: x3") })
        #expect(try DataSet(folder.path("x1")).pairs.map(\.name) == ["x1"])
    }

    @Test("Usiigaci: an image beside its instances_ids, named after the folder")
    func usiigaci() throws {
        for name in ["set2", "set11"] {
            try folder.write("\(name)/raw.tif", bits: 16)
            try folder.write("\(name)/instances_ids.png")
        }
        try folder.write("set3/raw.tif", bits: 16)
        try folder.write("set4/one.tif")
        try folder.write("set4/two.tif")
        try folder.write("set4/instances_ids.png")
        let dataSet = try DataSet(folder.url.path)
        #expect(dataSet.layout == .usiigaci)
        #expect(dataSet.pairs.map(\.name) == ["set11", "set2"])
        #expect(try dataSet.pairs[1].labels().labels == Array(0..<12))
        #expect(dataSet.warnings.contains { $0.hasPrefix("set4: not one image and one instances_ids file") })
        #expect(dataSet.warnings.contains { $0.hasSuffix("left out: set3") })
    }

    @Test("Two folders, one named after labels, are told apart and said; any two can be named")
    func siblings() throws {
        try folder.write("images 16bit/a.tif", bits: 16)
        try folder.write("Label masks modify/a.tif", bits: 16)
        let guessed = try DataSet(folder.url.path)
        #expect(guessed.layout == .siblings)
        #expect(
            guessed.layoutDescription.contains("taken as images: \"images 16bit\", as masks: \"Label masks modify\""))
        let named = try DataSet(images: folder.path("images 16bit"), masks: folder.path("Label masks modify"))
        #expect(named.pairs == guessed.pairs)
        #expect(named.layout == .siblings)
    }

    @Test("A folder over train and test holds the pairs of both, each with its part; training takes only its own")
    func parts() throws {
        for part in ["train", "test"] {
            for name in ["a", "only \(part)"] {
                try folder.write("paired/\(part)/images/\(name).png")
                try folder.write("paired/\(part)/masks/\(name).png")
            }
            try folder.write("bbbc/stage1_\(part)/\(part)1/images/\(part)1.png")
            try folder.write("usiigaci/\(part)/set1/raw.tif")
            try folder.write("usiigaci/\(part)/set1/instances_ids.png")
            try folder.write("deep/images/\(part)/x.png")
            try folder.write("deep/masks/\(part)/x_mask.png")
        }
        try folder.write("bbbc/stage1_train/train1/masks/z.png")
        let paired = try DataSet(folder.path("paired"))
        #expect(paired.layout == .imagesAndMasks)
        #expect(paired.parts == ["test", "train"])
        #expect(paired.pairs.map(\.name) == ["test_a", "only test", "train_a", "only train"])
        #expect(paired.pairs.map(\.part) == ["test", "test", "train", "train"])
        #expect(try paired.forTraining().pairs.map(\.name) == ["train_a", "only train"])
        #expect(try DataSet(folder.path("paired/train")).pairs.map(\.name) == ["a", "only train"])
        let bbbc = try DataSet(folder.path("bbbc"))
        #expect(bbbc.layout == .bbbc038 && bbbc.pairs.map(\.part) == ["stage1_train"])
        #expect(bbbc.warnings.contains("stage1_test holds no pairs; left out"))
        #expect(try DataSet(folder.path("usiigaci")).pairs.map(\.name) == ["test_set1", "train_set1"])
        #expect(try DataSet(folder.path("deep")).pairs.map(\.name) == ["test_x", "train_x"])
        #expect(throws: InputError.self) { try DataSet(folder.path("deep")).choosing(names: ["test_x"]).forTraining() }
    }

    @Test("A folder over several data sets that are no parts names them instead of mixing them")
    func collections() throws {
        for part in ["20x", "40x"] {
            try folder.write("all/\(part)/images/a.png")
            try folder.write("all/\(part)/masks/a.png")
        }
        let error = try #require(throws: InputError.self) { _ = try DataSet(folder.path("all")) }
        #expect(error.problem == "holds no data set itself, but its subfolders do: 20x, 40x")
        #expect(error.advice?.contains(folder.path("all/20x")) == true)
    }

    @Test("Absent and empty folders, files, and folders without a pair are input errors")
    func errors() throws {
        try folder.write("file.png")
        try folder.write("none/images/a.png")
        try folder.write("none/masks/b.png")
        try folder.write("none/masks/c.png")
        try folder.write("none/images/d.png")
        try FileManager.default.createDirectory(
            atPath: folder.path("empty/images"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.path("empty/masks"), withIntermediateDirectories: true)
        for name in ["absent", "file.png", "none", "empty", "empty/images"] {
            #expect(throws: InputError.self, "\(name)") { try DataSet(folder.path(name)) }
        }
        #expect(throws: InputError.self) {
            try DataSet(images: folder.path("none/images"), masks: folder.path("none/masks"))
        }
    }
}
