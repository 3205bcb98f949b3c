import Drawing
import Foundation
import Imaging
import Runs
import TestSupport
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// What is said of synthetic samples, on pictures of which it is known.
    @Suite struct SampleScoreTests {
        private let training = NetworkWork.trainingImages(4, width: 96, height: 80)

        /// A picture that was changed as `change` says, x and y to x and y of the training image.
        private func copy(
            of index: Int, width: Int, height: Int, gain: Float = 1, _ place: (Int, Int) -> (Int, Int)
        ) -> TrainingImage {
            let source = training[index].planes[0]
            var values: [UInt16] = []
            for y in 0..<height {
                for x in 0..<width {
                    let (from, row) = place(x, y)
                    values.append(UInt16((source[from, row] + 1) / 2 * 60000 * gain))
                }
            }
            return TrainingImage(
                name: "copy", image: Image(width: width, height: height, channels: 1, samples: .uint16(values)),
                labels: LabelImage(width: width, height: height))
        }

        @Test func copiesAreFoundTurnedMirroredDimmedOrCutOut() throws {
            let search = try CopySearch(training)
            let copies: [(Int, TrainingImage)] = [
                (0, copy(of: 0, width: 96, height: 80) { ($0, $1) }),
                (1, copy(of: 1, width: 96, height: 80, gain: 0.3) { (95 - $0, $1) }),
                (2, copy(of: 2, width: 80, height: 96) { ($1, $0) }),
                (3, copy(of: 3, width: 80, height: 96) { ($1, 79 - $0) }),
                (2, copy(of: 2, width: 64, height: 56) { ($0 + 19, $1 + 7) }),
                // A shift by some pixels, continued at the edge.
                (1, copy(of: 1, width: 96, height: 80) { (min($0 + 5, 95), max($1 - 3, 0)) }),
            ]
            for (index, copy) in copies {
                let found = try #require(try search.nearest(to: copy))
                #expect(found.index == index)
                #expect(found.correlation > 0.999, "\(found)")
            }
            // Another picture of the same kind is no copy.
            for other in NetworkWork.trainingImages(8, width: 96, height: 80).dropFirst(4) {
                let found = try #require(try search.nearest(to: other))
                #expect(found.correlation < 0.95, "\(found)")
            }
        }

        @Test func aFlatImageHasNoNearest() throws {
            let flat = TrainingImage(
                name: "flat",
                image: Image(width: 32, height: 32, channels: 1, samples: .uint8([UInt8](repeating: 7, count: 1024))),
                labels: LabelImage(width: 32, height: 32))
            #expect(try CopySearch(training).nearest(to: flat) == nil)
            #expect(try CopySearch([]).nearest(to: training[0]) == nil)
            #expect(try CopySearch([flat]).nearest(to: training[0])?.correlation ?? 0 < 0.5)
        }

        @Test func contrastIsTakenFromTheObjectsOwnSurroundings() throws {
            // An object of 4x4 at 0.75 of the range on 0.25, worked out by hand: scaled to -1...1 that is 0.5 and -0.5.
            var labels = LabelImage(width: 16, height: 16)
            var values = [UInt8](repeating: 64, count: 256)
            for y in 6..<10 {
                for x in 6..<10 {
                    labels[x, y] = 1
                    values[y * 16 + x] = 192
                }
            }
            (values[0], values[255]) = (0, 255)
            let image = TrainingImage(
                name: "square", image: Image(width: 16, height: 16, channels: 1, samples: .uint8(values)),
                labels: labels)
            let objects = ObjectContrast(image).objects
            #expect(objects.count == 1)
            #expect(abs(objects[0].brightness - (192.0 - 64) / 255 * 2) < 1e-6)
            #expect(objects[0].texture < 1e-6)
            #expect(abs(image.clippedShare - 2.0 / 256) < 1e-9)
        }

        private func scorer() throws -> SampleScorer {
            let settings = NetworkWork.tinySettings(.cyclegan)
            let models = try Models(settings, channels: 1, device: .cpu)
            models.isTraining = false
            let segmentation = Segmentation(models.segmenter, device: .cpu, precision: .float32)
            return try SampleScorer(
                settings: settings, segmentation: segmentation, discriminator: models.cycle?.imageDiscriminator,
                training: training, device: .cpu)
        }

        @Test func aPlantedTrainingImageIsFoundAndAnHonestOneIsNot() throws {
            let scorer = try scorer()
            let phantoms = NetworkWork.phantoms(6, width: 96, height: 80)
            let planted = try scorer.judge(phantoms[2].image, phantoms[2].labels)
            #expect(planted.nearest == 2)
            #expect(try #require(planted.scores[.novelty]) < 0.001)
            #expect(try #require(planted.scores[.distance]) < 0.001)
            #expect(RejectRules().suspicions(of: sample(planted)).contains { $0.score == .novelty })
            let honest = try scorer.judge(phantoms[5].image, phantoms[5].labels)
            #expect(try #require(honest.scores[.novelty]) > 0.1)
            #expect(try #require(honest.scores[.distance]) > 0.01)
            #expect(try #require(honest.scores[.emptiness]) < 0.3)
            #expect(Set(honest.scores.keys) == Set(SampleScore.allCases))
        }

        private func sample(_ verdict: SampleScorer.Verdict) -> Sample {
            Sample(
                name: "a", run: "", checkpoint: "", seed: 0, style: [], maskSource: "", width: 1, height: 1,
                scores: Dictionary(uniqueKeysWithValues: verdict.scores.map { ($0.key.rawValue, $0.value) }))
        }

        @Test func objectsThatAreNotThereAndClippedPixelsShow() throws {
            let scorer = try scorer()
            let phantom = NetworkWork.phantoms(6, width: 96, height: 80)[5]
            // Everywhere the same, but for the ends of the range.
            let flat = (0..<96 * 80).map { $0 == 0 ? UInt16(0) : $0 == 1 ? 60000 : 20000 }
            let empty = Image(width: 96, height: 80, channels: 1, samples: .uint16(flat))
            #expect(try #require(try scorer.judge(empty, phantom.labels).scores[.emptiness]) > 0.5)
            let halves = (0..<96 * 80).map { $0 % 96 < 48 ? UInt16.min : .max }
            let clipped = Image(width: 96, height: 80, channels: 1, samples: .uint16(halves))
            #expect(try #require(try scorer.judge(clipped, phantom.labels).scores[.saturation]) > 0.9)
        }
    }

    /// The generator at work, and its styles.
    @Suite struct SynthesisTests {
        private func synthesis(cut: Bool = false) throws -> Synthesis {
            var settings = NetworkWork.tinySettings(.cyclegan)
            settings.tones = .none
            let models = try Models(settings, channels: 1, device: .cpu)
            let generator = try #require(models.cycle?.generator)
            // Untrained weights say little of a style.
            for entry in generator.store.entries
            where entry.name.contains("to_style") && entry.name.hasSuffix("weight") {
                try Torch.withoutGradient { try entry.tensor.copy(from: entry.tensor * (cut ? 0 : 10)) }
            }
            generator.store.isTraining = false
            let names = ["a", "b"]
            let latents = try NetworkWork.wave([2, 128], 0.37)
            let bank = try StyleBank(
                latents: latents, names: names,
                kept: [
                    NamedStyle(name: "mine", style: LatentStyle(latents: [Float](repeating: 1, count: 128), source: ""))
                ])
            return Synthesis(generator: generator, settings: settings, bank: bank, device: .cpu)
        }

        @Test func stylesComeFromWhereTheyAreAskedFor() throws {
            let bank = try synthesis().bank
            var random = SeededGenerator(seed: 1)
            let wave = (0..<256).map { Float(sin(0.37 * Double($0))) }
            #expect(try bank.draw(.named("a"), using: &random).latents == Array(wave[..<128]))
            #expect(try bank.draw(.named("b"), using: &random).latents == Array(wave[128...]))
            #expect(try bank.draw(.named("mine"), using: &random).latents == [Float](repeating: 1, count: 128))
            let quarter = try bank.draw(.between("a", "mine", 0.25), using: &random).latents
            #expect(abs(quarter[3] - (0.75 * wave[3] + 0.25)) < 1e-6)
            let mixed = try bank.draw(.mixed, using: &random)
            #expect(mixed.latents.count == 512 && mixed.isValid)
            #expect(try bank.draw(.random, using: &random).source == "random")
            #expect(throws: InputError.self) { try bank.draw(.named("c"), using: &random) }
            let bare = try StyleBank(latents: nil, names: [], kept: [])
            #expect(throws: InputError.self) { try bare.draw(.bank, using: &random) }
            #expect(try bare.draw(nil, using: &random).source == "random")
        }

        @Test func aGeneratorWhoseStyleInputIsCutCountsAsCollapsed() throws {
            let real = NetworkWork.trainingImages(3)
            let masks = real.map(\.labels)
            let whole = try #require(try StyleDiversity(synthesis(), masks: masks, real: real))
            #expect(!whole.isCollapsed && whole.masks == 3 && whole.styles == 4, "\(whole)")
            let cut = try #require(try StyleDiversity(synthesis(cut: true), masks: masks, real: real))
            #expect(cut.isCollapsed && cut.spread < 1e-6)
            #expect(try StyleDiversity(synthesis(), masks: [], real: real) == nil)
        }

        @Test func tilesLeaveNoSeam() throws {
            let synthesis = try synthesis()
            let phantom = Phantom.draw(
                .fluorescence, Phantom.Settings(width: 700, height: 600, density: 1, size: 0.5), seed: 3)
            var random = SeededGenerator(seed: 4)
            let style = try synthesis.bank.draw(.named("a"), using: &random)
            let made = try synthesis.tensor(for: phantom.labels, style: style, seed: 5)
            // The same mask whole, as one tile.
            let whole: [Float] = try Torch.withoutGradient {
                try Torch.seed(5)
                let mask = try phantom.labels.condition(classes: 3, device: .cpu)
                let noise = try Tensor.uniform([1, 616, 716, 1])
                let padded = try mask.edgePadded(right: 4, bottom: 8)
                return try synthesis.generator(padded, styles: style.tensors(device: .cpu), noise: noise)
                    .narrowed(2, from: 0, length: 600).narrowed(3, from: 0, length: 700).array()
            }
            let tiled: [Float] = try made.array()
            let contrast = (whole.max() ?? 0) - (whole.min() ?? 0)
            // A tile lacks what lies beyond its rim, so some difference is there; a seam would be a step in it.
            let differences = zip(whole, tiled).map { $1 - $0 }
            let steps = differences.indices.filter { $0 % 700 > 0 }.map { abs(differences[$0] - differences[$0 - 1]) }
            let (worst, step) = (differences.map(abs).max() ?? 1, steps.max() ?? 1)
            #expect(
                contrast > 0 && worst < 0.1 * contrast && step < 0.02 * contrast, "\(worst), \(step) of \(contrast)")
        }

        @Test func aStyleIsFoundThatMakesTheImage() throws {
            let folder = try TemporaryFolder()
            let data = try NetworkWork.drawnData(4, in: folder.path("data"))
            var settings = NetworkWork.tinySettings(.cyclegan)
            settings.budget.steps = 4
            let run = try RunDirectory.create(folder.path("run"))
            try run.write(
                RunDescription(
                    settings: settings,
                    dataset: .init(
                        paths: [folder.path("data")], fingerprint: "", training: data.training.map(\.name),
                        validation: []), seed: 1, versions: [:], device: "cpu", threads: 1, commandLine: [],
                    created: Date()))
            _ = try Trainer(run: run, settings: settings, data: data, device: .cpu) { _ in }.train()
            let trained = try TrainedRun(run, choice: .latest, device: .cpu)
            var random = SeededGenerator(seed: 9)
            let target = try trained.synthesis().bank.draw(.random, using: &random)
            let labels = data.training[0].labels
            let picture = try trained.synthesis().image(for: labels, style: target, seed: 3)
            let image = TrainingImage(name: "made", image: picture, labels: labels)
            var losses: [Double] = []
            let found = try StyleFit(trained).style(of: image, steps: 30, seed: 2) { losses.append($1) }
            #expect(found.style.isValid && found.style.latents.count == 512)
            #expect(found.after <= found.before)
            #expect(losses.count == 30 && losses.suffix(5).reduce(0, +) < losses.prefix(5).reduce(0, +))
        }
    }
}
