import ArgumentParser

struct SampleDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sample-data", abstract: "")
}
