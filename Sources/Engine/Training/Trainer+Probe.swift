import Foundation
import Imaging
import Runs
import Torch

extension TrainingProbe {
    /// Trains a few steps in a folder that goes again, and tells how long they took.
    /// - Parameter seconds: about how long to measure, beside a first step that is not counted.
    public init(
        settings: TrainingSettings, data: TrainingData, device: Device, seconds: Double = 5
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("petri-probe-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try RunDirectory.create(folder.path)
        let trainer = try Trainer(run: run, settings: settings, data: data, device: device) { _ in }
        defer { trainer.heartbeat.end() }
        func step(_ number: Int) throws {
            do {
                // Reading a loss back waits for the device.
                for loss in try trainer.step(number) { _ = try loss.value.item() }
            } catch {
                let failure = TrainingFailure(
                    error, of: settings, on: device, in: run.path, free: trainer.freeMemory, kept: nil)
                if let failure, failure.kind == .memory { throw failure }
                throw error
            }
        }
        try step(1)
        let start = ContinuousClock.now
        var steps = 0
        // Two at a time: every other step of a CycleGAN takes another path.
        while steps < 2 || steps < 50 && ContinuousClock.now - start < .seconds(seconds) {
            for _ in 0..<2 {
                steps += 1
                try step(1 + steps)
                if Interruption.received != nil { throw Interrupted() }
            }
        }
        let perStep = (ContinuousClock.now - start).seconds / Double(steps)
        let byTime = settings.budget.minutes.map { Int(min($0 * 60 / perStep, 1e9)) }
        self.init(
            secondsPerStep: perStep, stepsPerEpoch: trainer.stepsPerEpoch,
            totalSteps: [trainer.totalSteps, byTime].compactMap { $0 }.min() ?? 0, peakMemory: ProcessMemory.peak,
            gpuMemory: CardLibrary.card(of: device)?.memoryUsed, trainingImages: data.training.count,
            validationImages: data.validation.count, device: "\(device)", precision: settings.precision)
    }
}
