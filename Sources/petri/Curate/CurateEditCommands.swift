import ArgumentParser
import Command
import Imaging
import Runs

/// `petri curate accept`.
struct CurateAcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Accept samples.",
        discussion: "Example:\n  petri curate accept my-samples --where 'alignment>=0.8 -is:suspect'")
    @OptionGroup var samples: SampleChoice

    func run() throws { try samples.apply(.decide(.accepted)) }
}

/// `petri curate reject`.
struct CurateRejectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Reject samples; their files stay.",
        discussion: "Example:\n  petri curate reject my-samples --where 'is:suspect decision:undecided'")
    @OptionGroup var samples: SampleChoice

    func run() throws { try samples.apply(.decide(.rejected)) }
}

/// `petri curate reset`.
struct CurateResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Make samples undecided again.",
        discussion: "Example:\n  petri curate reset my-samples 0007.png")
    @OptionGroup var samples: SampleChoice

    func run() throws { try samples.apply(.decide(.undecided)) }
}

/// `petri curate tag`.
struct CurateTagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Put tags on samples.",
        discussion: "Example:\n  petri curate tag my-samples --tag dense --tag round 0007.png")
    @OptionGroup var samples: SampleChoice
    @Option(name: .customLong("tag"), help: "A tag; may be given more than once.") var tags: [String]

    func run() throws { try samples.apply(.tag(adding: tags, removing: [])) }
}

/// `petri curate untag`.
struct CurateUntagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "untag", abstract: "Take tags off samples.",
        discussion: "Example:\n  petri curate untag my-samples --tag dense --where tag:dense")
    @OptionGroup var samples: SampleChoice
    @Option(name: .customLong("tag"), help: "A tag; may be given more than once.") var tags: [String]

    func run() throws { try samples.apply(.tag(adding: [], removing: tags)) }
}

/// `petri curate star`.
struct CurateStarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "star", abstract: "Give samples stars.",
        discussion: "Example:\n  petri curate star my-samples --stars 4 0001.png 0007.png")
    @OptionGroup var samples: SampleChoice
    @Option(help: "0 (none) to 5.") var stars: Int

    func validate() throws {
        if let problem = CurationEdit.star(stars).problem { throw ValidationError("--stars \(problem).") }
    }

    func run() throws { try samples.apply(.star(stars)) }
}

/// `petri curate note`.
struct CurateNoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Keep a remark about samples.",
        discussion: "Example:\n  petri curate note my-samples --text 'for the figure' 0007.png")
    @OptionGroup var samples: SampleChoice
    @Option(help: "The remark, in place of an earlier one; empty for none.") var text: String

    func run() throws { try samples.apply(.note(text)) }
}

/// `petri curate undo`.
struct CurateUndoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take back what was done last to a set, whoever did it.",
        discussion: "Example:\n  petri curate undo my-samples")
    @OptionGroup var chosen: SampleSetArgument

    func run() throws {
        let undone = try chosen.open().undo()
        print("\(chosen.folder.printable): " + (undone.map { "undone: \($0.what)" } ?? "nothing to undo"))
    }
}

/// `petri curate redo`.
struct CurateRedoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redo", abstract: "Do again what was undone last.",
        discussion: "Example:\n  petri curate redo my-samples")
    @OptionGroup var chosen: SampleSetArgument

    func run() throws {
        let done = try chosen.open().redo()
        print("\(chosen.folder.printable): " + (done.map { "done again: \($0.what)" } ?? "nothing to redo"))
    }
}
