import Imaging

/// The small data sets that `petri sample-data` writes, picture by picture.
public struct SampleData: Sendable {
    /// Settings of every picture.
    public var settings: Phantom.Settings
    /// Decides all pictures.
    public var seed: UInt64

    /// What is committed to the repository as sample-data.
    public init(settings: Phantom.Settings = Phantom.Settings(), seed: UInt64 = 42) {
        self.settings = settings
        self.seed = seed
    }

    /// The half of a data set a picture belongs to.
    public enum Part: String, CaseIterable, Sendable {
        case train
        case test

        /// Pictures in it.
        public var count: Int {
            switch self {
            case .train: 12
            case .test: 6
            }
        }
    }

    /// One picture and the name its files share, as in `train_03`.
    public struct Sample: Sendable {
        public let kind: Phantom.Kind
        public let part: Part
        public let name: String
        /// The seed of the picture alone.
        let seed: UInt64
        let settings: Phantom.Settings

        /// Draws the picture.
        public func draw() -> Phantom { Phantom.draw(kind, settings, seed: seed) }
    }

    /// All pictures, in the order they are written.
    public var samples: [Sample] {
        Phantom.Kind.allCases.enumerated().flatMap { kindIndex, kind in
            Part.allCases.enumerated().flatMap { partIndex, part in
                (0..<part.count).map { index in
                    var generator = SeededGenerator(
                        seed: seed, part: UInt64(kindIndex * 1000 + partIndex * 100 + index))
                    let number = index + 1 < 10 ? "0\(index + 1)" : "\(index + 1)"
                    return Sample(
                        kind: kind, part: part, name: "\(part.rawValue)_\(number)", seed: generator.next(),
                        settings: settings)
                }
            }
        }
    }
}
