import ArgumentParser
import Command
import Datasets
import Engine
import Foundation
import Imaging
import Runs

/// `petri styles`: a run's style bank.
struct StylesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "styles",
        abstract: EngineWord.styles.abstract,
        discussion: """
            A style that was kept has a name, which `petri generate --style NAME` takes. The run's training images have \
            styles too, where it learned a style encoder, and are called as they are.

            EXAMPLE
              petri styles list my-run
              petri styles keep my-run synthetic/images/0007.png --as bright
              petri styles fit my-run my-data/images/a.png --mask my-data/masks/a.png --as like-a
              petri generate my-run --masks my-data --count 8 --style bright:like-a --out between
            """,
        subcommands: [List.self, Keep.self, Fit.self, Remove.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The styles there are.",
            discussion: """
                EXAMPLE
                  petri styles list my-run --json
                """)

        @Argument(help: ArgumentHelp("The run's folder.", valueName: "run")) var folder: String
        @Flag(help: "Print JSON, with the numbers.") var json = false

        private struct Listing: Encodable {
            let kept: [NamedStyle]
            let training: [NamedStyle]
        }

        func run() throws {
            try explaining {
                let bank = try TrainedRun(RunDirectory.open(folder), choice: .latest, device: .cpu).synthesis().bank
                if json { return try JSONText.print(Listing(kept: bank.kept, training: bank.training)) }
                let rows =
                    bank.kept.map { ["kept", $0.name.printable, $0.style.source.printable] }
                    + bank.training.map { ["training", $0.name.printable, ""] }
                if rows.isEmpty {
                    return StandardError.write("petri: no style was kept, and the run learned none of its own\n")
                }
                print(
                    rows.map { "\($0[0].padding(toLength: 10, withPad: " ", startingAt: 0))\($0[1])  \($0[2])\n" }
                        .joined(), terminator: "")
            }
        }
    }

    struct Keep: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the style of a synthetic image a name.",
            discussion: """
                EXAMPLE
                  petri styles keep my-run synthetic/images/0007.png --as bright
                """)

        @Argument(help: ArgumentHelp("The run's folder.", valueName: "run")) var folder: String
        @Argument(help: "An image of a sample set, SET/images/NAME.") var sample: String
        @Option(name: .customLong("as"), help: "The name.") var name: String

        func run() throws {
            try explaining {
                let run = try RunDirectory.open(folder)
                let file = URL(fileURLWithPath: sample)
                let set = try SampleSet.open(file.deletingLastPathComponent().deletingLastPathComponent().path)
                guard let found = try set.samples().first(where: { $0.name == file.lastPathComponent }) else {
                    throw InputError(set.path, "has no sample \(file.lastPathComponent)")
                }
                let home = folder.absolutePath
                guard found.run == home else {
                    throw InputError(
                        sample, "was made by another run, \(found.run)",
                        advice: "a style means something to its own run")
                }
                let style = LatentStyle(latents: found.style, source: "of \(file.path)")
                guard style.isValid else { throw InputError(set.path, "knows no style of \(found.name)") }
                try run.keep(NamedStyle(name: name, style: style))
            }
        }
    }

    struct Fit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the style that best reproduces a real image, and keep it.",
            discussion: """
                The image's objects must be known: the generator draws them from the mask, and the style is changed until \
                what it draws is as near to the image as it comes.

                EXAMPLE
                  petri styles fit my-run my-data/images/a.png --mask my-data/masks/a.png --as like-a
                """)

        @Argument(help: ArgumentHelp("The run's folder.", valueName: "run")) var folder: String
        @Argument(help: "The image.") var image: String
        @Option(help: "Its label image.") var mask: String
        @Option(name: .customLong("as"), help: "The name to keep the style under.") var name: String
        @Option(help: "Steps of the search.") var steps = 200
        @Option(help: "The seed of noise and crops.") var seed: UInt64 = 42
        @Option(help: "Which checkpoint: latest or best.") var checkpoint = CheckpointChoice.latest
        @OptionGroup var device: DeviceOption

        func validate() throws {
            guard (1...100_000).contains(steps) else { throw ValidationError("--steps must be 1 to 100000.") }
        }

        func run() throws {
            try explaining {
                Interruption.watch()
                let run = try RunDirectory.open(folder)
                if let problem = NamedStyle.problem(with: name) { throw ValidationError("--as \(problem).") }
                guard try !run.styles().contains(where: { $0.name == name }) else {
                    throw InputError(run.stylesPath, "has a style \(name) already", advice: "take another name")
                }
                let trained = try TrainedRun(run, choice: checkpoint, device: device.resolve())
                let pair = Pair(
                    name: (image as NSString).lastPathComponent, imagePath: image, maskFiles: .whole(mask)
                ).taking(trained.settings.plane)
                let real = try TrainingImage.read(pair, channels: trained.settings.channels)
                let seen = real.scaled(by: trained.settings.scale ?? 1)
                guard seen.width >= 16, seen.height >= 16 else {
                    throw InputError(image, "is smaller than 16x16 pixels as the run sees it")
                }
                let progress = ProgressLine("Fitting", total: steps, unit: "steps")
                let found = try StyleFit(trained).style(of: real, steps: steps, seed: seed) { step, loss in
                    if Interruption.received != nil { throw Interrupted() }
                    progress.update(step, note: String(format: "loss %.3f", loss))
                }
                progress.finish()
                var style = found.style
                style.source = "fitted to \(image.absolutePath)"
                try run.keep(NamedStyle(name: name, style: style))
                print(
                    String(
                        format: "mean difference of pixels %.4f, from %.4f with the best style before (scale 0 to 2)",
                        found.after, found.before))
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a style that was kept.",
            discussion: """
                EXAMPLE
                  petri styles remove my-run bright
                """)

        @Argument(help: ArgumentHelp("The run's folder.", valueName: "run")) var folder: String
        @Argument(help: "The style's name.") var name: String

        func run() throws { try explaining { try RunDirectory.open(folder).removeStyle(name) } }
    }
}
