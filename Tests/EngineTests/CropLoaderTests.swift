import Foundation
import Runs
import Synchronization
import TestSupport
import Testing
import Torch

@testable import Engine

/// Crops drawn ahead.
@Suite struct CropLoaderTests {
    private static func wish(_ step: Int) -> CropWish { CropWish(source: .real, count: 1, seed: 7, step: step) }

    /// A batch that tells its wish.
    private static func batch(_ wish: CropWish) -> CropSampler.Batch {
        CropSampler.Batch(images: [Float(wish.step)], classes: [], channels: 1, height: 1, width: 1, count: wish.count)
    }

    @Test(arguments: [true, false]) func everyWishIsDrawnOnceAndRight(isAhead: Bool) {
        let drawn = Mutex<[Int]>([])
        let loader = CropLoader(isAhead: isAhead) { wish in
            drawn.withLock { $0.append(wish.step) }
            return Self.batch(wish)
        }
        for step in 0..<200 {
            loader.foresee([Self.wish(step), Self.wish(step + 1)])
            #expect(loader.batch(Self.wish(step)) == Self.batch(Self.wish(step)))
        }
        // The step after the last may be drawn too.
        #expect(drawn.withLock { $0.filter { $0 < 200 }.sorted() } == Array(0..<200))
    }

    @Test func whatIsNotForeseenIsDrawnThenAndWhatIsNotWantedIsDropped() {
        let drawn = Mutex<[Int]>([])
        let isOpen = DispatchSemaphore(value: 0)
        let loader = CropLoader(isAhead: true) { wish in
            if wish.step == 0 { isOpen.wait() }
            drawn.withLock { $0.append(wish.step) }
            return Self.batch(wish)
        }
        loader.foresee([Self.wish(0), Self.wish(1), Self.wish(2)])
        // The thread is held at the first: the others are drawn here, or not at all.
        #expect(loader.batch(Self.wish(5)).images == [5])
        #expect(loader.batch(Self.wish(2)).images == [2])
        loader.foresee([])
        isOpen.signal()
        loader.foresee([Self.wish(9)])
        #expect(loader.batch(Self.wish(9)).images == [9])
        #expect(drawn.withLock { Set($0).isDisjoint(with: [1]) })
    }

    @Test func aLoaderThatGoesLeavesNothingBehind() throws {
        final class Token: Sendable {}
        var loader: CropLoader?
        weak var token: Token?
        do {
            let held = Token()
            token = held
            loader = CropLoader(isAhead: true) { wish in
                withExtendedLifetime(held) { Self.batch(wish) }
            }
        }
        loader?.foresee((0..<20).map(Self.wish))
        loader = nil
        let deadline = ContinuousClock.now + .seconds(10)
        while token != nil && ContinuousClock.now < deadline { usleep(1000) }
        #expect(token == nil)
    }
}

extension NetworkWork {
    /// Trainings with and without crops drawn ahead.
    @Suite struct CropsAheadTests {
        private let folder: TemporaryFolder
        private let data: TrainingData

        init() throws {
            folder = try TemporaryFolder()
            data = try NetworkWork.drawnData(5, in: folder.path("data"))
        }

        private func latest(_ name: String, _ settings: TrainingSettings, isAhead: Bool) throws -> Data? {
            let run = try RunDirectory.create(folder.path(name))
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            trainer.steps.loader.isAhead = isAhead
            #expect(try trainer.train() == .budget)
            return FileManager.default.contents(atPath: run.checkpointPath(.latest))
        }

        @Test(arguments: [TrainingSettings.Arm.cyclegan, .recombined, .synthetic])
        func theWeightsAreTheSameToTheBit(arm: TrainingSettings.Arm) throws {
            var settings = NetworkWork.tinySettings(arm)
            settings.generatorSteps = 4
            // The share of crops made afresh falls from step to step.
            settings.syntheticUntil = 0.8
            let ahead = try latest("ahead", settings, isAhead: true)
            #expect(ahead != nil)
            #expect(try ahead == latest("then", settings, isAhead: false))
        }
    }
}
