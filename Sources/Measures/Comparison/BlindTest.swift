import Foundation
import Imaging

/// The test of a person's eye: a real and a synthetic image side by side, which is the real one? Keeps the questions, the
/// answers and the score.
public struct BlindTest: Codable, Equatable, Sendable {
    /// Which of the two images.
    public enum Side: String, Codable, Sendable { case left, right }

    /// One question.
    public struct Question: Codable, Equatable, Sendable {
        /// Number of the real image in its set.
        public let real: Int
        /// Number of the synthetic image in its set.
        public let synthetic: Int
        /// On which side the real image is shown.
        public let realSide: Side
        /// Which image was taken for the real one; nil before it is answered.
        public internal(set) var answer: Side?

        /// Whether the real image was found; nil before it is answered.
        public var isRight: Bool? { answer.map { $0 == realSide } }
    }

    /// The questions in their order.
    public private(set) var questions: [Question]

    /// Questions about `real` real and `synthetic` synthetic images. No image is asked about again before all of its set
    /// have been; without images on both sides there are no questions.
    public init(real: Int, synthetic: Int, questions count: Int = 20, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        guard real > 0, synthetic > 0, count > 0 else {
            questions = []
            return
        }
        let reals = generator.sequence(of: count, below: real)
        let synthetics = generator.sequence(of: count, below: synthetic)
        questions = zip(reals, synthetics).map { real, synthetic in
            Question(real: real, synthetic: synthetic, realSide: generator.happens(0.5) ? .left : .right)
        }
    }

    /// The number of the question that waits for an answer; nil when all are answered.
    public var position: Int? { questions.firstIndex { $0.answer == nil } }

    /// The question that waits for an answer; nil when all are answered.
    public var current: Question? { position.map { questions[$0] } }

    /// Answers the current question: the image on `side` is taken for the real one. Does nothing when all are answered.
    public mutating func answer(_ side: Side) {
        if let position { questions[position].answer = side }
    }

    /// Takes the last answer back.
    public mutating func takeBack() {
        if let last = questions.lastIndex(where: { $0.answer != nil }) { questions[last].answer = nil }
    }

    /// The score of the answers so far.
    public var score: Score {
        Score(right: questions.count { $0.isRight == true }, answered: questions.count { $0.answer != nil })
    }

    /// Right answers among all, and what they say.
    public struct Score: Codable, Equatable, Sendable {
        public let right: Int
        public let answered: Int

        public init(right: Int, answered: Int) {
            precondition(right >= 0 && right <= answered, "no more right answers than answers")
            self.right = right
            self.answered = answered
        }

        /// Share of right answers; nil without answers.
        public var share: Double? { answered > 0 ? Double(right) / Double(answered) : nil }

        /// 95 % interval of the chance to be right (Wilson, 1927); 0...1 without answers.
        public var interval: ClosedRange<Double> {
            guard let share else { return 0...1 }
            let (n, z) = (Double(answered), 1.959963984540054)
            let middle = share + z * z / (2 * n)
            let variance = share * (1 - share) / n + z * z / (4 * n * n)
            let reach = z * variance.squareRoot()
            let whole = 1 + z * z / n
            return max(0, (middle - reach) / whole)...min(1, (middle + reach) / whole)
        }

        /// How likely guessing is at least as far from half right (exact binomial test, two-sided); 1 without answers.
        public var pValue: Double {
            let distance = abs(2 * right - answered)
            var sum = 0.0
            // Ways to be right k times, divided by all 2^n: by logarithms, which do not overflow.
            let n = Double(answered)
            for right in 0...answered where abs(2 * right - answered) >= distance {
                let k = Double(right)
                let ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
                sum += exp(ways - n * log(2))
            }
            return min(sum, 1)
        }

        /// The score in plain words.
        public var sentence: String {
            guard let share else { return "no answers yet" }
            let counts = "\(right) of \(answered) right"
            func percent(_ part: Double) -> String { "\(Int((100 * part).rounded())) %" }
            let bounds = "95 % interval \(percent(interval.lowerBound)) to \(percent(interval.upperBound))"
            if answered < 6 { return "\(counts): too few answers to tell from guessing (\(bounds))" }
            if pValue >= 0.05 { return "\(counts): no better than guessing (\(bounds))" }
            return share > 0.5
                ? "\(counts): you can tell real from synthetic (\(bounds))"
                : "\(counts): you take synthetic images for real ones (\(bounds))"
        }
    }
}

extension SeededGenerator {
    /// `count` numbers below `bound`, in random order, all once before one comes again.
    fileprivate mutating func sequence(of count: Int, below bound: Int) -> [Int] {
        var numbers: [Int] = []
        while numbers.count < count { numbers += shuffled(0..<bound) }
        return Array(numbers.prefix(count))
    }
}
