import Foundation
import Imaging

/// What an experiment is to train and on what it judges: experiment.json.
public struct ExperimentPlan: Codable, Equatable, Sendable {
    /// Images to train on and images to judge by.
    public struct DataSource: Codable, Equatable, Sendable {
        /// What it is called in the report and in the names of cells.
        public var name: String
        /// The folders, made absolute.
        public var train: String
        public var test: String
        /// How many images there are to train on.
        public var images: Int
        public var testImages: Int
        /// Hashes of the data, so that it shows where they change under a running experiment.
        public var trainFingerprint: String
        public var testFingerprint: String

        public init(
            name: String, train: String, test: String, images: Int, testImages: Int, trainFingerprint: String,
            testFingerprint: String
        ) {
            (self.name, self.train, self.test) = (name, train, test)
            (self.images, self.testImages) = (images, testImages)
            (self.trainFingerprint, self.testFingerprint) = (trainFingerprint, testFingerprint)
        }

        /// The images used where so many are asked for.
        public func used(of size: Int) -> Int { min(size, images) }
    }

    public var dataSets: [DataSource]
    /// How many images are trained on; rising.
    public var sizes: [Int]
    /// Each draws the images and decides all else that is random in a training; the first `size` images of a seed's order
    /// are used, so that the smaller subsets of a seed lie in the larger ones.
    public var seeds: [UInt64]
    public var arms: [ExperimentArm]
    /// One of a kind at most.
    public var budgets: [ExperimentBudget]
    public var preset: TrainingSettings.Preset
    /// Further options of `petri train`, the same for all arms.
    public var options: [String: String]
    /// The words of the command that asked for it last.
    public var command: [String]
    public var created: Date

    public init(
        dataSets: [DataSource], sizes: [Int], seeds: [UInt64], arms: [ExperimentArm], budgets: [ExperimentBudget],
        preset: TrainingSettings.Preset = .tiny, options: [String: String] = [:], command: [String] = [],
        created: Date = Date()
    ) {
        (self.dataSets, self.sizes, self.seeds, self.arms) = (dataSets, sizes, seeds, arms)
        (self.budgets, self.preset, self.options) = (budgets, preset, options)
        (self.command, self.created) = (command, created)
    }

    /// Every training, in the order of the work: seed by seed, so that an early stop leaves all arms of a seed, and the arms
    /// of a data set beside each other. A data set with fewer images than asked for is trained on all of them, once.
    public var cells: [ExperimentCell] {
        var cells: [ExperimentCell] = []
        for seed in seeds {
            for budget in budgets {
                for source in dataSets {
                    var used: Set<Int> = []
                    for size in sizes where used.insert(source.used(of: size)).inserted {
                        cells += arms.map { arm in
                            ExperimentCell(
                                dataSet: source.name, images: source.used(of: size), seed: seed, arm: arm,
                                budget: budget)
                        }
                    }
                }
            }
        }
        return cells
    }

    /// The data set of this name.
    public func dataSet(_ name: String) -> DataSource? { dataSets.first { $0.name == name } }

    /// The options that all trainings share, as `petri train` has them.
    public var request: TrainingRequest {
        TrainingRequest(
            dataset: "", run: "", values: options.merging(["preset": preset.rawValue]) { $1 })
    }

    /// The words after `petri` that train a cell in `run`.
    /// - Throws: `InputError` where an option's value is none of its own.
    public func trainingWords(_ cell: ExperimentCell, run: String) throws -> [String] {
        var request = request
        request.dataset = dataSet(cell.dataSet)?.train ?? cell.dataSet
        request.run = run
        request.values["images"] = "\(cell.images)"
        request.values["seed"] = "\(cell.seed)"
        // A fair comparison spends the whole budget in every arm.
        request.values["patience"] = "\(TrainingSettings.Budget.most)"
        request.values.merge(try cell.arm.values(cell.budget, sharing: request)) { $1 }
        return ["train"] + request.arguments
    }

    /// Options of `petri train` that an experiment sets itself.
    public static let ownOptions: Set<String> = [
        "preset", "conventional", "arm", "published", "steps", "minutes", "epochs", "patience", "images", "seed",
        "synthetic",
    ]
}

/// One training of an experiment.
public struct ExperimentCell: Codable, Hashable, Sendable {
    /// The data set's name.
    public var dataSet: String
    /// How many images it is given; a part of them validates.
    public var images: Int
    public var seed: UInt64
    public var arm: ExperimentArm
    public var budget: ExperimentBudget

    public init(dataSet: String, images: Int, seed: UInt64, arm: ExperimentArm, budget: ExperimentBudget) {
        (self.dataSet, self.images, self.seed, self.arm, self.budget) = (dataSet, images, seed, arm, budget)
    }

    /// Its folder's name: "histology-n10-s1-conventional-steps".
    public var name: String { "\(dataSet)-n\(images)-s\(seed)-\(arm.rawValue)-\(budget.kind.rawValue)" }

    /// "histology, 10 images, seed 1, conventional, 2000 steps".
    public var text: String { "\(dataSet), \(images) images, seed \(seed), \(arm.rawValue), \(budget.text)" }
}
