import Drawing
import Foundation
import Imaging
import Runs
import Synchronization
import TestSupport

@testable import Workbench

/// A drawn sample set in a folder of its own, with scores some of which are bad, and a training image.
struct SampleFixture {
    let folder: TemporaryFolder
    var path: String { folder.path("lab/samples") }
    var home: String { folder.url.path }

    init(count: Int = 12, size: Int = 96) throws {
        folder = try TemporaryFolder()
        let set = try SampleSet.create(path)
        try FileManager.default.createDirectory(atPath: folder.path("lab/real"), withIntermediateDirectories: true)
        let original = folder.path("lab/real/cells-7.png")
        try ImageFile.write(Self.drawn(7, size).image, to: original)
        let samples = try (0..<count).map { index in
            let name = String(format: "s%03d.png", index)
            let drawn = Self.drawn(index, size)
            try ImageFile.write(drawn.image, to: path + "/images/" + name)
            try drawn.labels.write(to: path + "/masks/" + name)
            return Sample(
                name: name, run: folder.path("lab/run"), checkpoint: "best", checkpointDigest: "abc",
                seed: UInt64(index), style: [0.5, -1], styleSource: "random", maskSource: "m\(index).png", width: size,
                height: size, created: Date(timeIntervalSince1970: 1_790_000_000 + Double(index)),
                scores: [
                    "alignment": index % 4 == 3 ? 0.21 : 0.9 - Double(index) / 100, "realism": 0.4, "distance": 1.2,
                    "novelty": index == 5 ? 0.02 : 0.5, "contrast": 1.1, "saturation": 0.01, "emptiness": 0,
                ], nearest: original)
        }
        try set.add(samples)
    }

    /// Each is drawn once for all tests.
    private static func drawn(_ seed: Int, _ size: Int) -> Phantom {
        drawings.withLock { drawings in
            let key = [seed, size]
            let drawn =
                drawings[key]
                ?? Phantom.draw(.fluorescence, Phantom.Settings(width: size, height: size), seed: UInt64(seed))
            drawings[key] = drawn
            return drawn
        }
    }
    private static let drawings = Mutex<[[Int]: Phantom]>([:])

    func workbench(columns: Int = 120, rows: Int = 40, theme: String = "dark") throws -> Harness {
        try Harness(path, home: home, columns: columns, rows: rows, theme: theme)
    }

    var set: SampleSet { get throws { try SampleSet.open(path) } }

    /// The first letters of all decisions in the database.
    var decisions: String {
        get throws { try set.curated().map { String($0.verdict.decision.rawValue.prefix(1)) }.joined() }
    }
}
