import Datasets
import Drawing
import Foundation
import Imaging
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

/// The suites that run networks, one test after the other.
@Suite(.serialized, .alone) enum NetworkWork {
    /// sin(frequency i + phase), i row-major: how make_figures.py fills tensors.
    static func wave(_ shape: [Int], _ frequency: Double, _ phase: Double = 0) throws -> Tensor {
        try Tensor((0..<shape.reduce(1, *)).map { Float(sin(frequency * Double($0) + phase)) }, shape: shape)
    }

    /// What make_figures.py worked out with PyTorch.
    struct Figures: Decodable {
        struct Loss: Decodable {
            let value: Double
            let gradient: [Double]?
            let gradientNorm: Double?
        }
        struct Answer: Decodable {
            let shape: [Int]
            let values: [Double]
        }
        let segmentation2, segmentation3, vgg1, vgg3: Loss
        let deepsea: Answer

        static func load() throws -> Figures {
            try JSONDecoder().decode(Figures.self, from: Data(contentsOf: fixture("figures.json")))
        }
    }

    static func fixture(_ name: String) -> URL { Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)") }

    /// Drawn pictures and their objects, grey of 16 bits.
    static func phantoms(_ count: Int, width: Int = 48, height: Int = 48) -> [Phantom] {
        (0..<count).map { index in
            let settings = Phantom.Settings(width: width, height: height, density: 2, size: 0.5)
            return Phantom.draw(.fluorescence, settings, seed: UInt64(index) + 1)
        }
    }

    static func trainingImages(_ count: Int, width: Int = 48, height: Int = 48) -> [TrainingImage] {
        phantoms(count, width: width, height: height).enumerated().map { index, phantom in
            TrainingImage(name: "drawn \(index)", image: phantom.image, labels: phantom.labels)
        }
    }

    /// Writes drawn pictures as a data set in a new folder and reads it with the split of seed 1.
    static func drawnData(_ count: Int, in folder: String) throws -> TrainingData {
        for place in ["images", "masks"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + place, withIntermediateDirectories: true)
        }
        for (index, phantom) in phantoms(count).enumerated() {
            try ImageFile.write(phantom.image, to: folder + "/images/\(index).png")
            try phantom.labels.write(to: folder + "/masks/\(index).png")
        }
        let dataSet = try DataSet(folder)
        return try TrainingData(dataSet, split: dataSet.split(seed: 1))
    }

    /// Settings whose steps take milliseconds.
    static func tinySettings(_ arm: TrainingSettings.Arm) -> TrainingSettings {
        var settings = TrainingSettings(preset: .tiny)
        settings.arm = arm
        (settings.base, settings.batch, settings.cropHeight, settings.cropWidth) = (4, 2, 32, 32)
        settings.segmenterSteps = 1
        settings.budget.steps = 12
        settings.validationSteps = 5
        return settings
    }
}
