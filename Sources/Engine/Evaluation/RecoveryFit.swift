import Imaging
import Measures
import Runs

/// Finds how a segmenter's objects are best told apart, by the images that it learns from and others.
struct RecoveryFit {
    /// How sure a pixel has to be to mark an object.
    private static let confidences = [0, 0.7, 0.85, 0.95, 0.98]
    /// Parts of the training objects below whose areas objects may be dropped: half of the smallest area of so large a part.
    private static let parts = [0.01, 0.05, 0.1]

    /// Of more training images so many are looked at.
    private static let mostTraining = 8

    /// Least areas that are tried.
    let minimumAreas: [Int]
    /// What is looked at beside the validation images: a choice by one or two images follows chance.
    let training: ArraySlice<TrainingImage>

    /// - Parameters:
    ///   - images: those of training; the least area is one of their objects' halved, never under the published.
    ///   - pixels: so many of theirs may be looked at.
    init(training images: [TrainingImage], pixels: Int = .max) {
        let count = min(Self.mostTraining, images.count)
        var left = pixels
        training = (0..<count).map { images[$0 * images.count / count] }.prefix { image in
            left -= image.width * image.height
            return left >= 0
        }
        let areas = images.flatMap(\.labels.areas.values).sorted()
        let published = InstanceRecovery.published.minimumArea
        let halves = Self.parts.map { part in
            areas.isEmpty ? published : max(published, areas[Int(Double(areas.count - 1) * part)] / 2)
        }
        minimumAreas = Set(halves).sorted()
    }

    /// The recovery with the best scores on validation and training images, the mildest of equals, and what it scores on
    /// those of validation.
    func callAsFunction(
        _ segmentation: Segmentation, on validation: [TrainingImage]
    ) throws -> (recovery: InstanceRecovery, scores: SetScores) {
        let candidates = Self.confidences.map { confidence in
            minimumAreas.map { InstanceRecovery(confidence: confidence, minimumArea: $0) }
        }
        var scores = candidates.map { $0.map { _ in [ImageScores]() } }
        for image in validation + training {
            let answer = try segmentation.answer(to: image)
            let pieces = InstanceRecovery.pieces(
                ofInterior: answer.classes, width: image.width, height: image.height)
            for (row, alike) in candidates.enumerated() {
                let grown = alike[0].withSmallObjects(
                    pieces: pieces, classes: answer.classes, interior: answer.interior)
                for (column, candidate) in alike.enumerated() {
                    let objects = grown.removingSmall(minimumArea: candidate.minimumArea).relabelled()
                    let table = try OverlapTable(truth: image.labels, predicted: objects, name: image.name)
                    scores[row][column].append(ImageScores(table))
                }
            }
        }
        let results = zip(candidates.joined(), scores.joined()).map {
            (recovery: $0, images: $1, scores: SetScores($1))
        }
        // A single threshold would follow the chance of a few objects.
        func quality(_ scores: SetScores) -> Double {
            scores.pooled.f1.reduce(scores.pooled.f1[0]) { $0 + $1 / Double(scores.thresholds.count) }
        }
        let best = results.dropFirst().reduce(results[0]) { quality($1.scores) > quality($0.scores) ? $1 : $0 }
        return (best.recovery, SetScores(Array(best.images.prefix(validation.count))))
    }
}
