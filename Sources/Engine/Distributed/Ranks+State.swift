import Datasets
import Foundation
import Imaging
import Runs
import Torch

/// What rank 0 tells the others before every step.
enum RankOrder: Equatable {
    /// Train a step, so much of the stage being done.
    case step(spent: Double)
    /// Take over rank 0's state, which follows.
    case state
    /// It is over.
    case end(Trainer.Ending)
}

// What goes from rank 0 to the others.
extension Ranks {
    /// Replaces numbers by rank 0's.
    private func broadcast(_ numbers: [Double]) throws -> [Double] {
        let tensor = try Tensor(numbers, shape: [numbers.count])
        try control.broadcast(tensor)
        return try tensor.array()
    }

    private static let endings: [Trainer.Ending] = [.budget, .patience, .stopRequested, .interrupted]

    /// Rank 0: tells the others what comes next.
    func tell(_ order: RankOrder) throws {
        let numbers: [Double] =
            switch order {
            case .step(let spent): [0, spent]
            case .state: [1, 0]
            case .end(let ending): [2, Double(Self.endings.firstIndex(of: ending) ?? 0)]
            }
        _ = try broadcast(numbers)
        if case .end = order { isOver = true }
    }

    /// The others: what comes next, as rank 0 says.
    func hear() throws -> RankOrder {
        let numbers = try broadcast([0, 0])
        switch numbers[0] {
        case 0: return .step(spent: numbers[1])
        case 1: return .state
        default:
            isOver = true
            return .end(Self.endings[Int(numbers[1])])
        }
    }

    /// Makes weights, optimisers and position rank 0's.
    func synchronise(_ models: Models, _ checkpoint: inout Checkpoint) throws {
        let start = checkpoint.segmenterStart
        let numbers = try broadcast(
            [
                Double(checkpoint.step), Double(checkpoint.returns), start == nil ? 0 : 1, Double(start?.step ?? 0),
                start?.seconds ?? 0,
            ] + models.optimizers.map { Double($0.optimizer.step) } + models.averages.map { Double($0.average.steps) })
        (checkpoint.step, checkpoint.returns) = (Int(numbers[0]), Int(numbers[1]))
        checkpoint.segmenterStart = numbers[2] == 0 ? nil : .init(step: Int(numbers[3]), seconds: numbers[4])
        var counts = numbers.dropFirst(5).map { Int($0) }[...]
        for (_, optimizer) in models.optimizers { optimizer.step = counts.removeFirst() }
        for (_, average) in models.averages { average.steps = counts.removeFirst() }
        try synchroniseTensors(of: models)
    }

    private func synchroniseTensors(of models: Models) throws {
        let weights = models.stores.flatMap { $0.store.entries.map(\.tensor) }
        let moments = models.optimizers.flatMap { $0.optimizer.firstMoments + $0.optimizer.secondMoments }
        for tensor in weights + moments + models.averages.flatMap({ $0.average.values }) {
            try tensors.broadcast(tensor.detach())
        }
    }

    /// The means of a step's losses over the ranks.
    func mean(_ losses: [(name: String, value: Tensor)]) throws -> [(name: String, value: Tensor)] {
        let numbers = try losses.map { try $0.value.detach().to(.float32).reshaped([1]) }
        let values = try Tensor.concatenated(numbers, dimension: 0)
        try tensors.sum(values)
        let means = try (values * (1 / Double(count))).chunks(losses.count, dimension: 0)
        return zip(losses, means).map { ($0.name, $1) }
    }

    /// Checks that all have the same settings and the same images.
    /// - Throws: `InputError` in every process that has others than rank 0.
    func agree(on settings: TrainingSettings, _ data: TrainingData) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var sum = Hash64()
        sum.add(String(decoding: try encoder.encode(settings), as: UTF8.self))
        for image in data.training + data.synthetic {
            sum.add("\(image.name) \(image.width) \(image.height)")
            image.labels.labels.withUnsafeBytes { sum.add($0) }
            for plane in image.planes { plane.values.withUnsafeBytes { sum.add($0) } }
        }
        let hash = sum.value
        let own = [Double(hash >> 32), Double(hash & 0xFFFF_FFFF)]
        guard try broadcast(own) == own else {
            throw InputError(
                names[environment.rank], "has other images or other options than rank 0",
                advice: "start all processes with the same command on the same data")
        }
    }
}
