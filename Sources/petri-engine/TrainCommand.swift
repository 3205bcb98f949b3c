import ArgumentParser
import Command
import Datasets
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
            """)

    @Argument(help: "The data set: a folder of images and masks (see `petri info`).")
    var dataset: String

    @Option(help: "The folder of the masks, where DATASET is the folder of the images.")
    var masks: String?

    @Option(name: .customLong("run"), help: ArgumentHelp("A new folder for the run.", valueName: "folder"))
    var folder: String

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
            dataset: dataset, masks: masks, run: folder, values: Dictionary(given, uniquingKeysWith: { $1 }))
    }

    func validate() throws {
        let problems = request.problems
        if let option = TrainingOption.all.first(where: { problems[$0.name] != nil }), let problem = problems[option.name]
        {
            throw ValidationError("--\(option.name) \(problem).")
        }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let request = request
            let device = try Device.present(request.values["device"] ?? "auto")
            var settings = try request.settings()
            if request.values["precision"] == nil && Processor.hasFastBFloat16(device) { settings.precision = .bf16 }
            if let vgg = settings.vgg { try PublishedWeights.vgg19.check(vgg) }
            let dataSet = try (masks.map { try DataSet(images: dataset, masks: $0) } ?? DataSet(dataset)).forTraining()
                .taking(settings.plane)
            try TrainingSession.start(
                settings: settings, dataSet: dataSet, paths: [dataset] + (masks.map { [$0] } ?? []),
                folder: folder, device: device)
        }
    }
}
