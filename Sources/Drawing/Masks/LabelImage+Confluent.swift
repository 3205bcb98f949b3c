import Imaging

extension LabelImage {
    /// The objects grown by up to `reach` pixels until they meet or `gap` pixels of background are left between them; each
    /// in one piece, numbered 1, 2, ... in the order of their first pixels.
    func confluent(reach: Int, gap: Int) -> LabelImage {
        var grown = grown(maximumDistance: reach + 1)
        if gap > 0 { grown = grown.parted(radiusSquared: (gap + 1) * (gap + 1) - 1) }
        return grown.largestPieces.relabelled()
    }

    /// The image less the pixels that lie too near to another object: of two, now one and now the other gives way.
    private func parted(radiusSquared: Int) -> LabelImage {
        let reach = CellShape.reach(radiusSquared)
        let rims = outlines()
        var parted = self
        let (width, height) = (width, height)
        for y in 0..<height {
            for x in 0..<width where rims[y * width + x] != 0 {
                let label = self[x, y]
                for v in max(0, y - reach)...min(height - 1, y + reach) {
                    let half = CellShape.reach(radiusSquared - (v - y) * (v - y))
                    for u in max(0, x - half)...min(width - 1, x + half) {
                        let other = self[u, v]
                        guard other != 0, other != label else { continue }
                        let loser = (other + label) % 2 == 0 ? min(other, label) : max(other, label)
                        if other == loser { parted[u, v] = 0 }
                    }
                }
            }
        }
        return parted
    }

    /// Of every object its largest 4-connected piece only.
    private var largestPieces: LabelImage {
        let pieces = components()
        let areas = pieces.areas
        var best: [Int32: (piece: Int32, area: Int)] = [:]
        for (index, piece) in pieces.labels.enumerated() where piece != 0 {
            let area = areas[piece] ?? 0
            if area > best[labels[index]]?.area ?? 0 { best[labels[index]] = (piece, area) }
        }
        if best.count == areas.count { return self }
        let kept = Set(best.values.map(\.piece))
        var result = self
        for (index, piece) in pieces.labels.enumerated() where piece != 0 && !kept.contains(piece) {
            result.labels[index] = 0
        }
        return result
    }
}
