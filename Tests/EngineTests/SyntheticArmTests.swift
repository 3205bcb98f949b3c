import Foundation
import Imaging
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// The arm that trains a generator first and then a segmenter on what it makes.
    @Suite struct SyntheticArmTests {
        private let folder: TemporaryFolder
        private let data: TrainingData
        private let run: RunDirectory

        init() throws {
            folder = try TemporaryFolder()
            data = try NetworkWork.drawnData(5, in: folder.path("data"))
            run = try RunDirectory.create(folder.path("run"))
        }

        private static var settings: TrainingSettings {
            var settings = NetworkWork.tinySettings(.synthetic)
            (settings.generatorSteps, settings.cycleEvery, settings.averaging) = (6, 3, 0.9)
            settings.budget.steps = 9
            return settings
        }

        private func file(_ run: RunDirectory, _ name: String = "latest") throws -> TensorFile {
            try TensorFile.open(run.checkpointsPath + "/\(name).safetensors")
        }

        @Test func theGeneratorComesFirst() throws {
            let trainer = try Trainer(run: run, settings: Self.settings, data: data, device: .cpu) { _ in }
            #expect(trainer.isGeneratorStage && trainer.totalSteps == 15)
            // One of three goes the whole cycle.
            let whole = (1...6).map { trainer.steps.isWhole($0, at: trainer.stage) }
            #expect(whole == [false, false, true, false, false, true])
            #expect(try trainer.train() == .budget)
            #expect(!trainer.isGeneratorStage)
            let status = try run.status()
            #expect(status.step == 15 && status.totalSteps == 15 && status.state == .finished)
            let latest = try file(run)
            #expect(latest.metadata["segmenterStart"]?.hasPrefix("6 ") == true)
            // The segmenter's optimiser began anew, the generator's stands where it stood.
            #expect(latest.metadata["optimizer.segmenter.step"] == "9")
            #expect(latest.metadata["optimizer.generator.step"] == "6")
            #expect(latest.metadata["average.segmenter.step"] == "9")
            // No validation chooses among the segmenters of the first stage.
            var reader = MetricsReader(run.metricsPath)
            _ = try reader.refresh()
            #expect(reader["validationF1"]?.steps == [10, 15])
            #expect(try file(run, "best").metadata["segmenterStart"] != nil)
            let log = try String(contentsOfFile: run.logPath, encoding: .utf8)
            #expect(log.contains("generator ready after step 6"))
        }

        /// Stopped after step 10: with the segmenter at work, or with the generator.
        @Test(arguments: [6, 12]) func aStoppedTrainingGoesOnToTheSameBytes(generatorSteps: Int) throws {
            var settings = Self.settings
            settings.generatorSteps = generatorSteps
            _ = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }.train()
            let whole = try Data(contentsOf: URL(fileURLWithPath: run.checkpointPath(.latest)))

            let other = try RunDirectory.create(folder.path("other"))
            let first = try Trainer(run: other, settings: settings, data: data, device: .cpu) { _ in
                try? other.control.send(.stop)
            }
            #expect(try first.train() == .stopRequested)
            #expect(first.checkpoint.step == 10 && first.isGeneratorStage == (generatorSteps == 12))
            _ = try Trainer(run: other, settings: settings, data: data, device: .cpu) { _ in }.train()
            #expect(try Data(contentsOf: URL(fileURLWithPath: other.checkpointPath(.latest))) == whole)
        }

        @Test func recombinedCropsNeedNoGenerator() throws {
            var settings = NetworkWork.tinySettings(.recombined)
            settings.syntheticUntil = 0.5
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            #expect(trainer.models.cycle == nil && trainer.totalSteps == 12)
            #expect(try trainer.train() == .budget)
            #expect(try run.previewGrid().columns == [.image, .mask, .segmented, .recombined])
            let picture = try ImageFile.read(try #require(run.previews().last).path)
            #expect(picture.width == 4 * 32 && picture.height == 4 * 32)
            // Whoever learns without them comes to other weights.
            let other = try RunDirectory.create(folder.path("other"))
            settings.arm = .conventional
            _ = try Trainer(run: other, settings: settings, data: data, device: .cpu) { _ in }.train()
            #expect(
                try file(run).metadata["step"] == "12"
                    && Data(contentsOf: URL(fileURLWithPath: other.checkpointPath(.latest)))
                        != Data(contentsOf: URL(fileURLWithPath: run.checkpointPath(.latest)))
            )
        }

        @Test func minutesAreShared() throws {
            var settings = Self.settings
            (settings.generatorSteps, settings.budget) = (1_000_000, .init(minutes: 0.02))
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            #expect(try trainer.train() == .budget)
            let start = try #require(trainer.checkpoint.segmenterStart)
            // Half of 1.2 seconds, and the step that was under way.
            #expect(start.seconds >= 0.6 && start.seconds < 1.2)
            #expect(start.step > 0 && start.step < trainer.checkpoint.step)
        }

        private func bytes(_ store: ParameterStore) throws -> [[UInt8]] { try store.trainable.map { try $0.bytes() } }

        @Test func stepsWithoutTheSegmenterLeaveItAlone() throws {
            var settings = Self.settings
            (settings.cycleEvery, settings.averaging) = (0, nil)
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            let cycle = try #require(trainer.models.cycle)
            let before = try (
                bytes(trainer.models.segmenter.store), bytes(cycle.maskDiscriminator.store),
                bytes(cycle.generator.store), bytes(cycle.imageDiscriminator.store)
            )
            for step in 1...2 {
                let losses = Set(try trainer.step(step).map(\.name))
                #expect(losses.contains("cyclePixels") && losses.contains("imageDiscriminator"))
                #expect(losses.isDisjoint(with: ["segmentation", "segmenter", "maskDiscriminator"]))
            }
            #expect(try bytes(trainer.models.segmenter.store) == before.0)
            #expect(try bytes(cycle.maskDiscriminator.store) == before.1)
            #expect(try bytes(cycle.generator.store) != before.2)
            #expect(try bytes(cycle.imageDiscriminator.store) != before.3)
        }

        /// With no other loss than the segmenter's on generated images the generator learns from it, or from nothing.
        @Test(arguments: [TrainingSettings.ImageGradient.none, .full])
        func theSegmentersLossReachesTheGeneratorWhereAsked(_ gradient: TrainingSettings.ImageGradient) throws {
            var settings = NetworkWork.tinySettings(.cyclegan)
            (settings.imageGradient, settings.segmenterSteps) = (gradient, 0)
            settings.weights = LossWeights()
            (settings.weights.adversarial, settings.weights.matchedFeatures, settings.weights.latent) = (0, 0, 0)
            (settings.weights.cyclePixels, settings.weights.pixels, settings.weights.segmentation) = (0, 0, 0)
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            let generator = try #require(trainer.models.cycle?.generator.store)
            let segmenter = trainer.models.segmenter.store
            let before = try (bytes(generator), bytes(segmenter))
            _ = try trainer.step(1)
            #expect(try (bytes(generator) != before.0) == (gradient == .full))
            #expect(try bytes(segmenter) != before.1)
        }

        @Test func aSegmenterThatLearnsNothingYetIsNotShown() throws {
            let settings = Self.settings
            let models = try Models(settings, channels: 1, device: .cpu)
            func column(_ isTrained: Bool) throws -> Set<UInt8> {
                let sheet = try PreviewSheet(
                    models: models, data: data, recombined: nil, isSegmenterTrained: isTrained, settings: settings,
                    device: .cpu)
                guard case .uint8(let bytes) = sheet.image.samples else { return [] }
                let (width, tile) = (sheet.image.width, sheet.grid.tileWidth)
                return Set(bytes.indices.filter { (2 * tile..<3 * tile).contains($0 % width) }.map { bytes[$0] })
            }
            #expect(try column(false) == [0])
            // Weights as they fell find something somewhere.
            #expect(try column(true) != [0])
        }

        @Test func theSegmenterWarmsUpAlone() throws {
            var settings = NetworkWork.tinySettings(.cyclegan)
            settings.warmUp = 2
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            #expect(try trainer.step(2).map(\.name) == ["segmentation"])
            #expect(try trainer.step(3).count > 5)
        }

        @Test func generatedCropsComeFromTheSeedAndTheStep() throws {
            let settings = Self.settings
            let models = try Models(settings, channels: 1, device: .cpu)
            let generator = try #require(models.cycle?.generator)
            let masks = DenseMaskSampler(data.training.map(\.labels), height: 32, width: 32, classes: 3)
            let bank = try StyleBank(
                latents: .normal([data.training.count, StyleUNet.latentSize]), names: data.training.map(\.name),
                kept: [], tones: data.training.map(\.tones))
            let crops = GeneratedCrops(
                generator: generator, masks: masks, bank: bank, settings: settings, device: .cpu)
            func batch(_ step: Int) throws -> CropSampler.Batch {
                try Torch.seed(3)
                return try crops.batch(count: 3, seed: 1, step: step)
            }
            let (first, again, other) = (try batch(1), try batch(1), try batch(2))
            #expect(first == again)
            #expect(first.images != other.images && first.classes != other.classes)
            #expect(first.count == 3 && first.images.count == 3 * 32 * 32)
            // Tone changes no label.
            #expect(first.classes == masks.batch(count: 3, seed: 1, step: 1).classes)
            #expect(first.images.allSatisfy { (-1...1).contains($0) })
            // The generator is used, not trained; afterwards it is as before.
            #expect(generator.store.isTraining)
        }

        /// Of the made crops the share is put together anew, and these are those of arm recombined.
        @Test(arguments: [0, 0.5, 1]) func soManyOfTheMadeCropsAreRecombined(share: Double) throws {
            var settings = Self.settings
            settings.recombinedShare = share
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            try trainer.beginSegmenter()
            let steps = trainer.steps
            var (drawn, made) = (0, 0)
            for part in 1...4 {
                let wishes = steps.wishes(of: part, at: trainer.stage)
                drawn += wishes.filter { $0.source == .recombined }.reduce(0) { $0 + $1.count }
                let crops = try steps.segmenterCrops(part: part, at: trainer.stage)
                #expect(crops.real.count == settings.batch && crops.made?.count == settings.batch)
                made += crops.made?.count ?? 0
                // Those that are put together come first, and are those of arm recombined.
                guard let wish = wishes.first(where: { $0.source == .recombined }) else { continue }
                let recombined = RecombinedCrops(
                    data.training,
                    crops: CropSampler(
                        data.training, height: settings.cropHeight, width: settings.cropWidth,
                        classes: settings.classes, augmentation: settings.augmentation)
                ).batch(count: wish.count, seed: wish.seed, step: wish.step)
                #expect(crops.made?.choosing(Array(0..<wish.count)).images == recombined.images)
            }
            #expect(Double(drawn) == share * Double(made))
        }

        /// With so early an end the first step of the segmenter has generated crops, and no later one.
        @Test func theShareOfGeneratedCropsFalls() throws {
            func whole(_ until: Double?) throws -> [UInt8] {
                var settings = Self.settings
                (settings.syntheticUntil, settings.syntheticRatio) = (until, 1)
                let run = try RunDirectory.create(folder.path("run \(until ?? 0)"))
                _ = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }.train()
                return [UInt8](try Data(contentsOf: URL(fileURLWithPath: run.checkpointPath(.latest))))
            }
            let (early, earlier, kept) = (try whole(0.1), try whole(0.05), try whole(nil))
            // A step is a ninth of the budget.
            #expect(early == earlier)
            #expect(early != kept)
        }

        @Test func theAverageIsWhatIsUsed() throws {
            var settings = NetworkWork.tinySettings(.conventional)
            settings.averaging = 0.5
            let models = try Models(settings, channels: 1, device: .cpu)
            try Torch.withoutGradient {
                for entry in models.segmenter.store.entries {
                    try entry.tensor.copy(from: .full(entry.tensor.shape, 3))
                }
            }
            let path = folder.path("c.safetensors")
            try Checkpoint().write(models, styles: nil, to: path)
            let file = try TensorFile.open(path)
            #expect(Checkpoint.prefix("segmenter", in: file) == "average.segmenter.")
            #expect(Checkpoint.prefix("generator", in: file) == "generator.")
            let used = try Models(NetworkWork.tinySettings(.conventional), channels: 1, device: .cpu).segmenter.store
            try used.load(from: file, prefix: Checkpoint.prefix("segmenter", in: file))
            for (mine, theirs) in zip(try #require(models.average("segmenter")).values, used.entries) {
                #expect(try mine.bytes() == theirs.tensor.bytes())
            }
            let last = try models.averaged { try models.segmenter.store.entries[0].tensor.bytes() }
            #expect(try last == used.entries[0].tensor.bytes())
            let other = try Models(settings, channels: 1, device: .cpu)
            _ = try Checkpoint.read(path, into: other)
            #expect(
                try other.segmenter.store.entries[0].tensor.bytes() == models.segmenter.store.entries[0].tensor.bytes())
        }
    }
}
