import Datasets
import Foundation
import Imaging
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// Short trainings on drawn data.
    @Suite struct TrainerTests {
        private let folder: TemporaryFolder
        private let data: TrainingData
        private let run: RunDirectory

        init() throws {
            folder = try TemporaryFolder()
            data = try NetworkWork.drawnData(5, in: folder.path("data"))
            run = try RunDirectory.create(folder.path("run"))
        }

        private func trainer(
            _ settings: TrainingSettings, data: TrainingData? = nil,
            report: @escaping (Trainer.Report) -> Void = { _ in }
        ) throws -> Trainer {
            try Trainer(run: run, settings: settings, data: data ?? self.data, device: .cpu, report: report)
        }

        private func curves() throws -> [String: MetricCurve] {
            var reader = MetricsReader(run.metricsPath)
            _ = try reader.refresh()
            #expect(reader.damagedLines == 0)
            return reader.curves
        }

        private var latest: String { run.checkpointsPath + "/latest.safetensors" }

        private static let cycleLosses: Set<String> = [
            "latent", "segmentationOfGenerated", "segmentation", "cyclePixels", "generator", "segmenter", "pixels",
            "features", "imageDiscriminator", "maskDiscriminator",
        ]

        @Test(arguments: [TrainingSettings.Arm.cyclegan, .conventional])
        func aTrainingFillsItsRunDirectory(arm: TrainingSettings.Arm) throws {
            var reports: [Trainer.Report] = []
            let ending = try trainer(NetworkWork.tinySettings(arm)) { reports.append($0) }.train()
            #expect(ending == .budget)
            #expect(reports.map(\.step) == [10])
            #expect(reports.first?.totalSteps == 12)

            let status = try run.status()
            #expect(status.state == .finished)
            #expect(status.step == 12 && status.totalSteps == 12)
            // Four images to train on in batches of two.
            #expect(status.epoch == 6)
            #expect(status.pid == getpid())

            let curves = try curves()
            #expect(curves["segmentation"]?.steps == [10])
            #expect(curves["validationF1"]?.steps == [5, 10, 12])
            #expect(curves["learningRate"]?.steps == [10])
            for (name, curve) in curves { #expect(curve.values.allSatisfy { $0.isFinite }, "\(name)") }
            let own: Set = [
                "learningRate", "stepsPerSecond", "validationF1", "validationMeanF1", "validationDice", "seconds",
                "memory",
            ]
            // Step 10 is one of those whose masks are recombined: nothing to compare pixels with.
            let losses = Set(curves.keys).subtracting(own)
            #expect(losses == (arm == .cyclegan ? Self.cycleLosses.subtracting(["pixels"]) : ["segmentation"]))

            let best = try #require(status.bestStep)
            #expect([5, 10, 12].contains(best))
            for name in ["latest", "best"] {
                let file = try TensorFile.open(run.checkpointsPath + "/\(name).safetensors")
                #expect(file.metadata["step"] == (name == "latest" ? "12" : "\(best)"))
                #expect((file["styles"] != nil) == (arm == .cyclegan))
            }
            let preview = try ImageFile.read(run.previewsPath + "/00000012.png")
            #expect(preview.width == 32 * (arm == .cyclegan ? 4 : 3) && preview.height == 32 * 4)
            #expect(preview.statistics.maximum > preview.statistics.minimum)
            let log = try String(contentsOfFile: run.logPath, encoding: .utf8)
            #expect(log.contains("ended after step 12: budget"))
        }

        @Test func thePublishedMethodTrainsToo() throws {
            var settings = TrainingSettings(preset: .paper)
            (settings.base, settings.cropHeight, settings.cropWidth) = (4, 32, 48)
            settings.segmenter = .unet
            (settings.budget, settings.pDiff) = (.init(steps: 10, epochs: 1000), 1)
            #expect(try trainer(settings).train() == .budget)
            let curves = try curves()
            #expect(curves["pixels"]?.steps == [10])
            #expect(curves["segmenter"]?.steps == [10])
            #expect(curves["latent"] == nil)
            // An epoch is two steps.
            #expect(curves["validationF1"]?.steps == [2, 4, 6, 8, 10])
            for (name, curve) in curves { #expect(curve.values.allSatisfy { $0.isFinite }, "\(name)") }
            #expect(try TensorFile.open(latest)["styles"] == nil)
        }

        @Test func trainingMakesTheSegmenterBetter() throws {
            var settings = NetworkWork.tinySettings(.conventional)
            settings.budget.steps = 60
            settings.learningRate = 5e-3
            #expect(try trainer(settings).train() == .budget)
            let losses = try #require(try curves()["segmentation"]).values
            #expect(losses.count == 6)
            #expect(losses[5] < 0.8 * losses[0])
        }

        @Test func aStoppedTrainingGoesOnToTheSameBytes() throws {
            var settings = NetworkWork.tinySettings(.cyclegan)
            settings.budget.steps = 14
            _ = try trainer(settings).train()
            let whole = try Data(contentsOf: URL(fileURLWithPath: latest))
            let metrics = try curves()

            let other = try RunDirectory.create(folder.path("other"))
            let first = try Trainer(run: other, settings: settings, data: data, device: .cpu) { _ in
                try? other.control.send(.stop)
            }
            #expect(try first.train() == .stopRequested)
            #expect(try other.status().step == 10)
            #expect(try other.status().state == .stopped)
            #expect(other.control.pending().isEmpty)
            let second = try Trainer(run: other, settings: settings, data: data, device: .cpu) { _ in }
            #expect(try second.train() == .budget)
            #expect(try Data(contentsOf: URL(fileURLWithPath: other.checkpointsPath + "/latest.safetensors")) == whole)
            var reader = MetricsReader(other.metricsPath)
            _ = try reader.refresh()
            for name in ["segmentation", "generator", "validationF1"] {
                #expect(reader[name] == metrics[name], "\(name)")
            }
        }

        @Test func aCheckpointIsWrittenWhenAskedFor() throws {
            var settings = NetworkWork.tinySettings(.conventional)
            settings.budget.steps = 1000
            let (run, latest) = (run, latest)
            var seen: String?
            let trainer = try trainer(settings) { report in
                if report.step == 10 { try? run.control.send(.checkpoint) }
                if report.step == 20 {
                    seen = (try? TensorFile.open(latest))?.metadata["step"]
                    try? run.control.send(.stop)
                }
            }
            #expect(try trainer.train() == .stopRequested)
            #expect(seen == "10")
            #expect(try TensorFile.open(latest).metadata["step"] == "20")
        }

        @Test(.timeLimit(.minutes(1))) func aPausedTrainingWaitsUntilAskedToGoOn() throws {
            var settings = NetworkWork.tinySettings(.conventional)
            settings.budget.steps = 20
            let run = run
            var isFirst = true
            let trainer = try trainer(settings) { report in
                if !isFirst { return }
                isFirst = false
                try? run.control.send(.pause)
                Thread.detachNewThread {
                    while (try? run.status().state) != .paused { usleep(20_000) }
                    try? run.control.send(.resume)
                }
            }
            #expect(try trainer.train() == .budget)
            #expect(run.control.pending().isEmpty)
            #expect(try run.status().step == 20)
            let log = try String(contentsOfFile: run.logPath, encoding: .utf8)
            #expect(log.contains("paused after step 10"))
        }

        @Test(.timeLimit(.minutes(1))) func aPausedTrainingCanBeStopped() throws {
            let run = run
            var settings = NetworkWork.tinySettings(.conventional)
            settings.budget.steps = 1000
            let trainer = try trainer(settings) { _ in
                try? run.control.send(.pause)
                try? run.control.send(.stop)
            }
            #expect(try trainer.train() == .stopRequested)
        }

        @Test func withoutABetterScoreItEndsEarly() throws {
            var settings = NetworkWork.tinySettings(.conventional)
            (settings.budget.steps, settings.validationSteps, settings.patience) = (2000, 1, 3)
            // Weights that hardly move: the score does not rise.
            settings.learningRate = 1e-9
            let trainer = try trainer(settings)
            #expect(try trainer.train() == .patience)
            #expect(trainer.checkpoint.validationsWithoutGain == 3)
            #expect(try run.status().state == .finished)
        }

        @Test func withoutValidationImagesThereIsNoBest() throws {
            let dataSet = try DataSet(folder.path("data"))
            let all = Split(seed: 1, training: dataSet.pairs.map(\.name), validation: [])
            _ = try trainer(NetworkWork.tinySettings(.conventional), data: TrainingData(dataSet, split: all)).train()
            #expect(try run.status().bestScore == nil)
            #expect(!FileManager.default.fileExists(atPath: run.checkpointsPath + "/best.safetensors"))
            #expect(try curves()["validationF1"] == nil)
        }

        @Test(arguments: [(5, [5, 10, 12]), (1000, [12])])
        func whatTheLastStepsBroughtIsValidatedOnce(interval: Int, steps: [Int]) throws {
            var settings = NetworkWork.tinySettings(.conventional)
            settings.validationSteps = interval
            _ = try trainer(settings).train()
            #expect(try curves()["validationF1"]?.steps == steps)
            #expect(FileManager.default.fileExists(atPath: run.checkpointPath(.best)))
            // There is nothing left to train, and nothing new to validate.
            _ = try trainer(settings).train()
            #expect(try curves()["validationF1"]?.steps == steps)
        }

        @Test func theLearningRateFallsOverTheLastPartOfTheBudget() throws {
            var settings = NetworkWork.tinySettings(.conventional)
            (settings.budget.steps, settings.learningRateDecay) = (40, 0.5)
            _ = try trainer(settings).train()
            let rates = try #require(try curves()["learningRate"]).values
            // Before steps 10, 20, 30 and 40 the parts left are 31, 21, 11 and 1 fortieths.
            for (rate, part) in zip(rates, [1, 1, 0.55, 0.05]) {
                #expect(abs(rate / settings.learningRate - part) < 1e-9)
            }
        }

        @Test(arguments: [(nil, 4e-3, 1e-3), (0.5, 2e-3, 5e-4)] as [(Double?, Double, Double)])
        func everyNetworkHasItsPace(generatorPace: Double?, generator: Double, discriminators: Double) throws {
            var settings = NetworkWork.tinySettings(.cyclegan)
            (settings.generatorPace, settings.discriminatorPace) = (generatorPace, 0.25)
            let models = try Models(settings, channels: 1, device: .cpu)
            models.setLearningRate(4e-3, settings)
            let rates = Dictionary(uniqueKeysWithValues: models.optimizers.map { ($0.name, $0.optimizer.learningRate) })
            #expect(rates == ["segmenter": 4e-3, "generator": generator, "discriminators": discriminators])
        }

        /// Breaks a weight after step 10 and expects the end that follows.
        private func breaking(_ settings: TrainingSettings, asking: Bool) throws -> (any Error)? {
            var trainer: Trainer?
            let run = run
            trainer = try self.trainer(settings) { _ in
                let store = trainer?.models.segmenter.store
                try? Torch.withoutGradient {
                    guard let last = store?.trainable.last else { return }
                    try last.copy(from: .full(last.shape, .nan))
                }
                if asking { try? run.control.send(.checkpoint) }
            }
            defer { trainer = nil }
            do {
                _ = try trainer?.train()
                return nil
            } catch { return error }
        }

        @Test(arguments: [false, true]) func whatIsNotFiniteIsSaidAndNotKept(asking: Bool) throws {
            var settings = NetworkWork.tinySettings(.conventional)
            (settings.budget.steps, settings.checkpointSteps, settings.validationSteps) = (100, 7, 13)
            settings.nonFinite = .stop
            let error = try #require(try breaking(settings, asking: asking) as? TrainingError)
            #expect("\(error)".contains(asking ? "weights are not finite after step 10" : "segmentation is not finite"))
            #expect("\(error)".contains("the last good checkpoint is kept"))
            let file = try TensorFile.open(latest)
            #expect(file.metadata["step"] == "7")
            #expect(!FileManager.default.fileExists(atPath: run.checkpointsPath + "/best.safetensors"))
            let status = try run.status()
            #expect(status.state == .failed)
            #expect(status.lastError?.contains("not finite") == true)
            #expect(try String(contentsOfFile: run.logPath, encoding: .utf8).contains("failed: "))
        }
    }

    /// Images as training reads them.
    @Suite struct TrainingDataTests {
        @Test func imagesAreSplitAsAskedFor() throws {
            let folder = try TemporaryFolder()
            let data = try NetworkWork.drawnData(5, in: folder.path("data"))
            let split = try DataSet(folder.path("data")).split(seed: 1)
            #expect(data.training.map(\.name) == split.training && split.training.count == 4)
            #expect(data.validation.map(\.name) == split.validation && split.validation.count == 1)
            #expect(data.channels == 1 && data.bits == 16)
            #expect(data.training.allSatisfy { $0.planes[0].values.min() == -1 && $0.planes[0].values.max() == 1 })
        }

        @Test func withoutObjectsThereIsNothingToTrain() throws {
            let folder = try TemporaryFolder()
            for name in ["a", "b"] {
                for place in ["images", "masks"] {
                    try FileManager.default.createDirectory(
                        atPath: folder.path(place), withIntermediateDirectories: true)
                    let image = Image(
                        width: 16, height: 16, channels: 1,
                        samples: .uint8(place == "masks" ? .init(repeating: 0, count: 256) : (0...255).map { $0 }))
                    try ImageFile.write(image, to: folder.path("\(place)/\(name).png"))
                }
            }
            let dataSet = try DataSet(folder.url.path)
            let error = #expect(throws: InputError.self) { try TrainingData(dataSet, split: dataSet.split(seed: 1)) }
            #expect(error?.problem.contains("has no object") == true)
        }
    }
}
