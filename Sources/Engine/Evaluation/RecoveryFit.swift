import Imaging
import Measures
import Runs

/// Finds how a segmenter's objects are best told apart, by the images that it learns from and others.
struct RecoveryFit {
    /// The depths between objects that are tried, rising.
    private static let depths = [1, 1.5, 2, 3, .infinity]
    /// So much less may a lower depth score, whatever its standard error: on images that it learned from a network is surer
    /// than it will be on others, and parts objects more deeply.
    private static let tolerance = 0.02
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

    /// The recovery of least depth with nearly the best scores on validation and training images, and what it scores on those
    /// of validation.
    func callAsFunction(
        _ segmentation: Segmentation, on validation: [TrainingImage]
    ) throws -> (recovery: InstanceRecovery, scores: SetScores) {
        let candidates = Self.depths.map { depth in
            minimumAreas.map { InstanceRecovery(depth: depth, minimumArea: $0) }
        }
        var scores = candidates.map { $0.map { _ in [ImageScores]() } }
        for image in validation + training {
            let answer = try segmentation.answer(to: image)
            let watershed = candidates[0][0].watershed(
                classes: answer.classes, interior: answer.interior, width: image.width, height: image.height)
            for (row, alike) in candidates.enumerated() {
                let grown = alike[0].withSmallObjects(watershed, classes: answer.classes)
                for (column, candidate) in alike.enumerated() {
                    let objects = grown.removingSmall(minimumArea: candidate.minimumArea).relabelled()
                    let table = try OverlapTable(truth: image.labels, predicted: objects, name: image.name)
                    scores[row][column].append(ImageScores(table))
                }
            }
        }
        let (row, column) = Self.choice(among: scores)
        return (candidates[row][column], SetScores(Array(scores[row][column].prefix(validation.count))))
    }

    /// The first row whose best candidate is nearly as good as the best of all, and that candidate: at most a standard error
    /// of the difference worse (the rule of Breiman et al., Classification and Regression Trees, 1984; the error is the
    /// jackknife's over images), so that one odd image among a few does not decide.
    /// - Parameter scores: of every image, in rows of candidates.
    static func choice(among scores: [[[ImageScores]]]) -> (row: Int, column: Int) {
        let rows = scores.map { row in
            let totals = row.map(total)
            let qualities = totals.map(quality)
            let column = qualities.indices.reduce(0) { qualities[$1] > qualities[$0] ? $1 : $0 }
            return (column: column, quality: qualities[column], total: totals[column], images: row[column])
        }
        let best = rows.reduce(rows[0]) { $1.quality > $0.quality ? $1 : $0 }
        let chosen = rows.firstIndex { row in
            let less = best.quality - row.quality
            guard less > tolerance else { return true }
            // What is left without each image in turn, taken from the sums: anew would cost the square of the images.
            let differences = zip(best.images, row.images).map { inBest, inRow in
                quality(zip(best.total, inBest.counts).map(-)) - quality(zip(row.total, inRow.counts).map(-))
            }
            let count = Double(differences.count)
            return less <= (Spread(differences)?.deviation ?? 0) * (count - 1) / count.squareRoot()
        }
        return (chosen ?? 0, rows[chosen ?? 0].column)
    }

    /// The counts of all images at every threshold.
    private static func total(_ images: [ImageScores]) -> [MatchCounts] {
        let none = ImageScores.usualThresholds.map { _ in MatchCounts() }
        return images.reduce(none) { zip($0, $1.counts).map(+) }
    }

    /// F1 at IoU 0.5 and the mean over all thresholds: a single threshold would follow the chance of a few objects.
    private static func quality(_ counts: [MatchCounts]) -> Double {
        counts.reduce(counts[0].f1) { $0 + $1.f1 / Double(counts.count) }
    }
}
