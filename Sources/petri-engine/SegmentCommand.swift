import ArgumentParser
import Command
import Datasets
import Engine
import Foundation
import Imaging
import Runs

/// `petri segment`: label images from a trained segmenter.
struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment",
        abstract: EngineWord.segment.abstract,
        discussion: """
            Writes one 16-bit label PNG an image, of the same name. Images of any size are read; large ones are run in \
            overlapping tiles. Several processes (torchrun, srun) share the images.

            EXAMPLE
              petri segment my-run new-images --out new-masks
              petri evaluate my-data/test new-masks
            """)

    @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
    var folder: String

    @Argument(help: "An image, a folder of images, or a data set.")
    var input: String

    @Option(help: "A folder for the label images.")
    var out: String

    @Option(help: "Which checkpoint: best or latest.")
    var checkpoint = CheckpointChoice.best

    @Option(
        help: """
            How many of the eight orientations that turns and mirrors give are looked at, from 1 to 8: more are a little \
            better and take as many times as long (default: the run's, with preset tiny and small 8).
            """)
    var orientations: Int?

    @OptionGroup var plane: PlaneOptions

    @OptionGroup var device: DeviceOption

    @Flag(help: "Write over label images that are there.")
    var force = false

    func validate() throws {
        if let orientations, let problem = TrainingOption["orientations"]?.problem("\(orientations)") {
            throw ValidationError("--orientations " + problem)
        }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let environment = try RankEnvironment()
            let trained = try TrainedRun(
                RunDirectory.open(folder), choice: checkpoint, device: device.resolve(for: environment))
            let segmentation = try trained.segmentation(
                orientations: orientations ?? trained.settings.orientations ?? 1)
            // Each process writes files of its own: they need not meet.
            let images = try ImageSet(input).items.enumerated().filter { index, _ in
                environment?.has(index) ?? true
            }.map(\.element)
            try OutputFolder.prepare(out, for: images.map { $0.name + ".png" }, force: force)
            // Nothing asked for: the plane that the run learned from.
            let asked = plane.selection
            let plane = asked == PlaneSelection() ? trained.settings.plane : asked
            let progress = ProgressLine("Segmenting", total: images.count, unit: "images")
            var objects = 0
            for (index, item) in images.enumerated() {
                if Interruption.received != nil { throw Interrupted() }
                let image = try TrainingImage.read(
                    unlabelled: item.path, name: item.name, channels: trained.settings.channels, plane: plane)
                let labels = try segmentation.labels(of: image)
                objects += Int(labels.maximum)
                try labels.distinguishable.write(
                    to: out + "/\(item.name).png", pixelSize: ImageFile.probe(item.path).pixelSize)
                progress.update(index + 1, note: "\(objects) objects")
            }
            progress.finish(note: "\(objects) objects")
            if objects == 0 {
                StandardError.write(
                    "petri: no object was found; do the images look like those that \(folder.printable) learned from, "
                        + "in magnification, in colour or grey, bright on dark or dark on bright?\n")
            }
        }
    }
}
