import Foundation
import Imaging
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// Checkpoints and settings on disk.
    @Suite struct CheckpointTests {
        private let folder: TemporaryFolder
        private let path: String

        init() throws {
            folder = try TemporaryFolder()
            path = folder.path("c.safetensors")
        }

        /// Networks after one step of every optimiser, and a state worth keeping.
        private func write(_ arm: TrainingSettings.Arm) throws -> (models: Models, checkpoint: Checkpoint) {
            let models = try Models(NetworkWork.tinySettings(arm), channels: 1, device: .cpu)
            for (_, store) in models.stores {
                for tensor in store.trainable { try (tensor * 0.25).sum().backward() }
            }
            for (_, optimizer) in models.optimizers { try optimizer.update() }
            var checkpoint = Checkpoint()
            (checkpoint.step, checkpoint.validationsWithoutGain, checkpoint.seconds) = (17, 3, 12.625)
            checkpoint.validated = 16
            checkpoint.best = .init(f1: 0.1 + 0.2, meanF1: 1.0 / 3, step: 15)
            checkpoint.highest = .init(f1: 0.35, meanF1: 0.25, step: 12)
            try checkpoint.write(models, styles: arm == .cyclegan ? .full([2, 128], 0.5) : nil, to: path)
            return (models, checkpoint)
        }

        @Test(arguments: [TrainingSettings.Arm.cyclegan, .conventional])
        func everythingComesBack(arm: TrainingSettings.Arm) throws {
            let (models, checkpoint) = try write(arm)
            var settings = NetworkWork.tinySettings(arm)
            settings.seed = 99
            let other = try Models(settings, channels: 1, device: .cpu)
            #expect(try Checkpoint.read(path, into: other) == checkpoint)
            for (mine, theirs) in zip(models.stores, other.stores) {
                for (a, b) in zip(mine.store.entries, theirs.store.entries) {
                    #expect(try a.tensor.bytes() == b.tensor.bytes(), "\(mine.name).\(a.name)")
                }
            }
            #expect(other.optimizers.map(\.name) == models.optimizers.map(\.name))
            for (mine, theirs) in zip(models.optimizers, other.optimizers) {
                #expect(theirs.optimizer.step == 1)
                let pairs = zip(
                    mine.optimizer.firstMoments + mine.optimizer.secondMoments,
                    theirs.optimizer.firstMoments + theirs.optimizer.secondMoments)
                for (a, b) in pairs { #expect(try a.bytes() == b.bytes(), "\(mine.name)") }
            }
            let styles = try Checkpoint.styles(TensorFile.open(path))
            #expect(styles?.shape == (arm == .cyclegan ? [2, 128] : nil))
        }

        @Test func theSameStateGivesTheSameBytes() throws {
            let (models, checkpoint) = try write(.conventional)
            let first = try Data(contentsOf: URL(fileURLWithPath: path))
            try checkpoint.write(models, styles: nil, to: path)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
        }

        /// What reading says is wrong with the file.
        private func fault(_ settings: TrainingSettings = NetworkWork.tinySettings(.conventional)) throws -> String {
            let models = try Models(settings, channels: 1, device: .cpu)
            do {
                _ = try Checkpoint.read(path, into: models)
                return "no error"
            } catch let error where error is InputError || error is TensorFileError {
                return "\(error)"
            } catch TorchError.parameters(let message) {
                return message
            }
        }

        @Test func anotherKindOfFileIsRefused() throws {
            try SafetensorsFile.write(path, tensors: [])
            #expect(try fault().contains("is not a checkpoint of Petri"))
            try Data("nonsense".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try fault() != "no error")
            try FileManager.default.removeItem(atPath: path)
            #expect(try fault().contains("No such file"))
        }

        @Test func anotherNetworkIsRefusedByName() throws {
            _ = try write(.conventional)
            var settings = NetworkWork.tinySettings(.conventional)
            #expect(try fault(settings) == "no error")
            settings.base = 8
            #expect(try fault(settings).contains("segmenter.res1.double_conv.0.weight"))
            #expect(try fault(NetworkWork.tinySettings(.cyclegan)).contains("generator."))
        }

        @Test(
            arguments: [
                ("step", "-1"), ("step", "x"), ("step", nil), ("seconds", "nan"), ("seconds", nil),
                ("optimizer.segmenter.step", "1.5"), ("best", "0.5"), ("best", "a b c"), ("highest", "2 0 1"),
                ("validationsWithoutGain", ""), ("validated", "-3"),
            ] as [(String, String?)])
        func damagedMetadataIsSaid(key: String, value: String?) throws {
            _ = try write(.conventional)
            let file = try TensorFile.open(path)
            var metadata = file.metadata
            metadata[key] = value
            let tensors = file.tensors.map { tensor in
                TensorToWrite(name: tensor.name, type: tensor.type, shape: tensor.shape) { body in
                    try file.withBytes(of: tensor.name, body)
                }
            }
            let copy = folder.path("copy")
            try SafetensorsFile.write(copy, tensors: tensors, metadata: metadata)
            let models = try Models(NetworkWork.tinySettings(.conventional), channels: 1, device: .cpu)
            #expect(throws: InputError.self) { try Checkpoint.read(copy, into: models) }
        }

        /// Of 100 objects an F1 of 0.8 has a standard error of 0.04.
        @Test func laterWeightsAreKeptUnlessClearlyWorse() {
            var checkpoint = Checkpoint()
            func take(_ f1: Double, _ step: Int, objects: Int? = 100) -> Bool {
                checkpoint.take(.init(f1: f1, meanF1: f1 / 2, step: step), objects: objects)
            }
            #expect(take(0.7, 1))
            #expect(take(0.8, 2))
            #expect(take(0.73, 3))
            #expect(checkpoint.best?.step == 3 && checkpoint.highest?.step == 2)
            // Errors do not add up: what counts is the highest.
            #expect(!take(0.71, 4))
            #expect(checkpoint.best?.step == 3 && checkpoint.validationsWithoutGain == 2)
            #expect(take(0.81, 5))
            #expect(checkpoint.best?.step == 5 && checkpoint.highest == nil && checkpoint.validationsWithoutGain == 0)
            // Without a falling learning rate only what is higher.
            #expect(!take(0.80, 6, objects: nil))
            #expect(take(0.82, 7, objects: nil))
        }

        @Test func truncatedFilesAreErrors() throws {
            _ = try write(.conventional)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for length in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
                try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
                #expect(try fault() != "no error", "\(length) bytes")
            }
        }

        @Test(arguments: [[128], [0, 128], [2, 5], [2, 128, 1]]) func stylesOfAnotherShapeAreRefused(shape: [Int])
            throws
        {
            try SafetensorsFile.write(path, tensors: [TensorToWrite(name: "styles", .zeros(shape))])
            #expect(throws: TorchError.self) { try Checkpoint.styles(TensorFile.open(path)) }
        }
    }

    /// run.json.
    @Suite struct TrainingSettingsTests {
        private func run(_ settings: TrainingSettings, in folder: TemporaryFolder) throws -> RunDirectory {
            let run = try RunDirectory.create(folder.path("run"))
            try run.write(
                RunDescription(
                    settings: settings,
                    dataset: .init(paths: ["/data"], fingerprint: "0", training: ["a"], validation: ["b"]), seed: 1,
                    versions: [:], device: "cpu", threads: 1, commandLine: ["petri"], created: Date()))
            return run
        }

        @Test(arguments: TrainingSettings.Preset.allCases)
        func settingsComeBack(preset: TrainingSettings.Preset) throws {
            let folder = try TemporaryFolder()
            var settings = TrainingSettings(preset: preset)
            (settings.vgg, settings.images, settings.checkpointSteps) = ("/vgg19.pth", 7, 30)
            settings.budget = .init(steps: 5, epochs: 6, minutes: 0.5)
            settings.seed = .max
            settings.augmentation.gamma = 0.5...2
            let read = try run(settings, in: folder).trainingDescription().settings
            #expect(read == settings)
        }

        /// run.json with one text put in place of another.
        private func fault(replacing old: String, by new: String) throws -> String {
            let folder = try TemporaryFolder()
            let run = try run(TrainingSettings(preset: .tiny), in: folder)
            let text = try String(contentsOfFile: run.descriptionPath, encoding: .utf8)
            try #require(text.contains(old))
            try text.replacing(old, with: new, maxReplacements: 1)
                .write(toFile: run.descriptionPath, atomically: true, encoding: .utf8)
            do {
                _ = try run.trainingDescription()
                return "no error"
            } catch let error as InputError {
                #expect(error.subject == run.descriptionPath)
                return error.description
            }
        }

        @Test func aMissingOrWrongSettingIsNamed() throws {
            #expect(try fault(replacing: "\"base\"", by: "\"bass\"").contains("no settings.base"))
            #expect(
                try fault(replacing: "\"deepsea\"", by: "\"deeplake\"").contains("settings.segmenter makes no sense"))
            #expect(try fault(replacing: "\"batch\" : 4", by: "\"batch\" : \"four\"").contains("settings.batch is not"))
            #expect(try fault(replacing: "{", by: "").contains("is not JSON"))
        }

        @Test(arguments: [
            ("batch", "4", "0"), ("base", "16", "-16"), ("cropHeight", "128", "100"), ("cropWidth", "128", "1048576"),
            ("classes", "3", "1"), ("patience", "50", "0"), ("pDiff", "0.2", "1.5"), ("validationFraction", "0.2", "1"),
            ("bits", "8", "12"), ("channels", "1", "2"), ("validationSteps", "100", "0"),
        ])
        func aSettingOutOfItsRangeIsNamed(name: String, from: String, to: String) throws {
            let problem = try fault(replacing: "\"\(name)\" : \(from)", by: "\"\(name)\" : \(to)")
            #expect(problem.contains("settings.\(name) is out of its range"))
        }
    }
}
