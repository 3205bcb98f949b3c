import Drawing
import Imaging
import Runs
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// Networks over images of any size.
    @Suite struct TilingTests {
        /// Whole numbers below 256: sums of them times the weights are exact in float32.
        private func image(_ height: Int, _ width: Int) throws -> Tensor {
            let values = (0..<height * width).map { Float(($0 * 37 + $0 / width * 11) % 251) }
            return try Tensor(values, shape: [1, 1, height, width])
        }

        @Test(arguments: [
            (1, 1), (3, 5), (31, 64), (64, 64), (65, 64), (64, 65), (100, 30), (129, 200), (190, 333),
        ])
        func anIdentityGivesTheImageBack(height: Int, width: Int) throws {
            let image = try image(height, width)
            var sizes: Set<[Int]> = []
            let answer = try Tiling(tile: 64, overlap: 16, granularity: 16)(image) { tile, _ in
                sizes.insert(tile.shape)
                return tile
            }
            #expect(answer.shape == image.shape)
            #expect(try answer.array(of: Float.self) == image.array(of: Float.self))
            #expect(sizes.allSatisfy { $0[2] % 16 == 0 && $0[3] % 16 == 0 && $0[2] <= 64 && $0[3] <= 64 })
        }

        @Test func placesAreWhereTilesBegin() throws {
            let (height, width) = (100, 150)
            let image = try image(height, width)
            let pixels = try image.array(of: Float.self)
            var places: [[Int]] = []
            _ = try Tiling(tile: 64, overlap: 16, granularity: 8)(image) { tile, place in
                places.append([place.y, place.x])
                let first = try tile.array(of: Float.self)[0]
                #expect(first == pixels[place.y * width + place.x])
                return tile
            }
            #expect(places == [0, 40].flatMap { y in [0, 48, 88].map { [y, $0] } })
        }

        @Test(arguments: [1, 63, 64, 65, 112, 113, 500, 2049]) func startsCoverASideAndOverlap(length: Int) {
            let tiling = Tiling(tile: 64, overlap: 16, granularity: 8)
            let starts = tiling.starts(length)
            #expect(starts.first == 0)
            #expect((starts.last ?? 0) + 64 >= length)
            #expect(length <= 64 || (starts.last ?? 0) + 64 < length + 8)
            #expect(starts.allSatisfy { $0 % 8 == 0 && $0 < length })
            for (a, b) in zip(starts, starts.dropFirst()) { #expect(b > a && a + 64 - b >= 16) }
        }

        @Test func aConstantStaysConstantWhateverTheTilesSay() throws {
            let answer = try Tiling(tile: 64, overlap: 16, granularity: 16)(.full([1, 1, 150, 130], 5)) { tile, _ in
                try .concatenated([tile, tile * 2])
            }
            #expect(answer.shape == [1, 2, 150, 130])
            #expect(try Set(answer.array(of: Float.self)) == [5, 10])
        }

        /// Tiles that disagree are blended: no step between neighbours is as large as the disagreement.
        @Test func disagreeingTilesLeaveNoSeam() throws {
            let answer = try Tiling(tile: 64, overlap: 16, granularity: 16)(.zeros([1, 1, 64, 112])) { tile, place in
                try tile + Double(place.x > 0 ? 1 : 0)
            }
            let row: [Float] = try answer.narrowed(2, from: 30, length: 1).array()
            #expect(row[0] == 0 && row[111] == 1)
            #expect(zip(row, row.dropFirst()).allSatisfy { $1 - $0 >= 0 && $1 - $0 < 0.1 })
        }
    }

    /// Objects from classes.
    @Suite struct SegmentationTests {
        /// Says of every pixel what its brightness is: dark background, middling border, bright interior.
        private final class Brightness: Segmenter {
            let store = ParameterStore(device: .cpu)
            let granularity = 8
            func callAsFunction(_ image: Tensor) throws -> Tensor {
                let grey = try image.narrowed(1, from: 0, length: 1)
                return try .concatenated([(grey + 1).power(2), (grey - 1).power(2), grey.power(2)]) * -10
            }
            func features(_ image: Tensor) throws -> Tensor { image }
        }

        /// Two squares of 10 with borders of 1 that touch, and one apart.
        private func scene() -> TrainingImage {
            var labels = LabelImage(width: 40, height: 30)
            for (label, left, top) in [(1, 2, 3), (2, 12, 3), (3, 25, 15)] as [(Int32, Int, Int)] {
                for y in top..<top + 10 { for x in left..<left + 10 { labels[x, y] = label } }
            }
            let values = (0..<30 * 40).map { i -> Float in
                let (x, y) = (i % 40, i / 40)
                let label = labels[x, y]
                if label == 0 { return -1 }
                let isInner = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)].allSatisfy {
                    labels[$0.0, $0.1] == label
                }
                return isInner ? 1 : 0
            }
            let image = Image(width: 40, height: 30, channels: 1, samples: .float(values))
            return TrainingImage(name: "scene", image: image, labels: labels)
        }

        @Test func touchingObjectsAreKeptApartByTheirBorders() throws {
            let scene = scene()
            let segmentation = Segmentation(Brightness(), device: .cpu, precision: .float32)
            let labels = try segmentation.labels(of: scene)
            #expect(labels.areas == [1: 100, 2: 100, 3: 100])
            let scores = try segmentation.scores(on: [scene])
            #expect(scores.pooled.f1 == [Double](repeating: 1, count: scores.pooled.f1.count))
            #expect(scores.dice == 1)
        }

        /// Says of every pixel what its left neighbour's brightness is.
        private final class Leftwards: Segmenter {
            let store = ParameterStore(device: .cpu)
            let granularity = 1
            func callAsFunction(_ image: Tensor) throws -> Tensor {
                let left = try image.padded(left: 1, right: 0, top: 0, bottom: 0, value: -1)
                    .narrowed(3, from: 0, length: image.size(3))
                return try .concatenated([left * 0, left])
            }
            func features(_ image: Tensor) throws -> Tensor { image }
        }

        /// Of the eight orientations two look from either side: a bright pixel is seen in each of its four neighbours by two.
        @Test(arguments: [1, 2, 4, 8]) func orientationsAreAveraged(count: Int) throws {
            let (width, height) = (7, 5)
            var values = [Float](repeating: 0, count: width * height)
            values[2 * width + 3] = 1
            let image = TrainingImage(
                name: "a pixel", image: Image(width: width, height: height, channels: 1, samples: .float(values)),
                labels: LabelImage(width: width, height: height))
            let segmentation = Segmentation(Leftwards(), device: .cpu, precision: .float32, orientations: count)
            let answer = try segmentation.answer(to: image)
            // Bright is 1 and dark -1, beside a logit of 0: probabilities of 0.7310586 and 0.2689414.
            func expected(_ sides: Double) -> Float { Float((sides * 0.7310586 + (8 - sides) * 0.2689414) / 8) }
            let sides: [(x: Int, y: Int, of: [Int: Double])] = [
                (4, 2, [1: 8, 2: 8, 4: 4, 8: 2]), (2, 2, [1: 0, 2: 0, 4: 4, 8: 2]),
                (3, 3, [1: 0, 2: 0, 4: 0, 8: 2]), (3, 1, [1: 0, 2: 0, 4: 0, 8: 2]), (3, 2, [:]), (0, 0, [:]),
            ]
            for (x, y, seen) in sides {
                #expect(abs(answer.interior[y * width + x] - expected(seen[count] ?? 0)) < 1e-6, "\(x), \(y)")
            }
        }

        @Test func theModeOfTheNetworkIsAsBefore() throws {
            let network = Brightness()
            let segmentation = Segmentation(network, device: .cpu, precision: .float32)
            for isTraining in [true, false] {
                network.store.isTraining = isTraining
                _ = try segmentation.labels(of: scene())
                #expect(network.store.isTraining == isTraining)
            }
        }
    }

    /// Styles of generated images.
    @Suite struct StyleBankTests {
        @Test func everyTrainingImageHasAStyleOfItsOwn() throws {
            let settings = NetworkWork.tinySettings(.cyclegan)
            let models = try Models(settings, channels: 1, device: .cpu)
            // One image larger than a crop, one smaller.
            let images = NetworkWork.trainingImages(2) + NetworkWork.trainingImages(1, width: 20, height: 25)
            let found = try StyleBank.encode(images, models: models, settings: settings, device: .cpu)
            let styles = try #require(found)
            #expect(styles.shape == [3, 128])
            #expect(!styles.requiresGradient)
            let rows = try styles.chunks(3, dimension: 0).map { try $0.bytes() }
            #expect(Set(rows).count == 3)
            let plain = try Models(NetworkWork.tinySettings(.conventional), channels: 1, device: .cpu)
            #expect(try StyleBank.encode(images, models: plain, settings: settings, device: .cpu) == nil)
        }

        @Test func drawnStylesLieBetweenTwoOfTheBank() throws {
            // Rows of one number each: what lies between two rows is a row of one number too.
            let rows = (0..<4).flatMap { row in [Float](repeating: Float(row), count: 128) }
            let bank = try StyleBank(
                latents: Tensor(rows, shape: [4, 128]), names: ["a", "b", "c", "d"], kept: [])
            var generator = SeededGenerator(seed: 1)
            var seen: Set<Float> = []
            for _ in 0..<40 {
                let style = try bank.draw(nil, using: &generator)
                #expect(style.latents.count == 128)
                let values = Set(style.latents)
                #expect(values.count == 1 && values.allSatisfy { $0 >= 0 && $0 <= 3 })
                seen.formUnion(values)
            }
            #expect(seen.count > 10)
        }

        @Test func withoutABankStylesAreRandomAndRepeatWithTheSeed() throws {
            func draw(_ seed: UInt64) throws -> [Float] {
                var generator = SeededGenerator(seed: seed)
                return try StyleBank(latents: nil, names: [], kept: []).draw(nil, using: &generator).latents
            }
            let style = try draw(4)
            #expect(style.count == 128)
            #expect(try draw(4) == style)
            #expect(try draw(5) != style)
            // 128 standard normal numbers: the mean square strays from 1 by less than 0.5.
            #expect(abs(style.reduce(0) { $0 + $1 * $1 } / 128 - 1) < 0.5)
        }
    }
}
