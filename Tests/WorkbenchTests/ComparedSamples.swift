import Foundation
import Imaging
import Measures
import Runs
import TestSupport

@testable import Workbench

/// The small data's two halves, one taken for synthetic, and what is measured on them: made once, for it takes a while.
enum ComparedSmallData {
    static let measured = Result {
        var workbench = try Self.workbench()
        workbench.press("3")
        return workbench.state.compare.measured
    }

    /// The compare screen on them.
    static func workbench(columns: Int = 120, rows: Int = 40, theme: String = "dark") throws -> Harness {
        let data = try SharedSmallData.data.get()
        var workbench = try Harness(data.path, home: data.home, columns: columns, rows: rows, theme: theme)
        workbench.perform(
            workbench.state.openCompare(
                real: data.path + "/nuclei/train", synthetic: data.path + "/nuclei/test"))
        workbench.state.compare.blind = BlindTest(real: 6, synthetic: 6, questions: 3, seed: 4)
        return workbench
    }

    /// The same with everything measured.
    static func measuredWorkbench(columns: Int = 120, rows: Int = 40, theme: String = "dark") throws -> Harness {
        var workbench = try workbench(columns: columns, rows: rows, theme: theme)
        workbench.state.compare.measured = try measured.get()
        return workbench
    }
}

/// A sample set whose run was trained on the small data: a copy of a training image mirrored, one made smaller, and one
/// that is neither.
struct ComparedSamples {
    let folder: TemporaryFolder
    var path: String { folder.path("lab") }

    init(nearest: String? = nil) throws {
        folder = try TemporaryFolder()
        let data = try SharedSmallData.data.get()
        let training = data.path + "/nuclei/train"
        let run = try RunDirectory.create(path + "/run")
        try run.write(
            RunDescription(
                settings: TrainingSettings.defaults(.tiny),
                dataset: .init(
                    paths: [training], fingerprint: "0", training: (1...5).map { "train_0\($0)" },
                    validation: ["train_06"]),
                seed: 42, versions: [:], device: "cpu", threads: 2, commandLine: [], created: Date()))
        try run.write(RunStatus(state: .finished))
        let set = try SampleSet.create(path + "/samples")
        var samples: [Sample] = []
        for (number, part, name) in [(1, "train", "train_03"), (2, "test", "test_02"), (3, "test", "test_05")] {
            let image = try ImageFile.read("\(data.path)/nuclei/\(part)/images/\(name).png")
            let labels = LabelImage(width: image.width, height: image.height)
            let sample = Sample(
                name: "\(number).png", run: run.path, checkpoint: "best", seed: 1, style: [0], styleSource: "random",
                maskSource: "drawn", width: image.width, height: image.height,
                scores: ["alignment": 0.875], nearest: number == 2 ? training + "/images/train_04.png" : nil)
            try ImageFile.write(number == 1 ? image.mirrored : image, to: set.imagePath(of: sample))
            try labels.write(to: set.maskPath(of: sample))
            samples.append(sample)
        }
        try set.add(samples)
    }
}

extension Image {
    /// The image of 8 bits and one channel from right to left.
    fileprivate var mirrored: Image {
        guard case .uint8(let values) = samples, channels == 1 else { return self }
        let rows = (0..<height).flatMap { values[$0 * width..<($0 + 1) * width].reversed() }
        return Image(width: width, height: height, channels: 1, samples: .uint8(rows))
    }
}
