import ArgumentParser
import Datasets
import Foundation
import Imaging
import Runs

/// An experiment as it is asked for, and the checks that come before anything is trained.
struct ExperimentRequest {
    let train: [String]
    let test: [String]
    let sizes: [Int]
    let seeds: [UInt64]
    let arms: [ExperimentArm]
    let budgets: [ExperimentBudget]
    let preset: TrainingSettings.Preset
    let options: [String: String]
    let command: [String]

    /// - Throws: `ValidationError`, wrong usage, about what can be told without looking at files.
    init(
        train: [String], test: [String], sizes: String, seeds: Int, arms: String?, steps: Int?, minutes: Double?,
        preset: String?, trainingOptions: [String], command: [String]
    ) throws {
        (self.train, self.test, self.command) = (train, test, command)
        self.sizes = try Set(
            sizes.split(separator: ",", omittingEmptySubsequences: false).map { text in
                guard let size = Int(text), (2...TrainingSettings.Budget.most).contains(size) else {
                    throw ValidationError(
                        "--train takes whole numbers from 2 on, with commas between; not \"\(String(text).printable)\"."
                    )
                }
                return size
            }
        ).sorted()
        guard (1...1000).contains(seeds) else { throw ValidationError("--seeds must be between 1 and 1000.") }
        self.seeds = (1...UInt64(seeds)).map { $0 }
        self.arms = try Self.arms(arms)
        var budgets: [ExperimentBudget] = []
        if let steps {
            guard (1...TrainingSettings.Budget.most).contains(steps) else {
                throw ValidationError("--steps must be 1 or more.")
            }
            budgets.append(.steps(steps))
        }
        if let minutes {
            guard minutes > 0, minutes <= 1e6 else { throw ValidationError("--minutes must be more than 0.") }
            budgets.append(.minutes(minutes))
        }
        self.budgets = budgets
        guard let known = TrainingSettings.Preset(rawValue: preset ?? "tiny") else {
            throw ValidationError(
                "--preset is one of \(TrainingSettings.Preset.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        self.preset = known
        options = try Self.options(trainingOptions, known)
    }

    /// The arms in the order that they are always told in.
    private static func arms(_ text: String?) throws -> [ExperimentArm] {
        guard let text else { return ExperimentArm.usual }
        let known = ExperimentArm.allCases.map(\.rawValue).joined(separator: ", ")
        let asked = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let arm = ExperimentArm(rawValue: String(name)) else {
                throw ValidationError("--arms: \"\(String(name).printable)\" is no arm; there are \(known).")
            }
            return arm
        }
        guard asked.contains(.conventional) else {
            throw ValidationError("--arms: conventional is what the others are compared with, and must be among them.")
        }
        return ExperimentArm.allCases.filter(asked.contains)
    }

    private static func options(_ words: [String], _ preset: TrainingSettings.Preset) throws -> [String: String] {
        do {
            let given = try TrainingRequest(arguments: words)
            guard given.dataset.isEmpty, given.run.isEmpty, given.masks == nil else {
                throw ValidationError(
                    "Behind -- only options of `petri train` are taken; no data set, --run or --masks.")
            }
            if let own = given.values.keys.filter(ExperimentPlan.ownOptions.contains).min() {
                throw ValidationError("--\(own) is set by the experiment itself; give it before --, if at all.")
            }
            if let wrong = given.problems.min(by: { $0.key < $1.key }) {
                throw ValidationError("--\(wrong.key) \(wrong.value).")
            }
            return given.absoluteValues
        } catch let error as InputError {
            throw ValidationError(error.description + ".")
        }
    }

    // MARK: - Looking at the data

    /// The plan, with what was found in the folders.
    /// - Throws: `InputError` where data are missing, wrong, or shared by training and test.
    func plan() throws -> ExperimentPlan {
        let names = ExperimentPlan.names(of: train)
        let sources = try zip(names, zip(train, test)).map { name, paths in
            try Self.source(name, train: paths.0, test: paths.1)
        }
        return ExperimentPlan(
            dataSets: sources, sizes: sizes, seeds: seeds, arms: arms, budgets: budgets, preset: preset,
            options: options, command: command)
    }

    /// The plan, if its data are those that it was made for.
    static func checkUnchanged(_ plan: ExperimentPlan) throws -> ExperimentPlan {
        for source in plan.dataSets {
            let found = [
                (source.train, try DataSet(source.train).forTraining().fingerprint(), source.trainFingerprint),
                (source.test, try DataSet(source.test).fingerprint(), source.testFingerprint),
            ]
            for (path, fingerprint, recorded) in found where fingerprint != recorded {
                throw InputError(
                    path, "has changed since the experiment began",
                    advice: "put the data back, or begin a new experiment with another --out")
            }
        }
        return plan
    }

    private static func source(_ name: String, train: String, test: String) throws -> ExperimentPlan.DataSource {
        let training = try DataSet(train).forTraining()
        guard training.pairs.count >= 2 else {
            throw InputError(
                train, "has \(training.pairs.count) image to train on",
                advice: "two are needed at least: one trains, one chooses the checkpoint")
        }
        let judging = try DataSet(test)
        guard judging.parts.count < 2 else {
            throw InputError(
                test, "has parts \(judging.parts.joined(separator: ", "))",
                advice: "name the test images' own folder, such as \(test)/\(judging.parts[0])")
        }
        try checkTruth(judging)
        try checkApart(training, judging)
        return ExperimentPlan.DataSource(
            name: name, train: train.absolutePath, test: test.absolutePath, images: training.pairs.count,
            testImages: judging.pairs.count, trainFingerprint: try training.fingerprint(),
            testFingerprint: try judging.fingerprint())
    }

    /// Refuses masks that do not tell touching objects apart, and test sets without objects.
    private static func checkTruth(_ judging: DataSet) throws {
        let facts = try concurrentMap(judging.pairs) { pair in
            let mask = try pair.mask()
            return (objects: mask.objects, merges: mask.encoding.mergesTouching)
        }
        if let place = facts.firstIndex(where: { $0.merges && $0.objects > 1 }) {
            throw InputError(
                judging.path,
                "has no instance truth: the mask of \(judging.pairs[place].name) is binary, so touching objects are one",
                advice: "give test images whose masks number the objects")
        }
        guard facts.contains(where: { $0.objects > 0 }) else {
            throw InputError(
                judging.path, "has no object in any of its \(facts.count) masks",
                advice: "check the masks with `petri info`")
        }
    }

    /// Refuses test images that are trained on.
    private static func checkApart(_ training: DataSet, _ judging: DataSet) throws {
        let known = Dictionary(
            try concurrentMap(training.pairs) { ($0.name, try fingerprint(ofFile: $0.imagePath)) }.map { ($1, $0) },
            uniquingKeysWith: { first, _ in first })
        let hashes = try concurrentMap(judging.pairs) { try fingerprint(ofFile: $0.imagePath) }
        for (pair, hash) in zip(judging.pairs, hashes) {
            guard let twin = known[hash] else { continue }
            throw InputError(
                judging.path, "has the image \(pair.name), which is also trained on (\(twin) in \(training.path))",
                advice: "test on images that no training has seen")
        }
    }
}
