import Testing

@testable import Command

@Suite struct ProgressTests {
    private func pace(done: Int, of total: Int, after seconds: Double) -> ProgressPace {
        var pace = ProgressPace(total: total, unit: "steps")
        pace.update(done: 0, at: 0)
        pace.update(done: done, at: seconds)
        return pace
    }

    @Test func `speed and time left follow from what was done`() throws {
        let pace = pace(done: 50, of: 200, after: 10)
        #expect(pace.rate == 5)
        // 150 steps are left at 5 a second.
        #expect(try abs(#require(pace.remaining) - 30) < 1e-9)
    }

    @Test func `a resumed run's earlier steps do not count as fast`() throws {
        var pace = ProgressPace(total: 1000, unit: "steps")
        pace.update(done: 900, at: 0)
        pace.update(done: 910, at: 10)
        #expect(pace.rate == 1)
        #expect(try abs(#require(pace.remaining) - 90) < 1e-9)
    }

    @Test func `work bounded by minutes goes by its fraction`() throws {
        var pace = ProgressPace(unit: "steps")
        pace.update(done: 0, fraction: 0, at: 0)
        pace.update(done: 7, fraction: 0.25, at: 30)
        #expect(try abs(#require(pace.remaining) - 90) < 1e-9)
        #expect(
            ProgressLine.plain("Training", pace, note: "") == "Training: 25%, 7 steps, 4.3 s a step, 1 min 30 s left")
        var images = ProgressPace(total: 4, unit: "images")
        images.update(done: 0, at: 0)
        images.update(done: 2, at: 8.6)
        #expect(images.speed == "4.3 s an image" && images.doneCount == "2 images")
        images.update(done: 1, at: 9)
        #expect(images.doneCount == "1 image")
    }

    @Test func `nothing done has no speed, and nothing to do is done`() {
        var pace = ProgressPace(total: 0, unit: "images")
        pace.update(done: 0, fraction: .nan, at: 0)
        #expect(pace.rate == nil && pace.remaining == nil && pace.fraction == 0)
        pace.update(done: 0, at: 1)
        #expect(pace.fraction == 1)
    }

    @Test func `the bar tells all that fits`() {
        let pace = pace(done: 50, of: 200, after: 10)
        #expect(
            ProgressLine.bar("Training", pace, note: "loss 0.1", width: 120, isUTF8: true)
                == "Training  ━━━━━━                    25%  50/200 steps  5.0 steps/s  30 s left  loss 0.1")
        #expect(
            ProgressLine.bar("Training", pace, note: "loss 0.1", width: 48, isUTF8: false)
                == "Training  ##.........  25%  50/200 steps")
        for width in 0...130 {
            let line = ProgressLine.bar("Training", pace, note: "loss 0.1", width: width, isUTF8: true)
            #expect(line.count <= max(width - 1, 1))
        }
    }

    @Test func `a note cannot move the cursor`() {
        let line = ProgressLine.plain("a", pace(done: 1, of: 2, after: 1), note: "x\u{1B}[2Jy\nz")
        #expect(!line.contains("\u{1B}") && !line.contains("\n"))
    }

    @Test func whoKnowsTheTimeLeftBetterIsBelieved() {
        var pace = ProgressPace(total: 4, unit: "cells")
        pace.update(done: 0, at: 0)
        pace.update(done: 2, at: 100)
        #expect(pace.remaining == 100)
        pace.update(done: 2, remaining: 7, at: 100)
        #expect(pace.remaining == 7)
    }
}
