import ArgumentParser
import Command
import Engine
import Runs
import Torch

/// `petri resume`: goes on with a run.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: EngineWord.resume.abstract,
        discussion: """
            On the processor in float32 a resumed run ends with the same bytes in its final checkpoint as one that was \
            never stopped, if its budget is in steps or epochs.

            EXAMPLE
              petri resume my-run
              petri resume my-run --minutes 20
            """)

    @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
    var folder: String

    @Option(help: "Instead of the run's own budget: end after so many steps in all.")
    var steps: Int?

    @Option(help: "Instead of the run's own budget: end after so many minutes in all.")
    var minutes: Double?

    @Option(help: "Another device than the run began on: cpu, cuda or cuda:N.")
    var device: String?

    @Flag(help: "Train in the background, in a session of its own; `petri runs` shows and steers it.")
    var detach = false

    @Flag(help: "Wait until nothing else trains on the device, and nothing that has waited longer.")
    var queue = false

    func validate() throws {
        guard (1...TrainingSettings.Budget.most).contains(steps ?? 1), (minutes ?? 1) > 0 else {
            throw ValidationError("A budget must be more than 0.")
        }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let extending =
                steps != nil || minutes != nil ? TrainingSettings.Budget(steps: steps, minutes: minutes) : nil
            let environment = try RankEnvironment()
            let device = try device.map { try Device.present($0, for: environment) }
            if detach {
                guard environment == nil else { throw ValidationError("--detach is for one process.") }
                let (launcher, run) = (RunLauncher(), try RunDirectory.open(folder))
                try launcher.resume(run, extending: extending, device: device.map { "\($0)" }, queued: queue)
                return StandardError.write(try launcher.announcement(of: run) + "\n")
            }
            try TrainingSession.resume(
                folder, extending: extending, device: device, isQueued: queue, environment: environment)
        }
    }
}
