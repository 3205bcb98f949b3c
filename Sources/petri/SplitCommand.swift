import ArgumentParser
import Command
import Datasets
import Foundation
import Imaging

/// `petri split`: keeps a split of a data set beside it.
struct SplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Set images of a data set aside for validation, once for all commands.",
        discussion: """
            Writes petri-split.json into the data set's folder (beside a COCO file named, petri-split-NAME.json): the names \
            of the images to train on and of those to validate on. They are drawn by the seed, evenly over the numbers of \
            objects. `petri train` splits the data set so from then on, and `petri info` looks for images that are on both \
            sides.

            Example:
              petri split my-data --fraction 0.25 --seed 7
            """)

    @Argument(help: "The folder of the data set.", completion: .directory)
    var path: String

    @Option(help: "The part of the images to set aside (more than 0, less than 1).")
    var fraction = 0.2

    @Option(help: "Decides which.")
    var seed: UInt64 = 42

    @Flag(help: "Replace the split of an earlier run.")
    var force = false

    @Flag(help: "Print the split as JSON.")
    var json = false

    func validate() throws {
        guard fraction > 0, fraction < 1 else { throw ValidationError("--fraction must be between 0 and 1.") }
    }

    func run() throws {
        let dataSet = try DataSet(path).forTraining()
        if !force && FileManager.default.fileExists(atPath: dataSet.splitPath) {
            throw InputError(dataSet.splitPath, "is there already", advice: "give --force to replace it")
        }
        let split = try dataSet.split(validationFraction: fraction, seed: seed, content: dataSet.objectCounts())
        try dataSet.store(split)
        if json { return try JSONText.print(split) }
        print(
            "\(dataSet.splitPath.printable): \(split.training.count) to train on, \(split.validation.count) to validate on"
        )
    }
}
