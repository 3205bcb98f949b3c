import Canvas
import Command
import Datasets
import Foundation
import Imaging
import Measures
import Runs

/// Both arms on one sample data set: trained, used, scored and shown.
struct DemoStudy {
    /// One way of training.
    struct Arm {
        let name: String
        let folder: String
        let options: [String]
    }

    static let arms = [
        Arm(name: "conventional", folder: "conventional", options: ["--conventional"]),
        Arm(name: "with CycleGAN", folder: "cyclegan", options: []),
    ]

    let name: String
    /// The data set's folder, which holds train and test.
    let source: String
    let out: String
    /// Minutes of training for each arm.
    let minutes: Double

    func run(in session: DemoSession) throws {
        session.say("── \(name) ──")
        let test = source + "/test"
        guard DemoFolders.isFolder(source + "/train"), DemoFolders.isFolder(test) else {
            throw InputError(
                source, "does not hold the folders train and test", advice: "draw it: petri sample-data DIR")
        }
        let time = String(format: "%.2g", minutes)
        for arm in Self.arms {
            try session.run(
                ["train", source + "/train", "--run", runFolder(arm), "--preset", "tiny"] + arm.options
                    + ["--minutes", time, "--seed", "1"])
        }
        var table = TextTable(header: ["arm", "steps", "F1@0.5", "F1@0.7", "AP@0.5", "PQ", "Dice"])
        for arm in Self.arms {
            let masks = out + "/masks-" + arm.folder
            try session.run(["segment", runFolder(arm), test, "--out", masks])
            let scores = try session.output(["evaluate", test, masks, "--json"])
            let steps = try? RunDirectory.open(runFolder(arm)).status().step
            table.rows.append(try Self.row(arm.name, scores: scores, steps: steps))
        }
        session.say("")
        let cycleGAN = out + "/cyclegan"
        let synthetic = out + "/synthetic"
        try session.run(["generate", cycleGAN, "--masks", test, "--count", "6", "--out", synthetic, "--seed", "1"])
        session.say(table.text)
        session.say(try DemoSheet(real: test, synthetic: synthetic).text())
    }

    private func runFolder(_ arm: Arm) -> String { out + "/" + arm.folder }

    /// The arm's line of the table, from the JSON of `petri evaluate`.
    static func row(_ name: String, scores: Data, steps: Int?) throws -> [String] {
        let scores = try JSONDecoder().decode(SetScores.self, from: scores)
        func pooled(_ series: [Double], at threshold: Double) -> String {
            let index = scores.thresholds.firstIndex { abs($0 - threshold) < 1e-9 }
            return index.flatMap { $0 < series.count ? series[$0] : nil }.map(figure) ?? "-"
        }
        return [
            name, steps.map(String.init) ?? "-", pooled(scores.pooled.f1, at: 0.5), pooled(scores.pooled.f1, at: 0.7),
            pooled(scores.pooled.ap, at: 0.5), figure(scores.pq), figure(scores.dice),
        ]
    }

    private static func figure(_ value: Double) -> String { String(format: "%.3f", value) }
}

/// Real image, mask and the synthetic image made for it, side by side as block glyphs.
struct DemoSheet {
    /// A data set of any layout.
    let real: String
    /// A folder that holds images/ and masks/.
    let synthetic: String
    /// How many rows of pictures.
    var count = 2

    func text(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> String {
        let terminal = TerminalFacts(descriptor: STDOUT_FILENO, environment: environment)
        let images = try ImageSet(real).items
        var rows: [[ContactSheet.Entry]] = []
        for (index, name) in Self.files(in: synthetic + "/images").prefix(count).enumerated() {
            guard index < images.count else { break }
            let mask = Self.files(in: synthetic + "/masks").first { Self.stem($0) == Self.stem(name) }
            guard let mask else { continue }
            rows.append([
                .init("real \(images[index].name)", .image(try ImageFile.read(images[index].path))),
                .init("mask \(mask)", .labels(try LabelImage.read("\(synthetic)/masks/\(mask)"))),
                .init("synthetic \(name)", .image(try ImageFile.read("\(synthetic)/images/\(name)"))),
            ])
        }
        guard !rows.isEmpty else { throw InputError(synthetic, "holds no synthetic pairs") }
        let colors = terminal.isTerminal ? ColorDepth.detected(in: environment) : .mono
        let symbols = Symbols.default(isUTF8: terminal.isUTF8, colors: colors)
        return ContactSheet(columns: min(terminal.columns, 160), rows: 16, symbols: symbols, colors: colors).text(rows)
    }

    private static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func stem(_ name: String) -> String { (name as NSString).deletingPathExtension }
}
