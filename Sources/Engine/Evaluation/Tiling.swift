import Torch

/// Runs a network over images of any size: whole where they are small, else in overlapping tiles that are blended.
struct Tiling {
    /// The longest side that is run whole, and the side of a tile; divisible by 16.
    var tile = 512
    /// Pixels by which neighbouring tiles overlap.
    var overlap = 64
    /// What height and width must be divisible by.
    let granularity: Int

    /// Where tiles begin along a side, so that they cover it evenly: at multiples of the granularity, since networks that
    /// pool answer otherwise where their grid lies otherwise. The last tile may be the shorter for it.
    func starts(_ length: Int) -> [Int] {
        if length <= tile { return [0] }
        let count = (length - overlap + tile - overlap - 1) / (tile - overlap)
        return (0..<count).map { index in
            (index * (length - tile) / (count - 1) + granularity - 1) / granularity * granularity
        }
    }

    /// The network's answer on an image 1,C,H,W, on the same pixels.
    ///
    /// Sides are padded by repeating the edge. Where tiles overlap, answers are averaged with weights that fall
    /// linearly towards a tile's rim, so that no seam shows. Without autograd: answers are summed in place.
    func callAsFunction(
        _ image: Tensor, _ network: (Tensor, (y: Int, x: Int)) throws -> Tensor
    ) throws -> Tensor {
        let (height, width) = (image.size(2), image.size(3))
        if height <= tile && width <= tile {
            let padded = try padToGranularity(image)
            return try network(padded, (0, 0)).narrowed(2, from: 0, length: height).narrowed(3, from: 0, length: width)
        }
        let total = try Tensor.zeros([1, 1, height, width], device: image.device)
        var sum: Tensor?
        for y in starts(height) {
            for x in starts(width) {
                let (tileHeight, tileWidth) = (min(tile, height - y), min(tile, width - x))
                func part(_ tensor: Tensor) throws -> Tensor {
                    try tensor.narrowed(2, from: y, length: tileHeight).narrowed(3, from: x, length: tileWidth)
                }
                func add(_ values: Tensor, to whole: Tensor) throws {
                    let place = try part(whole)
                    try place.copy(from: place + values)
                }
                let weight = try ramp(tileHeight, tileWidth).to(device: image.device)
                let answer = try network(padToGranularity(part(image)), (y, x))
                    .narrowed(2, from: 0, length: tileHeight).narrowed(3, from: 0, length: tileWidth).to(.float32)
                let whole = try sum ?? .zeros([1, answer.size(1), height, width], device: image.device)
                try add(answer * weight, to: whole)
                try add(weight, to: total)
                sum = whole
            }
        }
        guard let sum else { throw TorchError.failed("an image without pixels") }
        return try sum / total
    }

    /// Hands over every part of an image 1,C,H,W, padded to the granularity; parts meet without overlap.
    func forEachPart(of image: Tensor, _ body: (Tensor) throws -> Void) throws {
        for y in stride(from: 0, to: image.size(2), by: tile) {
            for x in stride(from: 0, to: image.size(3), by: tile) {
                let part = try image.narrowed(2, from: y, length: min(tile, image.size(2) - y))
                    .narrowed(3, from: x, length: min(tile, image.size(3) - x))
                try body(padToGranularity(part))
            }
        }
    }

    private func padToGranularity(_ image: Tensor) throws -> Tensor {
        let down = (granularity - image.size(2) % granularity) % granularity
        let right = (granularity - image.size(3) % granularity) % granularity
        return down == 0 && right == 0 ? image : try image.edgePadded(right: right, bottom: down)
    }

    /// Weights 1,1,H,W that rise from the rim over the width of an overlap.
    private func ramp(_ height: Int, _ width: Int) throws -> Tensor {
        func profile(_ length: Int) -> [Float] {
            (0..<length).map { Float(min($0 + 1, length - $0, overlap)) / Float(overlap) }
        }
        let (rows, columns) = (profile(height), profile(width))
        return try Tensor(rows.flatMap { row in columns.map { row * $0 } }, shape: [1, 1, height, width])
    }
}
