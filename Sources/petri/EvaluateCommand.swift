import ArgumentParser
import Command
import Datasets
import Foundation
import Imaging
import Measures

/// Scores predicted objects against true ones.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score predicted cells against annotated ones.",
        discussion: """
            TRUTH and PREDICTED are each a data set or a folder of label images, paired by name. Objects are matched one to \
            one at an IoU of at least 0.5, 0.6, 0.7, 0.8 and 0.9. Precision, recall, F1 = 2TP/(2TP+FP+FN) and \
            AP = TP/(TP+FP+FN) are given over all objects taken together and as means over the images; PQ, AJI (Kumar \
            2017) and the foreground's Dice over all images taken together. An image without cells that is rightly left \
            empty scores 1.

            Example:
              petri evaluate nuclei/test predicted
            """)

    @Argument(help: "The annotated data set or label images.")
    var truth: String

    @Argument(help: "The predicted data set or label images.")
    var predicted: String

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Leave out images that only one side has.")
    var partial = false

    func run() throws {
        keepFreedMemory()
        let truths = try LabelSet(truth)
        let predictions = try LabelSet(predicted)
        warn(truths.warnings + predictions.warnings)
        let partners = truths.partners(in: predictions)
        try check(partners)
        let progress = ProgressLine("Scoring", total: partners.pairs.count, unit: "images", delay: .seconds(1))
        let images = try concurrentMap(partners.pairs, progress: { progress.update($0) }, Self.score)
        progress.finish()
        let scores = SetScores(images)
        if json { try JSONText.print(scores) } else { printTable(scores) }
    }

    private static func score(_ pair: (truth: LabelSet.Item, predicted: LabelSet.Item)) throws -> ImageScores {
        try ImageScores(
            truth: pair.truth.labels(), predicted: pair.predicted.labels(),
            name: pair.predicted.files.paths.first ?? pair.predicted.name)
    }

    /// Refuses images that only one side has, unless the user asked for that.
    private func check(_ partners: LabelSet.Partners) throws {
        for (path, names, other) in [
            (truth, partners.unmatchedTruth, predicted), (predicted, partners.unmatchedPredicted, truth),
        ] where !names.isEmpty {
            let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", ..." : "")
            let problem = "\(names.count) without partner in \(other): \(shown)"
            guard partial else {
                throw InputError(path, problem, advice: "name the files alike, or leave these out with --partial")
            }
            warn(["\(path): \(problem); left out"])
        }
        guard !partners.pairs.isEmpty else {
            throw InputError(predicted, "has no image in common with \(truth)", advice: "name the files alike")
        }
    }

    private func warn(_ warnings: [String]) {
        for line in warningLines(warnings) { StandardError.write(line + "\n") }
    }

    private func printTable(_ scores: SetScores) {
        print(counted(scores.images, "image") + "\n")
        for (title, series) in [("All objects together", scores.pooled), ("Mean over images", scores.perImage)] {
            let rows = scores.thresholds.enumerated().map { index, threshold in
                let values = [series.precision, series.recall, series.f1, series.ap].map { $0[index] }
                return [String(format: "%.2f", threshold)] + values.map { String(format: "%.4f", $0) }
            }
            print(title)
            print(TextTable(header: ["IoU", "precision", "recall", "F1", "AP"], rows: rows).text)
        }
        print(String(format: "PQ %.4f   AJI %.4f   Dice %.4f", scores.pq, scores.aji, scores.dice))
    }
}
