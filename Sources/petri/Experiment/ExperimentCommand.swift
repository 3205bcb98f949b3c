import ArgumentParser
import Command
import Foundation
import Imaging
import Runs

/// `petri experiment`: the comparison of ways of training, on anyone's data.
struct ExperimentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiment",
        abstract: "Compare ways of training on few images, over data sets, numbers of images and seeds.",
        discussion: """
            Trains every arm on the same few images with the same budget, judges each on test images with annotated \
            objects, and writes report.json, report.md, plots and examples into the folder --out, anew after every training. \
            For each seed the first N images of one random order are used, so that smaller sets lie in larger ones. Arms: \
            conventional (the segmenter alone), cyclegan (generator and segmenter together), synthetic (a generator first, \
            then the segmenter with its images), recombined (the segmenter, also with crops of cells and colours put together \
            anew), published (cyclegan by the published method). --steps counts the \
            segmenter's optimizer steps; with --minutes too, both budgets are run.

            Several processes (torchrun, srun) share the trainings, each taking its part of them from the same --out.

            Interrupted at any point, the same command, or `petri experiment --out DIR`, goes on; more seeds, sizes or \
            arms extend what is there. `petri DIR` shows it in the workbench, also while it runs.

            Example:
              petri experiment nuclei/train tissue/train --test nuclei/test tissue/test --train 5,10 --seeds 3 \
            --steps 2000 --out study
              petri experiment --out study
              petri experiment cells --test held-out --train 10 --seeds 2 --minutes 10 --out study -- --base 32
            """)

    @Argument(
        help: ArgumentHelp(
            "Data sets to train on. Behind --, further options of `petri train`, for all arms.", valueName: "dataset"))
    var words: [String] = []

    @Option(
        name: .customLong("train"),
        help: ArgumentHelp("Numbers of images to train on, such as 5,10,20.", valueName: "n,..."))
    var sizes: String?

    @Option(help: "How many seeds, 1 and up (default: 3).")
    var seeds: Int?

    @Option(help: "Budget: optimizer steps of the segmenter in every arm.")
    var steps: Int?

    @Option(help: "Budget: minutes of training in every arm.")
    var minutes: Double?

    @Option(
        help: ArgumentHelp(
            "Arms, with conventional (default: conventional,recombined,cyclegan,synthetic).", valueName: "arm,..."))
    var arms: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Test images with annotated objects: one folder for each data set.", valueName: "dir"))
    var test: [String] = []

    @Option(help: ArgumentHelp("The experiment's folder, new or begun.", valueName: "dir"))
    var out: String

    @Option(help: "Preset of `petri train`: tiny, small or paper (default: tiny).")
    var preset: String?

    @Option(
        help: ArgumentHelp(
            "How many trainings at once (default: 1); on a processor they share its cores, which is quicker than all cores "
                + "for one where networks are small.", valueName: "n"))
    var parallel = 1

    @Flag(help: "Print the report as JSON at the end.")
    var json = false

    /// ArgumentParser has no second list of words, and does not tell which of them stand behind the terminator.
    private var trainingOptions: ArraySlice<String> {
        let given = CommandLine.arguments
        let behind = given.firstIndex(of: "--").map { given[($0 + 1)...] } ?? []
        return words.suffix(behind.count)
    }

    private var datasets: [String] { words.dropLast(trainingOptions.count) }

    /// Whether more is said than the folder.
    private var isPlanned: Bool {
        !words.isEmpty || !test.isEmpty || sizes != nil || seeds != nil || steps != nil || minutes != nil
            || arms != nil || preset != nil
    }

    func validate() throws {
        guard (1...64).contains(parallel) else { throw ValidationError("--parallel must be between 1 and 64.") }
        guard isPlanned else { return }
        if datasets.isEmpty { throw ValidationError("Name the data sets to train on, before the options.") }
        if sizes == nil { throw ValidationError("Say how many images to train on with --train, such as --train 10.") }
        if steps == nil, minutes == nil { throw ValidationError("Give a budget: --steps or --minutes, or both.") }
        if test.count != datasets.count {
            throw ValidationError(
                "Give one --test folder for each data set, in their order: \(datasets.count) data sets, \(test.count) "
                    + "test folders.")
        }
        _ = try request()
    }

    /// What is asked for, checked as far as that needs no files.
    private func request() throws -> ExperimentRequest {
        try ExperimentRequest(
            train: datasets, test: test, sizes: sizes ?? "", seeds: seeds ?? 3, arms: arms, steps: steps,
            minutes: minutes, preset: preset, trainingOptions: Array(trainingOptions),
            command: ["petri"] + CommandLine.arguments.dropFirst())
    }

    func run() throws {
        let ranks = try RankEnvironment()
        ranks?.leave()
        guard FileManager.default.isExecutableFile(atPath: EngineProgram.beside.path) else {
            throw EngineProgram.beside.missing(reason: "it is not there")
        }
        let plan = isPlanned ? try request().plan() : nil
        let rank = ranks?.rank ?? 0
        if rank > 0 {
            try waitForPlan()
        } else if plan == nil {
            _ = try ExperimentFolder(out).plan()
        }
        let folder = try ExperimentFolder.create(out.absolutePath)
        let lock = try ExperimentLock(folder, rank: rank)
        try withExtendedLifetime(lock) {
            try work(in: folder, plan, ranks)
        }
    }

    /// Waits until the process that keeps the experiment has written down what is to be done.
    private func waitForPlan() throws {
        let deadline = ContinuousClock.now + .seconds(600)
        while !ExperimentFolder.isExperiment(out) {
            guard ContinuousClock.now < deadline else {
                throw InputError(
                    out, "was not begun by process 0 within 10 minutes",
                    advice: "--out must be the same folder for all processes")
            }
            usleep(200_000)
        }
    }

    private func work(in folder: ExperimentFolder, _ asked: ExperimentPlan?, _ ranks: RankEnvironment?) throws {
        var plan = try asked ?? ExperimentRequest.checkUnchanged(folder.plan())
        if let asked, ExperimentFolder.isExperiment(folder.path) {
            plan = try folder.plan().extended(by: asked, path: out)
        }
        let work = ExperimentWork(folder, plan, parallel: parallel, ranks)
        if work.isKeeper { try folder.write(plan) }
        // Signals wait from here on: what is done is kept.
        Child.holdSignals()
        keepFreedMemory()
        if parallel > 1, getenv("PETRI_THREADS") == nil {
            setenv("PETRI_THREADS", "\(max(1, ProcessInfo.processInfo.activeProcessorCount / parallel))", 1)
        }
        switch try work.run() {
        case .interrupted: throw ExitCode(Outcome.interrupted)
        case .failed(let count):
            StandardError.write(
                "petri: \(count) of \(plan.cells.count) trainings failed; the same command tries them again\n")
            if json { try printReport(folder) }
            throw ExitCode(Outcome.fault)
        case .finished:
            guard work.isKeeper else { return }
            if json { return try printReport(folder) }
            print(folder.pagePath)
        }
    }

    private func printReport(_ folder: ExperimentFolder) throws {
        if let report = try folder.report() { try JSONText.print(report) }
    }
}
