import Imaging
import Measures
import Runs

/// Finds how a segmenter's objects are best told apart, by images with known objects that it was not trained on.
struct RecoveryFit {
    /// How sure a pixel has to be to mark an object.
    private static let confidences = [0, 0.7, 0.85, 0.95, 0.98]
    /// Parts of the training objects below whose areas objects may be dropped: half of the smallest area of so large a part.
    private static let parts = [0.01, 0.05, 0.1]

    /// Least areas that are tried.
    let minimumAreas: [Int]

    /// - Parameter images: objects as they are in training; the least area is one of theirs halved, never under the published.
    init(objects images: [LabelImage]) {
        let areas = images.flatMap(\.areas.values).sorted()
        let published = InstanceRecovery.published.minimumArea
        let halves = Self.parts.map { part in
            areas.isEmpty ? published : max(published, areas[Int(Double(areas.count - 1) * part)] / 2)
        }
        minimumAreas = Set(halves).sorted()
    }

    /// The recovery with the best scores on the images, the mildest of equals, and those scores.
    func callAsFunction(
        _ segmentation: Segmentation, on images: [TrainingImage]
    ) throws -> (recovery: InstanceRecovery, scores: SetScores) {
        let candidates = Self.confidences.map { confidence in
            minimumAreas.map { InstanceRecovery(confidence: confidence, minimumArea: $0) }
        }
        var scores = candidates.map { $0.map { _ in [ImageScores]() } }
        for image in images {
            let answer = try segmentation.answer(to: image)
            for (row, alike) in candidates.enumerated() {
                let grown = alike[0].withSmallObjects(
                    classes: answer.classes, interior: answer.interior, width: image.width, height: image.height)
                for (column, candidate) in alike.enumerated() {
                    let objects = grown.removingSmall(minimumArea: candidate.minimumArea).relabelled()
                    let table = try OverlapTable(truth: image.labels, predicted: objects, name: image.name)
                    scores[row][column].append(ImageScores(table))
                }
            }
        }
        let results = zip(candidates.joined(), scores.joined()).map { ($0, SetScores($1)) }
        // A single threshold would follow the chance of a few objects.
        func quality(_ scores: SetScores) -> Double {
            scores.pooled.f1.reduce(scores.pooled.f1[0]) { $0 + $1 / Double(scores.thresholds.count) }
        }
        return results.dropFirst().reduce(results[0]) { quality($1.1) > quality($0.1) ? $1 : $0 }
    }
}
