import ArgumentParser
import Command
import Engine
import Foundation
import Imaging
import Runs
import Torch

/// `petri train`: a new run.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: EngineWord.train.abstract,
        discussion: """
            Without a budget, tiny and small train for 10 minutes, paper for 2500 epochs. SIGINT and SIGTERM write a \
            checkpoint and leave; `petri resume` goes on.

            EXAMPLE
              petri train my-data --run my-run --minutes 10
              petri train my-data --run plain-run --conventional --minutes 10 --seed 1
              petri train my-data/images --masks "my-data/label masks" --run my-run --steps 2000
              torchrun --nproc-per-node 4 --no-python petri train my-data --run my-run --batch 32
            """)

    @Argument(help: "The data set: a folder of images and masks (see `petri info`).")
    var dataset: String

    @Option(help: "The folder of the masks, where DATASET is the folder of the images.")
    var masks: String?

    @Option(name: .customLong("run"), help: ArgumentHelp("A new folder for the run.", valueName: "folder"))
    var folder: String?

    @Flag(help: "Train in the background, in a session of its own; `petri runs` shows and steers it.")
    var detach = false

    @Flag(help: "Wait until nothing else trains on the device, and nothing that has waited longer.")
    var queue = false

    @Flag(help: "Train a few steps only, leave nothing behind, and tell time and memory; without --run.")
    var probe = false

    @Flag(help: "Print what --probe tells as JSON.")
    var json = false

    @OptionGroup(title: "Method") var method: MethodOptions
    @OptionGroup(title: "Budget") var budget: BudgetOptions
    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Training") var training: TrainingStepOptions
    @OptionGroup(title: "Networks") var networks: NetworkOptions
    @OptionGroup(title: "Weights of the losses") var weights: WeightOptions
    @OptionGroup(title: "Machine and files") var machine: MachineOptions

    private var options: [(name: String, value: String?)] {
        let groups: [any TrainingOptionGroup] = [method, budget, data, training, networks, weights, machine]
        return groups.flatMap(\.given)
    }

    /// The names of the options that the table is to have.
    var optionNames: [String] { options.map(\.name) }

    /// What was asked for.
    var request: TrainingRequest {
        let given = options.compactMap { name, value in value.map { (name, $0) } }
        return TrainingRequest(
            dataset: dataset, masks: masks, run: folder ?? "", values: Dictionary(given, uniquingKeysWith: { $1 }))
    }

    func validate() throws {
        guard (folder == nil) == probe else {
            throw ValidationError("Name the run's folder with --run, or use --probe.")
        }
        guard probe || !json else { throw ValidationError("--json belongs to --probe.") }
        guard !probe || !detach && !queue else { throw ValidationError("--probe neither waits nor detaches.") }
        let problems = request.problems
        if let option = TrainingOption.all.first(where: { problems[$0.name] != nil }),
            let problem = problems[option.name]
        {
            throw ValidationError("--\(option.name) \(problem).")
        }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let request = request
            let environment = try RankEnvironment()
            guard environment == nil || !detach && !probe else {
                throw ValidationError("--detach and --probe are for one process, not for \(environment?.count ?? 1).")
            }
            let device = try Device.present(request.values["device"] ?? "auto", for: environment)
            if detach {
                let launcher = RunLauncher()
                let run = try launcher.start(request, queued: queue)
                return StandardError.write(try launcher.announcement(of: run) + "\n")
            }
            var settings = try request.settings()
            if request.values["precision"] == nil { settings.precision = Processor.usualPrecision(on: device) }
            if let environment, settings.batch % environment.count != 0 {
                throw ValidationError("--batch \(settings.batch) is no multiple of the \(environment.count) processes.")
            }
            if let vgg = settings.vgg { try PublishedWeights.vgg19.check(vgg) }
            let beginning = TrainingSession.Beginning(
                settings: settings, dataset: dataset, masks: masks, folder: request.run, device: device,
                isQueued: queue)
            if probe {
                try tell(TrainingProbe(settings: settings, data: beginning.data().data, device: device))
            } else {
                try Ranks.together(environment, on: device) { ranks in
                    if let ranks { Processor.share(among: ranks.neighbours) }
                    try TrainingSession.start(beginning, ranks: ranks)
                }
            }
        }
    }

    private func tell(_ probe: TrainingProbe) throws {
        if json { return try JSONText.print(probe) }
        let memory = probe.gpuMemory.map { ", \($0 >> 20) MB of the graphics card's in use" } ?? ""
        let time = Duration.seconds(Double(probe.totalSteps) * probe.secondsPerStep).brief
        print(
            """
            \(String(format: "%.3g", probe.secondsPerStep)) s a step, \(probe.stepsPerEpoch) steps and \
            \(Duration.seconds(probe.secondsPerEpoch).brief) an epoch, \(probe.totalSteps) steps in \(time) by the budget; \
            at most \(probe.peakMemory >> 20) MB\(memory) (\(probe.device), \(probe.precision))
            """)
    }
}
