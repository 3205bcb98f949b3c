import Foundation
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

/// Arithmetic done by hand, and what is said of it.
@Suite struct StepMemoryTests {
    private static let gibibyte = 1 << 30

    @Test func aStepTakesWhatStaysAndWhatPixelsLeave() {
        let memory = StepMemory(fixed: 1000, perPixel: 2.5)
        #expect(memory.bytes(batch: 2, height: 4, width: 8) == 1160)
    }

    /// 20 bytes a pixel and 100,000 that stay: of 1,000,000 free, nine tenths less those are 800,000, or 40,000 pixels.
    @Test func whatFitsIsSaid() {
        let memory = StepMemory(fixed: 100_000, perPixel: 20)
        // 8 crops of 128x128 are 131,072 pixels: two of them fit, or all at 0.552 of their sides: 70 pixels, of which 64.
        #expect(memory.fitting(batch: 8, height: 128, width: 128, into: 1_000_000) == ["--batch 2", "--crop 64x64"])
        // One crop of 512x768 is 393,216 pixels, the sides at 0.319 are 163 and 244.
        #expect(memory.fitting(batch: 1, height: 512, width: 768, into: 1_000_000) == ["--crop 160x224"])
        // Two crops of 96x128 are 24,576 pixels.
        #expect(memory.fitting(batch: 2, height: 96, width: 128, into: 1_000_000).isEmpty)
        #expect(memory.fitting(batch: 2, height: 64, width: 64, into: 100_000).isEmpty)
    }

    /// Two crops of 192x192 are 73,728 pixels; measured with `petri train --probe` at width 16: 421, 914, 391 and 587 MB.
    @Test func whatWasMeasuredIsForetold() {
        func megabytes(_ arm: TrainingSettings.Arm, _ segmenter: SegmenterKind) -> Double {
            var settings = TrainingSettings(preset: .paper)
            (settings.base, settings.arm, settings.segmenter) = (16, arm, segmenter)
            return Double(StepMemory(settings, on: .cpu).bytes(batch: 2, height: 192, width: 192)) / 1e6
        }
        #expect(abs(megabytes(.conventional, .deepsea) - 421) < 30)
        #expect(abs(megabytes(.cyclegan, .deepsea) - 914) < 30)
        #expect(abs(megabytes(.conventional, .unet) - 391) < 30)
        #expect(abs(megabytes(.conventional, .cellpose) - 587) < 30)
    }

    @Test func narrowNetworksTakeLess() {
        var settings = TrainingSettings(preset: .paper)
        let wide = StepMemory(settings, on: .cpu)
        settings.base = 32
        #expect(abs(2 * StepMemory(settings, on: .cpu).perPixel - wide.perPixel) < 1e-9 * wide.perPixel)
        settings.arm = .conventional
        #expect(StepMemory(settings, on: .cpu).perPixel < wide.perPixel / 4)
    }

    private func failure(_ error: any Error, free: Int?, kept: Int?, device: Device = .cuda(0)) -> TrainingFailure? {
        TrainingFailure(error, of: TrainingSettings(preset: .paper), on: device, in: "my-run", free: free, kept: kept)
    }

    @Test func memoryThatDoesNotSufficeNamesWhatFits() throws {
        let found = try #require(failure(TorchError.outOfMemory("CUDA out of memory."), free: 24 << 30, kept: nil))
        let needed = StepMemory(TrainingSettings(preset: .paper), on: .cuda(0))
            .bytes(batch: 2, height: 512, width: 768)
        let text = String(format: "%.1f", Double(needed) / Double(Self.gibibyte))
        #expect(
            found.problem
                == "needs about \(text) GiB on cuda:0 for 2 crops of 512x768 at width 64, where 24.0 GiB were free")
        #expect(found.kind == .memory)
        #expect(found.advice.hasSuffix(" would fit") && found.advice.contains("--batch 1 or --crop "))
        let later = try #require(failure(TorchError.outOfMemory(""), free: nil, kept: 120))
        #expect(
            later.advice
                == "lower --batch, --crop or --base; the state after step 120 is kept: `petri resume my-run` goes on "
                + "where there is more memory")
    }

    @Test func aLostCardSaysHowToGoOn() throws {
        let message = "CUDA error: unspecified launch failure\nCUDA kernel errors might be reported late"
        let found = try #require(failure(TorchError.failed(message), free: nil, kept: 40))
        #expect(found.kind == .device)
        #expect(
            found.description
                == "the training ended because cuda:0 failed: CUDA error: unspecified launch failure; the state after "
                + "step 40 is kept: `petri resume my-run` goes on, with `--device cpu` or another card's where this one is "
                + "lost")
        #expect(failure(TorchError.parameters("no weight"), free: nil, kept: 40) == nil)
        #expect(failure(TrainingError.weightsNotFinite(step: 1), free: nil, kept: nil) == nil)
    }
}

extension NetworkWork {
    /// Trainings whose device fails in the middle.
    @Suite struct FailingDeviceTests {
        private let folder: TemporaryFolder
        private let data: TrainingData
        private let run: RunDirectory
        private var settings = NetworkWork.tinySettings(.conventional)

        init() throws {
            folder = try TemporaryFolder()
            data = try NetworkWork.drawnData(5, in: folder.path("data"))
            run = try RunDirectory.create(folder.path("run"))
            settings.checkpointSteps = 4
        }

        private func fail(with error: TorchError) throws {
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            trainer.beforeStep = { if $0 == 7 { throw error } }
            #expect(throws: TrainingFailure.self) { _ = try trainer.train() }
        }

        @Test func theRunSaysWhatHappenedAndGoesOnElsewhere() throws {
            try fail(with: .failed("CUDA error: the device is gone"))
            let status = try run.status()
            #expect(status.state == .failed && status.step == 6)
            let said = try #require(status.lastError)
            #expect(said.contains("CUDA error: the device is gone; the state after step 4 is kept: `petri resume "))

            let other = try RunDirectory.create(folder.path("other"))
            _ = try Trainer(run: other, settings: settings, data: data, device: .cpu) { _ in }.train()
            #expect(try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }.train() == .budget)
            #expect(try run.status().state == .finished && run.status().lastError == nil)
            let files = FileManager.default
            #expect(
                files.contents(atPath: run.checkpointPath(.latest))
                    == files.contents(atPath: other.checkpointPath(.latest)))
        }

        @Test func memoryThatDoesNotSufficeIsInTheStatus() throws {
            try fail(with: .outOfMemory("CUDA out of memory. Tried to allocate 20.00 MiB"))
            let said = try #require(try run.status().lastError)
            #expect(said.hasPrefix("the training needs about ") && said.contains("2 crops of 32x32 at width 4"))
            #expect(!said.contains("Tried to allocate"))
            let log = try String(contentsOfFile: run.logPath, encoding: .utf8)
            #expect(log.contains("Tried to allocate 20.00 MiB"))
        }
    }
}
