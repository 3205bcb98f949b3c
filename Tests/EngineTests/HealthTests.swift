import Runs
import Testing

@testable import Engine

/// Warnings from made-up figures.
@Suite struct HealthTests {
    private func kinds(_ monitor: HealthMonitor) -> [HealthWarning.Kind] { monitor.warnings.map(\.kind) }

    @Test func aDiscriminatorThatWinsForLongIsSaid() {
        var monitor = HealthMonitor(patience: 50)
        let won: [(name: String, value: Double)] = [("imageDiscriminator", 0.005), ("generator", 0.97)]
        for step in 1...9 { monitor.observe(won, step: 10 * step) }
        #expect(monitor.warnings.isEmpty)
        monitor.observe(won, step: 100)
        #expect(kinds(monitor) == [.discriminatorWins])
        #expect(monitor.warnings[0].step == 100)
        #expect(monitor.warnings[0].message.contains("discriminator of images wins outright: its loss 0.005"))
        let (news, none) = (monitor.news(), monitor.news())
        #expect(news.count == 1 && none.isEmpty)
        monitor.observe(won, step: 110)
        #expect(monitor.warnings[0].step == 100)
        for step in 12...21 { monitor.observe([("imageDiscriminator", 0.2), ("generator", 0.4)], step: 10 * step) }
        #expect(monitor.warnings.isEmpty)
        let last = monitor.news()
        #expect(last.first?.hasPrefix("no longer, at step") == true)
    }

    @Test func whatIsUsualIsNoWarning() {
        var monitor = HealthMonitor(patience: 50)
        for step in 1...50 {
            monitor.observe(
                [
                    ("imageDiscriminator", 0.15), ("generator", 0.6), ("maskDiscriminator", 0.01), ("segmenter", 0.5),
                    ("segmentation", 1e-3),
                ], step: 10 * step)
            monitor.observe(styleSpread: 0.2, step: step)
            monitor.observe(freeSpace: 10 << 30, checkpointSize: 500 << 20, step: step)
            monitor.validated(step: step, best: (0.8, step), withoutGain: 3)
        }
        #expect(monitor.warnings.isEmpty)
    }

    @Test func theDiscriminatorOfMasksHasItsOwnAdvice() {
        var monitor = HealthMonitor(patience: 50)
        for step in 1...10 { monitor.observe([("maskDiscriminator", 0.01), ("segmenter", 0.9)], step: step) }
        #expect(monitor.warnings.first?.advice.contains("--mask-gradient") == true)
    }

    @Test func stylesWithoutEffectAreSaidOnceTheyHadTime() {
        var monitor = HealthMonitor(patience: 50)
        monitor.observe(styleSpread: 0, step: 100)
        #expect(monitor.warnings.isEmpty)
        monitor.observe(styleSpread: 0.002, step: 300)
        #expect(kinds(monitor) == [.outputsCollapse])
        #expect(monitor.warnings[0].message.contains("0.2 % of the real"))
        monitor.observe(styleSpread: 0.015, step: 400)
        #expect(monitor.warnings.count == 1)
        monitor.observe(styleSpread: 0.03, step: 500)
        #expect(monitor.warnings.isEmpty)
    }

    @Test(arguments: [
        (50, 15, false), (50, 16, true), (3, 9, false), (3, 10, true), (500, 165, false), (500, 166, true),
    ])
    func aStalledValidationIsSaidAfterAThirdOfThePatience(patience: Int, withoutGain: Int, isSaid: Bool) {
        var monitor = HealthMonitor(patience: patience)
        monitor.validated(step: 900, best: (0.75, 100), withoutGain: withoutGain)
        #expect(kinds(monitor) == (isSaid ? [.validationStalled] : []))
        #expect(!isSaid || monitor.warnings[0].message.contains("the best was 0.75 at step 100"))
        monitor.validated(step: 901, best: (0.8, 901), withoutGain: 0)
        #expect(monitor.warnings.isEmpty)
    }

    @Test func aFillingDiskIsSaid() {
        var monitor = HealthMonitor(patience: 50)
        // Three checkpoints of 100 MiB and 200 MiB beside.
        monitor.observe(freeSpace: 500 << 20, checkpointSize: 100 << 20, step: 1)
        #expect(monitor.warnings.isEmpty)
        monitor.observe(freeSpace: 499 << 20, checkpointSize: 100 << 20, step: 2)
        #expect(kinds(monitor) == [.diskFilling])
        monitor.observe(freeSpace: 600 << 20, checkpointSize: 100 << 20, step: 3)
        #expect(monitor.warnings.count == 1)
        monitor.observe(freeSpace: 751 << 20, checkpointSize: 100 << 20, step: 4)
        #expect(monitor.warnings.isEmpty)
    }

    @Test func aReturnIsSaidWithItsNumber() {
        var monitor = HealthMonitor(patience: 50)
        monitor.wentBack(from: 40, to: 30, because: "the loss latent is not finite at step 40", times: 1)
        monitor.wentBack(from: 50, to: 30, because: "the loss latent is not finite at step 50", times: 2)
        #expect(kinds(monitor) == [.notFinite])
        #expect(monitor.warnings[0].message.contains("went back to step 30, for the second time"))
        #expect(monitor.warnings[0].advice.contains("lower --lr"))
    }
}
