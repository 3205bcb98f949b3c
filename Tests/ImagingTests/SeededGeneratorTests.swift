import Testing

@testable import Imaging

struct SeededGeneratorTests {
    @Test func sequenceIsThatOfThePublishedGenerator() {
        // The reference implementation (prng.di.unimi.it/splitmix64.c) seeded by 1234567.
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
        #expect(generator.next() == 9_817_491_932_198_370_423)
    }

    @Test func partsDifferAndDoNotDependOnEachOther() {
        var firsts = Set<UInt64>()
        for seed in 0..<20 {
            for part in 0..<20 {
                var generator = SeededGenerator(seed: UInt64(seed), part: UInt64(part))
                firsts.insert(generator.next())
            }
        }
        #expect(firsts.count == 400)
    }

    @Test func momentsAreThoseOfTheDistributions() {
        var generator = SeededGenerator(seed: 5)
        func moments(_ draw: (inout SeededGenerator) -> Double) -> (mean: Double, variance: Double) {
            let values = (0..<20000).map { _ in draw(&generator) }
            let mean = values.reduce(0, +) / 20000
            return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20000)
        }
        let uniform = moments { $0.uniform(2, 4) }
        #expect(abs(uniform.mean - 3) < 0.02 && abs(uniform.variance - 1.0 / 3) < 0.01)
        let normal = moments { $0.normal() }
        #expect(abs(normal.mean) < 0.03 && abs(normal.variance - 1) < 0.04)
        for mean in [0.0, 0.5, 7, 200] {
            let poisson = moments { $0.poisson(mean) }
            #expect(abs(poisson.mean - mean) <= 0.02 * mean + 0.001, "\(mean)")
            #expect(abs(poisson.variance - mean) <= 0.06 * mean, "\(mean)")
        }
    }
}
