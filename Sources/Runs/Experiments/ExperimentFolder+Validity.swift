import Imaging

// What was read may have been edited by hand, or come from elsewhere.

extension ExperimentPlan {
    /// The most trainings that are planned.
    public static let mostCells = 100_000

    /// What is wrong with a plan that was read, as the rest of a sentence; nil where nothing is.
    var problem: String? {
        guard dataSets.allSatisfy({ Self.isName($0.name) }), Set(dataSets.map(\.name)).count == dataSets.count else {
            return "has a data set without a name of its own that folders can have"
        }
        guard dataSets.allSatisfy({ $0.images >= 2 }), sizes.allSatisfy({ $0 >= 2 }) else {
            return "has fewer than two images to train on"
        }
        guard budgets.allSatisfy({ $0.amount > 0 && $0.amount <= Double(TrainingSettings.Budget.most) }) else {
            return "has a budget out of its range"
        }
        let counts = [dataSets.count, sizes.count, seeds.count, arms.count, budgets.count]
        var cells = 1
        for count in counts {
            let product = cells.multipliedReportingOverflow(by: count)
            cells = product.overflow ? Int.max : product.partialValue
        }
        return cells <= Self.mostCells ? nil : "plans more than \(Self.mostCells) trainings"
    }

    /// Whether a name is one of those that `names(of:)` makes.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }
}

extension CellScores {
    /// Whether counts and times can be reckoned with.
    var isSane: Bool {
        let most = 1e9
        func isSane(_ value: Double) -> Bool { value >= 0 && value <= most * most }
        return trainingSeconds >= 0 && trainingSeconds <= most && seconds >= 0 && seconds <= most
            && images.allSatisfy { image in
                [image.dice.part, image.dice.whole, image.pq.part, image.pq.whole].allSatisfy(isSane)
                    && image.matches.allSatisfy { match in
                        [match.tp, match.fp, match.fn].allSatisfy { $0 >= 0 && $0 <= Int(most) }
                    }
            }
    }
}
