import ArgumentParser
import Command
import Foundation
import Imaging

/// `petri demo`: Petri's own commands one after the other, on the sample data.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Train, generate, segment and compare on the sample data, in about five minutes.",
        discussion: """
            Runs Petri's own commands and shows each as you would type it. The sample data are drawn phantoms: they show \
            how Petri works, not how well it does on real images.

            Example:
              petri demo
              petri demo --data phase-contrast --minutes 10 --out my-demo
            """)

    /// Which sample data set.
    enum Data: String, ExpressibleByArgument, CaseIterable {
        case fluorescence
        case phaseContrast = "phase-contrast"
    }

    @Option(help: "The data set: fluorescence or phase-contrast.")
    var data = Data.fluorescence

    @Option(help: "About how long the whole may take.")
    var minutes = 5.0

    @Option(help: "A new or empty folder for the results (default: petri-demo here, numbered if it exists).")
    var out: String?

    @Option(help: "The folder that holds the sample data (default: Petri's own sample-data).")
    var sampleData: String?

    func validate() throws {
        guard minutes >= 0.1, minutes <= 1e6 else { throw ValidationError("--minutes must be at least 0.1.") }
    }

    func run() throws {
        let source = try DemoFolders.sampleData(asked: sampleData)
        let out = try DemoFolders.output(asked: self.out)
        let session = DemoSession()
        Child.holdSignals()

        session.say("Petri's demo: about \(minutes.formatted()) min, in \(out)")
        session.say(Self.caution + "\n")
        // The rest of the time goes to loading, segmenting and generating.
        let name = data.rawValue
        let study = DemoStudy(
            name: name, source: source + "/" + name, out: out + "/" + name, minutes: minutes * 0.43)
        try study.run(in: session)
        session.say(
            """
            \(Self.caution)
            On a processor a few minutes are short for the generator: --minutes gives it more.
            Everything is in \(out). With your own images and masks:
              petri info my-data
              petri train my-data --run my-run --minutes 10
              petri segment my-run new-images --out new-masks
            """)
    }

    private static let caution =
        "The sample data are drawn phantoms: they show how Petri works and are no evidence about real images."
}

/// Where the demo reads from and writes to.
enum DemoFolders {
    /// The folder asked for, else PETRI_HOME's sample-data, else the one of the clone that this program was built in.
    static func sampleData(
        asked: String?, home: String? = ProcessInfo.processInfo.environment["PETRI_HOME"],
        executable: String = EngineLauncher.executable
    ) throws -> String {
        if let asked {
            guard isFolder(asked) else { throw InputError(asked, "is not a folder") }
            return asked
        }
        if let found = PetriHome.folder("sample-data", home: home, executable: executable) { return found }
        throw InputError(
            "sample-data", "is not found beside Petri",
            advice: "draw it with `petri sample-data DIR` and run `petri demo --sample-data DIR`")
    }

    /// A new folder: the one asked for, else petri-demo here, or in the temporary folder where this one is not writable.
    static func output(asked: String?) throws -> String {
        let files = FileManager.default
        let here = files.isWritableFile(atPath: files.currentDirectoryPath) ? "" : NSTemporaryDirectory() + "/"
        let numbered = (1...).lazy.map { here + ($0 == 1 ? "petri-demo" : "petri-demo-\($0)") }
        let path = asked ?? numbered.first { !files.fileExists(atPath: $0) } ?? "petri-demo"
        if let there = try? files.contentsOfDirectory(atPath: path), !there.isEmpty {
            throw InputError(path, "is not empty", advice: "name a new folder with --out")
        }
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw InputError(path, "cannot be made", advice: "name another folder with --out")
        }
        return path
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
