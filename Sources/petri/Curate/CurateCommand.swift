import ArgumentParser
import Command
import Datasets
import Imaging
import Runs

/// `petri curate`: what was decided of synthetic samples.
struct CurateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curate",
        abstract: "Accept and reject synthetic samples, tag and note them, and export the accepted ones.",
        discussion: """
            `petri SET` shows the samples of a set and takes decisions key by key; these commands do the same for scripts. \
            Every change is on the disk when a command returns, and `undo` takes it back, also tomorrow. Samples are \
            named, or chosen by what the screen's / takes: words, tag:good, decision:undecided, is:suspect, run:name, \
            stars>=3, alignment<0.5; all of them must hold, and a "-" before one turns it around.

            Example:
              petri curate my-samples
              petri curate reject my-samples --where 'alignment<0.5'
              petri curate accept my-samples 0001.png 0007.png
              petri curate tag my-samples --tag dense --where 'decision:accepted'
              petri curate undo my-samples
              petri curate export my-samples my-data --to images-masks
            """,
        subcommands: [
            CurateSummaryCommand.self, CurateAcceptCommand.self, CurateRejectCommand.self, CurateResetCommand.self,
            CurateTagCommand.self, CurateUntagCommand.self, CurateStarCommand.self, CurateNoteCommand.self,
            CurateUndoCommand.self, CurateRedoCommand.self, CurateHistoryCommand.self, CurateExportCommand.self,
        ], defaultSubcommand: CurateSummaryCommand.self)
}

/// The sample set that a command is about.
struct SampleSetArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The sample set's folder.", valueName: "set"), completion: .directory)
    var folder: String

    func open() throws -> SampleSet { try SampleSet.open(folder) }
}

/// The samples that a command is for.
struct SampleChoice: ParsableArguments {
    @OptionGroup var chosen: SampleSetArgument

    @Argument(help: "Names of samples, with or without their ending.")
    var names: [String] = []

    @Option(name: .customLong("where"), help: "Instead of names: all samples that a filter accepts.")
    var filter: String?

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    func validate() throws {
        guard names.isEmpty != (filter == nil) else {
            throw ValidationError("Name samples, or choose them by --where.")
        }
    }

    /// The names of the samples chosen.
    private func samples(of set: SampleSet) throws -> [String] {
        let all = try set.curated()
        if let filter {
            let filter = try CurationFilter(
                filter, scores: all.reduce(into: []) { $0.formUnion($1.sample.scores.keys) })
            return all.filter(filter.accepts).map(\.sample.name)
        }
        let known = Set(all.map(\.sample.name))
        return names.map { SampleSet.fileName($0, among: known) }
    }

    /// Does one thing to them, all or none, and says what was done.
    func apply(_ edit: CurationEdit) throws {
        let set = try chosen.open()
        let samples = try samples(of: set)
        if dryRun { return print("would \(edit.words(count: samples.count))") }
        let done = try set.curate(edit, samples)
        if let done { return print("\(chosen.folder.printable): \(done.what)") }
        print("\(chosen.folder.printable): nothing to change in \(counted(samples.count, "sample"))")
    }
}
