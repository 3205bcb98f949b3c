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
        printWarnings(truths.warnings + predictions.warnings, toStandardError: true)
        let partners = truths.partners(in: predictions)
        try check(partners)
        let progress = ProgressLine("scoring", total: partners.pairs.count)
        let images = try concurrentMap(partners.pairs, progress: progress.update) { pair in
            try ImageScores(
                truth: pair.truth.labels(), predicted: pair.predicted.labels(),
                name: pair.predicted.files.paths.first ?? pair.predicted.name)
        }
        progress.finish()
        let scores = SetScores(images)
        if json { try printJSON(scores) } else { printTable(scores) }
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
            printWarnings(["\(path): \(problem); left out"], toStandardError: true)
        }
        guard !partners.pairs.isEmpty else {
            throw InputError(predicted, "has no image in common with \(truth)", advice: "name the files alike")
        }
    }

    private func printTable(_ scores: SetScores) {
        func cells(_ values: [String]) -> String {
            values.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }.joined()
        }
        func row(_ series: SetScores.Series, _ index: Int) -> [String] {
            [series.precision, series.recall, series.f1, series.ap].map { String(format: "%.4f", $0[index]) }
        }
        let names = ["precision", "recall", "F1", "AP"]
        print("\(scores.images) image\(scores.images == 1 ? "" : "s")\n")
        for (title, series) in [("All objects together", scores.pooled), ("Mean over images", scores.perImage)] {
            print(title)
            print("    IoU" + cells(names))
            for (index, threshold) in scores.thresholds.enumerated() {
                print("   " + String(format: "%.2f", threshold) + cells(row(series, index)))
            }
            print("")
        }
        print(String(format: "PQ %.4f   AJI %.4f   Dice %.4f", scores.pq, scores.aji, scores.dice))
    }
}
