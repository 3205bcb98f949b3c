extension OverlapTable {
    /// The pairs of objects that count as found at an IoU of at least `threshold`, ordered by true object; no object is in
    /// two of them.
    ///
    /// As many pairs as possible, and among such choices the one with the largest sum of IoU: what the Hungarian
    /// assignment with cost -(IoU >= threshold) - IoU / (2 min(n, m)) finds among them. Above 0.5 no object can be in two
    /// candidate pairs, so the assignment is only worked out where candidates compete, one group of rivals at a time.
    /// - Parameter threshold: In (0, 1]. IoU is the correctly rounded quotient of two counts, so 1 of 2 pixels is 0.5.
    public func matches(threshold: Double) -> [Overlap] {
        precondition(threshold > 0 && threshold <= 1, "IoU threshold outside (0, 1]")
        let candidates = overlaps.filter { $0.iou >= threshold }
        var truthUses = [Int32](repeating: 0, count: truthAreas.count)
        var predictedUses = [Int32](repeating: 0, count: predictedAreas.count)
        for candidate in candidates {
            truthUses[candidate.truth] += 1
            predictedUses[candidate.predicted] += 1
        }
        func isAlone(_ overlap: Overlap) -> Bool {
            truthUses[overlap.truth] == 1 && predictedUses[overlap.predicted] == 1
        }
        let rivals = candidates.filter { !isAlone($0) }
        guard !rivals.isEmpty else { return candidates }
        let settled = groups(of: rivals).flatMap(Self.settle)
        return (candidates.filter(isAlone) + settled).sorted { $0.truth < $1.truth }
    }

    /// The pairs in groups that share no object with one another.
    private func groups(of pairs: [Overlap]) -> [[Overlap]] {
        // Union-find over true objects, then predicted objects.
        var parents = Array(0..<(truthAreas.count + predictedAreas.count))
        func root(_ node: Int) -> Int {
            var node = node
            while parents[node] != node {
                parents[node] = parents[parents[node]]
                node = parents[node]
            }
            return node
        }
        for pair in pairs { parents[root(pair.truth)] = root(truthAreas.count + pair.predicted) }
        return Dictionary(grouping: pairs) { root($0.truth) }.values.sorted { $0[0].truth < $1[0].truth }
    }

    /// The best choice among pairs that compete for objects.
    private static func settle(_ pairs: [Overlap]) -> [Overlap] {
        let truths = Set(pairs.map(\.truth)).sorted()
        let predictions = Set(pairs.map(\.predicted)).sorted()
        let rowOf = Dictionary(uniqueKeysWithValues: zip(truths, 0...))
        let columnOf = Dictionary(uniqueKeysWithValues: zip(predictions, 0...))
        let most = Double(2 * min(truths.count, predictions.count))
        var weights = [Double](repeating: 0, count: truths.count * predictions.count)
        var pairAt = [Int?](repeating: nil, count: weights.count)
        for (index, pair) in pairs.enumerated() {
            guard let row = rowOf[pair.truth], let column = columnOf[pair.predicted] else { continue }
            weights[row * predictions.count + column] = 1 + pair.iou / most
            pairAt[row * predictions.count + column] = index
        }
        let columns = bestAssignment(weights: weights, rows: truths.count, columns: predictions.count)
        return columns.enumerated().compactMap { row, column in
            column.flatMap { pairAt[row * predictions.count + $0] }.map { pairs[$0] }
        }
    }
}
