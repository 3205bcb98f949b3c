import Foundation

/// report.json of an experiment: all that came out of it so far.
public struct ExperimentReport: Codable, Equatable, Sendable {
    /// A measure of one arm, over its seeds.
    public struct Summary: Codable, Equatable, Sendable {
        /// Trainings.
        public var count: Int
        public var mean: Double
        /// Standard deviation over the seeds (count - 1 below); nil where there are fewer than two.
        public var deviation: Double?

        public init(count: Int, mean: Double, deviation: Double?) {
            (self.count, self.mean, self.deviation) = (count, mean, deviation)
        }
    }

    /// An arm's results with one budget, data set and number of images.
    public struct Group: Codable, Equatable, Sendable {
        public var budget: ExperimentBudget
        public var dataSet: String
        /// Images asked for, and those there were.
        public var size: Int
        public var images: Int
        public var arm: ExperimentArm
        public var measures: [ExperimentMeasure: Summary]

        public init(
            budget: ExperimentBudget, dataSet: String, size: Int, images: Int, arm: ExperimentArm,
            measures: [ExperimentMeasure: Summary]
        ) {
            (self.budget, self.dataSet, self.size, self.images) = (budget, dataSet, size, images)
            (self.arm, self.measures) = (arm, measures)
        }
    }

    /// How far a measure lies above the conventional arm's, with the same data set, images and seed.
    public struct Difference: Codable, Equatable, Sendable {
        public var mean: Double
        /// The interval, as `intervals` of the report explains.
        public var low: Double
        public var high: Double
        /// Pairs of trainings, and test images.
        public var pairs: Int
        public var images: Int

        public init(mean: Double, low: Double, high: Double, pairs: Int, images: Int) {
            (self.mean, self.low, self.high, self.pairs, self.images) = (mean, low, high, pairs, images)
        }
    }

    /// An arm's differences to the conventional one.
    public struct Comparison: Codable, Equatable, Sendable {
        public var budget: ExperimentBudget
        /// nil: the mean over the data sets, all of which have pairs.
        public var dataSet: String?
        public var size: Int
        public var arm: ExperimentArm
        public var measures: [ExperimentMeasure: Difference]

        public init(
            budget: ExperimentBudget, dataSet: String?, size: Int, arm: ExperimentArm,
            measures: [ExperimentMeasure: Difference]
        ) {
            (self.budget, self.dataSet, self.size, self.arm) = (budget, dataSet, size, arm)
            self.measures = measures
        }
    }

    /// One training that has its scores.
    public struct Cell: Codable, Equatable, Sendable {
        public var cell: ExperimentCell
        /// Pooled over the test images.
        public var measures: [ExperimentMeasure: Double]
        public var steps: Int
        public var bestStep: Int?
        public var validationF1: Double?
        public var trainingSeconds: Double
        public var seconds: Double

        public init(
            cell: ExperimentCell, measures: [ExperimentMeasure: Double], steps: Int, bestStep: Int?,
            validationF1: Double?, trainingSeconds: Double, seconds: Double
        ) {
            (self.cell, self.measures, self.steps, self.bestStep) = (cell, measures, steps, bestStep)
            (self.validationF1, self.trainingSeconds, self.seconds) = (validationF1, trainingSeconds, seconds)
        }
    }

    /// What computed it.
    public struct Machine: Codable, Equatable, Sendable {
        public var host: String
        public var cores: Int
        /// "cpu" or "cuda:0", as the runs say.
        public var devices: [String]
        /// By the name of the part: "petri", "libtorch".
        public var versions: [String: String]

        public init(host: String, cores: Int, devices: [String], versions: [String: String]) {
            (self.host, self.cores, self.devices, self.versions) = (host, cores, devices, versions)
        }
    }

    public var plan: ExperimentPlan
    /// The command as a shell takes it.
    public var command: String
    public var machine: Machine
    public var written: Date
    /// How many trainings there are to be.
    public var cellCount: Int
    public var cells: [Cell]
    /// Why cells failed, by their names.
    public var failures: [String: String]
    public var groups: [Group]
    public var comparisons: [Comparison]
    /// What the intervals of the comparisons are.
    public var intervals: String

    public init(
        plan: ExperimentPlan, command: String, machine: Machine, written: Date, cellCount: Int, cells: [Cell],
        failures: [String: String], groups: [Group], comparisons: [Comparison], intervals: String
    ) {
        (self.plan, self.command, self.machine, self.written) = (plan, command, machine, written)
        (self.cellCount, self.cells, self.failures) = (cellCount, cells, failures)
        (self.groups, self.comparisons, self.intervals) = (groups, comparisons, intervals)
    }

    /// The results of an arm where there are some.
    public func group(_ budget: ExperimentBudget.Kind, _ dataSet: String, _ size: Int, _ arm: ExperimentArm) -> Group? {
        groups.first { $0.budget.kind == budget && $0.dataSet == dataSet && $0.size == size && $0.arm == arm }
    }

    /// An arm's differences to the conventional one where there are pairs; without a data set, the mean over all.
    public func comparison(
        _ budget: ExperimentBudget.Kind, _ dataSet: String?, _ size: Int, _ arm: ExperimentArm
    ) -> Comparison? {
        comparisons.first {
            $0.budget.kind == budget && $0.dataSet == dataSet && $0.size == size && $0.arm == arm
        }
    }
}
