import Testing

@testable import Measures

@Suite struct BlindTestTests {
    @Test("p-value and interval agree with scipy", arguments: ComparisonReference.blind)
    func reference(_ expected: BlindCase) {
        let score = BlindTest.Score(right: expected.right, answered: expected.answered)
        #expect(abs(score.pValue - expected.pValue) < 1e-9)
        #expect(abs(score.interval.lowerBound - expected.low) < 1e-9)
        #expect(abs(score.interval.upperBound - expected.high) < 1e-9)
    }

    @Test("Answers are counted, taken back, and end with the questions")
    func answers() {
        var test = BlindTest(real: 3, synthetic: 5, questions: 4, seed: 1)
        #expect(test.score == .init(right: 0, answered: 0) && test.score.share == nil)
        while let question = test.current { test.answer(question.realSide) }
        #expect(test.score == .init(right: 4, answered: 4))
        test.answer(.left)
        #expect(test.score.answered == 4)
        test.takeBack()
        #expect(test.position == 3)
        test.answer(test.questions[3].realSide == .left ? .right : .left)
        #expect(test.score == .init(right: 3, answered: 4))
    }

    @Test("Questions are seeded, balanced over the images, and have the real one on both sides")
    func questions() {
        let test = BlindTest(real: 4, synthetic: 3, questions: 24, seed: 7)
        #expect(test == BlindTest(real: 4, synthetic: 3, questions: 24, seed: 7))
        #expect(test != BlindTest(real: 4, synthetic: 3, questions: 24, seed: 8))
        for image in 0..<4 { #expect(test.questions.count { $0.real == image } == 6) }
        for image in 0..<3 { #expect(test.questions.count { $0.synthetic == image } == 8) }
        let left = test.questions.count { $0.realSide == .left }
        #expect(left > 4 && left < 20)
    }

    @Test("Without images there is nothing to ask")
    func empty() {
        #expect(BlindTest(real: 0, synthetic: 3, seed: 1).current == nil)
        #expect(BlindTest(real: 2, synthetic: 0, seed: 1).questions.isEmpty)
    }

    @Test(
        "The score is told in plain words",
        arguments: [
            (0, 0, "no answers yet"), (3, 4, "too few answers"), (11, 20, "no better than guessing"),
            (18, 20, "you can tell real from synthetic"), (2, 20, "you take synthetic images for real"),
        ])
    func words(_ right: Int, _ answered: Int, _ part: String) {
        #expect(BlindTest.Score(right: right, answered: answered).sentence.contains(part))
    }
}
