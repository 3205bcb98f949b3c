import Command
import Foundation
import Imaging
import Runs

/// report.md: the report for people.
struct ExperimentPage {
    let report: ExperimentReport
    let folder: ExperimentFolder
    private var plan: ExperimentPlan { report.plan }

    init(_ report: ExperimentReport, in folder: ExperimentFolder) { (self.report, self.folder) = (report, folder) }

    var text: String {
        var parts = [head]
        for budget in plan.budgets { parts += ["## At \(budget.title)", scores(budget), differences(budget)] }
        parts += [report.intervals, pictures("Plots", plots), pictures("Examples", examples), trainings]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        let isDone = report.cells.count == report.cellCount
        var lines = ["# Ways of training compared", "", "```sh", report.command.printable, "```", ""]
        lines.append(
            isDone
                ? "All \(report.cellCount) trainings are done."
                : "**\(report.cells.count) of \(report.cellCount) trainings are done so far.**")
        let machine = report.machine
        let versions = machine.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let seconds = report.cells.reduce(0) { $0 + $1.seconds }
        lines += [
            "", "- Machine: \(machine.host), \(machine.cores) cores, \(machine.devices.joined(separator: ", "))",
            "- Versions: \(versions.joined(separator: ", "))",
            "- Preset \(plan.preset.rawValue)" + options,
            "- Seeds: \(plan.seeds.map { "\($0)" }.joined(separator: ", "))",
            "- Time of all trainings together: \(Duration.seconds(seconds).brief)",
        ]
        for source in plan.dataSets {
            lines.append(
                "- \(source.name): `\(source.train.printable)` (\(source.images) images), tested on "
                    + "`\(source.test.printable)` (\(source.testImages) images)")
        }
        for source in plan.dataSets {
            let short = plan.sizes.filter { $0 > source.images }
            guard !short.isEmpty else { continue }
            let asked = short.map { "\($0)" }.joined(separator: " and ")
            lines.append("- \(source.name) has only \(source.images) images: all are used where \(asked) are asked for")
        }
        lines.append("- Of the images of a training a part chooses the checkpoint; test images choose nothing")
        return lines.joined(separator: "\n")
    }

    private var options: String {
        let words = plan.options.sorted { $0.key < $1.key }.map { "`--\($0.key) \($0.value.printable)`" }
        return words.isEmpty ? "" : ", with " + words.joined(separator: " ")
    }

    // MARK: - Tables

    private func scores(_ budget: ExperimentBudget) -> String {
        let rows = report.groups.filter { $0.budget.kind == budget.kind }.map { group in
            [group.dataSet, "\(group.images)", group.arm.rawValue]
                + ExperimentMeasure.allCases.map { Self.text(group.measures[$0]) }
                + ["\(group.measures[.f1]?.count ?? 0)"]
        }
        guard !rows.isEmpty else { return "Nothing is scored yet." }
        return "Mean ± standard deviation over seeds, pooled over the test images:\n\n"
            + Self.table(["data", "images", "arm"] + ExperimentMeasure.allCases.map(\.rawValue) + ["seeds"], rows)
    }

    private func differences(_ budget: ExperimentBudget) -> String {
        let rows = report.comparisons.filter { $0.budget.kind == budget.kind }.map { comparison in
            let source = comparison.dataSet.flatMap(plan.dataSet)
            let images = source?.used(of: comparison.size) ?? comparison.size
            return [comparison.dataSet ?? "**mean**", "\(images)", comparison.arm.rawValue]
                + ExperimentMeasure.allCases.map { Self.text(comparison.measures[$0]) }
                + ["\(comparison.measures[.f1]?.pairs ?? 0)"]
        }
        guard !rows.isEmpty else { return "" }
        return "Difference to the conventional arm, with its interval:\n\n"
            + Self.table(["data", "images", "arm"] + ExperimentMeasure.allCases.map(\.rawValue) + ["pairs"], rows)
    }

    private var trainings: String {
        var parts: [String] = []
        if !report.cells.isEmpty {
            let rows = report.cells.map { cell in
                [
                    "`\(cell.cell.name)`", cell.measures[.f1].map(Self.figure) ?? "",
                    cell.validationF1.map(Self.figure) ?? "", "\(cell.steps)", cell.bestStep.map { "\($0)" } ?? "last",
                    Duration.seconds(cell.trainingSeconds).brief,
                ]
            }
            parts.append(
                "## Trainings\n\n"
                    + Self.table(["run", "F1@0.5", "validation F1@0.5", "steps", "judged at step", "time"], rows))
        }
        if !report.failures.isEmpty {
            let lines = report.failures.sorted { $0.key < $1.key }.map { "- `\($0.key)`: \($0.value.printable)" }
            parts.append("## Failed\n\n" + lines.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let rule = head.indices.map { $0 < 3 && head.count > 6 ? "---" : $0 == 0 ? "---" : "---:" }
        return ([head, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func figure(_ value: Double) -> String { String(format: "%.3f", value) }

    private static func text(_ summary: ExperimentReport.Summary?) -> String {
        guard let summary else { return "" }
        return figure(summary.mean) + (summary.deviation.map { " ± " + figure($0) } ?? "")
    }

    private static func text(_ difference: ExperimentReport.Difference?) -> String {
        guard let difference else { return "" }
        return String(format: "%+.3f [%+.3f, %+.3f]", difference.mean, difference.low, difference.high)
    }

    // MARK: - Pictures

    private var plots: [(name: String, path: String)] {
        plan.dataSets.flatMap { source in
            ExperimentMeasure.allCases.map { measure in
                ("\(source.name), \(measure.rawValue)", ExperimentPictures.plot(source.name, measure))
            }
        }
    }

    private var examples: [(name: String, path: String)] {
        plan.dataSets.map { ($0.name, ExperimentPictures.example($0.name)) }
    }

    private func pictures(_ title: String, _ pictures: [(name: String, path: String)]) -> String {
        let files = FileManager.default
        let lines = pictures.filter { files.fileExists(atPath: folder.path + "/" + $0.path) }.map {
            "![\($0.name)](\($0.path))"
        }
        return lines.isEmpty ? "" : "## \(title)\n\n" + lines.joined(separator: "\n")
    }
}
