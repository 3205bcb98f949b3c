import Torch

/// Which part of every batch this process computes: item k belongs to rank k mod `count`, so that crops of every kind come
/// to all ranks.
struct BatchShare: Sendable {
    let rank: Int
    /// How many processes there are.
    let count: Int

    /// All of it.
    static let whole = BatchShare(rank: 0, count: 1)

    /// The items of a batch of `size` that are this process's.
    func items(of size: Int) -> [Int] { Array(stride(from: rank, to: size, by: count)) }

    /// This process's part of a batch, whose items lie along the first dimension.
    func part(of batch: Tensor) throws -> Tensor {
        if count == 1 { return batch }
        let items = items(of: batch.size(0)).map(Int64.init)
        return try batch.selected(0, Tensor(items, shape: [items.count]).to(device: batch.device))
    }

    func part(of batch: CropSampler.Batch) -> CropSampler.Batch {
        count == 1 ? batch : batch.choosing(items(of: batch.count))
    }
}
