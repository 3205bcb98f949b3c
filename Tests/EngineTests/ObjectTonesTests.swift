import Foundation
import Imaging
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// What a generator is told of objects.
    @Suite struct ObjectTonesTests {
        /// Labels 7 and 3 on a strip: two pixels, one of background, one pixel.
        private static let labels = LabelImage(width: 4, height: 1, labels: [7, 7, 0, 3])
        private static let planes = [
            Plane(width: 4, height: 1, values: [0.25, 0.75, -1, 0.5]),
            Plane(width: 4, height: 1, values: [-0.5, 0.5, -0.25, 1]),
        ]

        @Test func tonesAreMeansAndTheMeanDeviation() {
            // Objects are numbered in the order in which they are met.
            let tones = ObjectTones(of: Self.planes, in: Self.labels.relabelled())
            #expect(tones.background == [-1, -0.25, 0])
            // Deviations 0.25 and 0.5 by hand.
            #expect(tones.objects == [[0.5, 0, 0.375], [0.5, 1, 0]])
        }

        @Test func anEmptyMaskIsBackgroundAlone() {
            let planes = [Plane(width: 2, height: 1, values: [0, 1])]
            let tones = ObjectTones(of: planes, in: LabelImage(width: 2, height: 1))
            #expect(tones == ObjectTones(background: [0.5, 0.5], objects: []))
        }

        @Test func anObjectWithoutBackgroundHasOneOfItsOwnTone() {
            let labels = LabelImage(width: 2, height: 1, labels: [1, 1])
            let planes = [Plane(width: 2, height: 1, values: [0.5, 0.5])]
            let tones = ObjectTones(of: planes, in: labels)
            #expect(tones.background == [0.5, 0] && tones.objects == [[0.5, 0]])
        }

        @Test func anObjectsToneReachesAroundIt() {
            var labels = LabelImage(width: 140, height: 1)
            (labels.labels[0], labels.labels[1], labels.labels[4]) = (1, 1, 2)
            let regions = ObjectRegions(labels)
            // Pixels 2 and 3 are nearer to one each; from 4 on to less than 64 pixels.
            let (two, none) = ([Int64](repeating: 2, count: 65), [Int64](repeating: 0, count: 72))
            #expect(regions.nearest == [1, 1, 1] + two + none)
            #expect(regions.isObject.indices.filter { regions.isObject[$0] == 1 } == [0, 1, 4] && regions.count == 2)
        }

        @Test func planesTellTheToneOfTheNearestObjectAndTheBackgrounds() throws {
            let two = [
                ObjectTones(background: [-1, 0.5], objects: [[0.25, 1], [0.75, 2]]),
                ObjectTones(background: [0, 4], objects: []),
            ]
            let regions = [
                ObjectRegions(LabelImage(width: 4, height: 1, labels: [1, 1, 0, 2])),
                ObjectRegions(LabelImage(width: 4, height: 1)),
            ]
            let told = try ObjectTones.tensor(two, regions, height: 1, width: 4, hasGrain: true, device: .cpu)
            #expect(told.shape == [2, 5, 1, 4])
            // Objects have their own tone; the pixel between, to which the left object's was given, the mean of all four.
            let planes = try told.array(of: Float.self)
            #expect(Array(planes[0..<8]) == [0.25, 0.25, 0.375, 0.75, 1, 1, 1.25, 2])
            #expect(Array(planes[8..<16]) == [-1, -1, -1, -1, 0.5, 0.5, 0.5, 0.5])
            // The deviation of what is there itself.
            #expect(Array(planes[16..<20]) == [1, 1, 0.5, 2])
            let plain = try ObjectTones.tensor(two, regions, height: 1, width: 4, hasGrain: false, device: .cpu)
            #expect(try plain.array(of: Float.self) == Array(planes[0..<16]) + Array(planes[20..<36]))
            #expect(Array(planes[20..<40]) == [0, 0, 0, 0, 4, 4, 4, 4, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4])
        }

        /// With every other noise silent, as bilinear upsampling begins, grain is all that noise changes.
        @Test func aGeneratorSeesNoiseOfTheDeviationItIsTold() throws {
            try Torch.seed(6)
            let generator = try StyleUNet(
                conditions: 2, imageChannels: 1, base: 4, upsampling: .resize, hasGrain: true, device: .cpu)
            try generator.store.initialise()
            generator.store.isTraining = false
            let mask = try Tensor.uniform([1, 1, 32, 32])
            let style = try Tensor.normal([1, StyleUNet.latentSize])
            func image(_ deviation: Double, _ noise: Double) throws -> [Float] {
                try generator(
                    .concatenated([mask, .full([1, 1, 32, 32], deviation)]), styles: [(style, StyleUNet.levels)],
                    noise: .full([1, 32, 32, 1], noise)
                ).array()
            }
            #expect(try image(0, 0.1) == image(0, 0.9))
            #expect(try image(0.5, 0.1) != image(0.5, 0.9))
            // A uniform field of 0.5 + 1 / sqrt(12) is noise of one deviation; twice that of half of it is the same.
            let one = 1 / 12.0.squareRoot()
            for (first, second) in zip(try image(0.5, 0.5 + one), try image(0.25, 0.5 + 2 * one)) {
                #expect(abs(first - second) < 1e-4)
            }
        }

        @Test func drawnObjectsStandOutFromTheirBackgroundAsTheyDid() {
            var random = SeededGenerator(seed: 1)
            let own = ObjectTones(background: [-1, 0], objects: [[0, 0.5], [-0.5, 0.25]])
            let drawn = own.drawn(50, using: &random)
            #expect(drawn.background == own.background && drawn.objects.count == 50)
            #expect(Set(drawn.objects) == Set(own.objects))
            // A crop without objects gets others', as far from its background as they were from theirs; within bounds.
            let bare = ObjectTones(background: [0.5, 0.5], objects: [])
            #expect(Set(bare.drawn(50, others: [bare, own], using: &random).objects) == [[1, 1], [1, 0.75]])
            #expect(bare.drawn(2, others: [bare], using: &random).objects == [[0.5, 0.5], [0.5, 0.5]])
        }

        @Test func aStyleHasTheTonesOfTheImagesItLiesBetween() throws {
            let tones = [Float(-0.5), 0, 0.5].map { ObjectTones(background: [$0, 0], objects: [[$0 + 0.25, 0.125]]) }
            let rows = [Float(0), 1, 10].flatMap { [Float](repeating: $0, count: 128) }
            let bank = try StyleBank(
                latents: Tensor(rows, shape: [3, 128]), names: ["a", "b", "c"], kept: [], tones: tones)
            var random = SeededGenerator(seed: 2)
            func of(_ value: Float) throws -> ObjectTones {
                let style = LatentStyle(latents: [Float](repeating: value, count: 128), source: "")
                return try #require(bank.tones(of: style, count: 2, using: &random))
            }
            #expect(try of(0) == ObjectTones(background: [-0.5, 0], objects: [[-0.25, 0.125], [-0.25, 0.125]]))
            #expect(try of(10).background == [0.5, 0])
            #expect(try abs(of(0.25).background[0] - -0.375) < 1e-5)
            let none = try StyleBank(latents: nil, names: [], kept: [])
            #expect(none.tones(of: bank.training[0].style, count: 1, using: &random) == nil)
            // Without styles of their own the images come as they fall.
            let plain = try StyleBank(latents: nil, names: [], kept: [], tones: tones)
            let fallen = (0..<40).compactMap { _ in
                plain.tones(of: bank.training[0].style, count: 1, using: &random)?.background[0]
            }
            #expect(Set(fallen).count > 10 && fallen.allSatisfy { (-0.5...0.5).contains($0) })
        }

        @Test func aTableKeepsThemAndADamagedOneIsNone() throws {
            let images = [
                ObjectTones(background: [-1, 0], objects: [[0, 0.5], [0.25, 0.75]]),
                ObjectTones(background: [0.5, 0.25], objects: []),
            ]
            let table = try #require(try ObjectTones.table(images))
            #expect(table.shape == [4, 3])
            #expect(try ObjectTones.read(table, channels: 1) == images)
            #expect(try ObjectTones.read(table, channels: 3) == nil)
            #expect(try ObjectTones.table([]) == nil)
            func read(_ values: [Float]) throws -> [ObjectTones]? {
                try ObjectTones.read(Tensor(values, shape: [values.count / 3, 3]), channels: 1)
            }
            #expect(try read([1, 0, 0]) == nil)
            #expect(try read([0, 0, 0, 2, 0, 0]) == nil)
            #expect(try read([0, .nan, 0]) == nil)
            #expect(try read([0, 9, 0]) == nil)
        }

        /// A generator that is told tones learns from them, keeps those of the training images, and draws from them again.
        @Test(arguments: [TrainingSettings.DiscriminatorView.image, .details])
        func trainedToldAndUsed(view: TrainingSettings.DiscriminatorView) throws {
            let folder = try TemporaryFolder()
            let data = try NetworkWork.drawnData(4, in: folder.path("data"))
            var settings = NetworkWork.tinySettings(.cyclegan)
            (settings.tones, settings.discriminatorView) = (.objects, view)
            settings.budget.steps = 2
            let run = try RunDirectory.create(folder.path("run"))
            let trainer = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }
            _ = try trainer.train()
            let file = try TensorFile.open(run.checkpointPath(.latest))
            #expect(try Checkpoint.tones(file, channels: 1) == data.training.map(\.tones))
            // A mask of two classes beside background; a mean and a deviation of objects, and of the background; grain for details.
            let first = try #require(trainer.models.cycle?.generator.store.entries.first { $0.tensor.shape.count == 4 })
            #expect(first.tensor.shape[1] == 2 + 4 + (view == .details ? 1 : 0))
            let bank = try StyleBank(
                latents: Checkpoint.styles(file), names: data.training.map(\.name), kept: [],
                tones: Checkpoint.tones(file, channels: 1))
            let generator = try #require(trainer.models.cycle?.generator)
            generator.store.isTraining = false
            let synthesis = Synthesis(generator: generator, settings: settings, bank: bank, device: .cpu)
            let labels = data.training[0].labels
            func image(_ seed: UInt64) throws -> Image {
                try synthesis.image(for: labels, style: bank.training[0].style, seed: seed)
            }
            #expect(try image(1) == image(1))
            #expect(try image(1) != image(2))
            // A run that lost them says so.
            let bare = try StyleBank(latents: nil, names: [], kept: [])
            let lost = Synthesis(generator: generator, settings: settings, bank: bare, device: .cpu)
            #expect(throws: TorchError.self) { try lost.image(for: labels, style: bank.training[0].style, seed: 1) }
        }
    }
}
