import Foundation
import Imaging
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// Trainings whose numbers run away.
    @Suite struct RecoveryTests {
        private let folder: TemporaryFolder
        private let data: TrainingData
        private let run: RunDirectory

        init() throws {
            folder = try TemporaryFolder()
            data = try NetworkWork.drawnData(5, in: folder.path("data"))
            run = try RunDirectory.create(folder.path("run"))
        }

        /// Trains, spoiling a weight after each of the first `times` lines of metrics.
        private func spoiling(_ settings: TrainingSettings, times: Int) throws -> Trainer.Ending {
            var left = times
            var trainer: Trainer?
            defer { trainer = nil }
            trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in
                guard left > 0, let last = trainer?.models.segmenter.store.trainable.last else { return }
                left -= 1
                try? Torch.withoutGradient { try last.copy(from: .full(last.shape, .nan)) }
            }
            return try #require(try trainer?.train())
        }

        private func settings(checkpointSteps: Int?) -> TrainingSettings {
            var settings = NetworkWork.tinySettings(.conventional)
            (settings.budget.steps, settings.checkpointSteps, settings.validationSteps) = (40, checkpointSteps, 1000)
            settings.learningRateDecay = 0
            return settings
        }

        private func curve(_ name: String) throws -> MetricCurve {
            var reader = MetricsReader(run.metricsPath)
            _ = try reader.refresh()
            return try #require(reader[name])
        }

        @Test func aTrainingGoesBackToItsCheckpointWithHalfTheRate() throws {
            let settings = settings(checkpointSteps: 7)
            #expect(try spoiling(settings, times: 1) == .budget)
            let file = try TensorFile.open(run.checkpointPath(.latest))
            #expect(file.metadata["step"] == "40" && file.metadata["returns"] == "1")
            let rates = try curve("learningRate")
            #expect(rates.steps == [10, 20, 30, 40])
            #expect(rates.values.allSatisfy { $0 == settings.learningRate / 2 })
            let warning = try #require(try run.status().warnings?.first { $0.kind == .notFinite })
            #expect(warning.message.contains("went back to step 7"))
            #expect(try run.status().state == .finished)
            let log = try String(contentsOfFile: run.logPath, encoding: .utf8)
            #expect(log.contains("went back to step 7, with other random numbers and 1/2 of the learning rate"))
        }

        @Test func withoutACheckpointItBeginsAnew() throws {
            #expect(try spoiling(settings(checkpointSteps: nil), times: 2) == .budget)
            let file = try TensorFile.open(run.checkpointPath(.latest))
            #expect(file.metadata["returns"] == "2" && file.metadata["optimizer.segmenter.step"] == "40")
            #expect(try curve("segmentation").steps == [10, 20, 30, 40])
        }

        @Test func itGivesUpAfterThreeReturns() throws {
            #expect(throws: TrainingError.self) { try spoiling(settings(checkpointSteps: 7), times: 100) }
            #expect(try run.status().state == .failed)
            #expect(try TensorFile.open(run.checkpointPath(.latest)).metadata["step"] == "7")
            #expect(RunLog.lastLines(of: run.logPath, count: 2)[0].contains("went back 3 times already"))
        }

        @Test func itStopsWhereThatIsAskedFor() throws {
            var settings = settings(checkpointSteps: 7)
            settings.nonFinite = .stop
            #expect(throws: TrainingError.self) { try spoiling(settings, times: 1) }
            #expect(try TensorFile.open(run.checkpointPath(.latest)).metadata["returns"] == nil)
        }

        @Test func picturesAreOfTheSameCropsAtEveryStepAndInEverySitting() throws {
            var settings = NetworkWork.tinySettings(.cyclegan)
            (settings.budget.steps, settings.checkpointSteps) = (4, 2)
            _ = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }.train()
            settings.budget.steps = 6
            _ = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }.train()
            let grid = try run.previewGrid()
            #expect(
                grid
                    == PreviewGrid(
                        tileWidth: 32, tileHeight: 32, rows: 4, columns: [.image, .mask, .segmented, .generated]))
            #expect(run.previews().map(\.step) == [2, 4, 6])
            let pictures = try run.previews().map { try ImageFile.read($0.path) }
            func tiles(_ image: Image, _ column: Int) -> [Float] {
                let plane = image.planes()[0]
                return (0..<plane.height).flatMap { y in (0..<32).map { plane[32 * column + $0, y] } }
            }
            for picture in pictures {
                #expect(picture.width == 128 && picture.height == 128)
                for column in 0..<2 { #expect(tiles(picture, column) == tiles(pictures[0], column)) }
            }
            #expect(tiles(pictures[0], 3) != tiles(pictures[2], 3))
        }

        @Test func aProbeLeavesNothingBehind() throws {
            let settings = NetworkWork.tinySettings(.cyclegan)
            let probe = try TrainingProbe(settings: settings, data: data, device: .cpu, seconds: 0.2)
            #expect(probe.secondsPerStep > 0 && probe.secondsPerStep < 5)
            #expect(probe.stepsPerEpoch == 2 && probe.secondsPerEpoch == 2 * probe.secondsPerStep)
            #expect(probe.totalSteps == 12 && probe.peakMemory > 10 << 20 && probe.gpuMemory == nil)
            #expect(probe.trainingImages == 4 && probe.validationImages == 1)
        }
    }
}
