import ArgumentParser
import Command
import Datasets
import Imaging
import Runs
import Workbench

/// `petri curate export`.
struct CurateExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the accepted samples as a data set, with a manifest.",
        discussion: """
            The images and masks are written as `petri convert` writes them, and manifest.json tells of each where it came \
            from, its scores and all that was said of it. The folder has its name only when all is written; the set stays \
            as it is.

            Example:
              petri curate export my-samples my-data --to images-masks
            """)
    @OptionGroup var chosen: SampleSetArgument

    @Argument(help: "The folder to write to; new, or empty.", completion: .directory)
    var destination: String

    @Option(
        name: .customLong("to"),
        help: "\(Conversion.Layout.allCases.map(\.rawValue).joined(separator: ", ")).")
    var layout: Conversion.Layout

    @Option(help: "Which samples: accepted (default), undecided or rejected.")
    var decision = CurationDecision.accepted

    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    func run() throws {
        keepFreedMemory()
        let export = try CurationExport(chosen.open(), to: layout, in: destination, decision: decision)
        if dryRun { return print("would write \(export.announcement.printable)") }
        StandardError.write("petri: writing \(export.announcement.printable)\n")
        let progress = ProgressLine("Writing", total: export.count, unit: "samples", delay: .seconds(1))
        let warnings = try export.run { progress.update($0) }
        progress.finish()
        for line in warningLines(warnings) { StandardError.write(line + "\n") }
        print("\(destination.printable): \(export.count) samples written as \(layout.rawValue)")
    }
}

extension CurationDecision: ExpressibleByArgument {}
