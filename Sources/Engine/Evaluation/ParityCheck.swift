import Foundation
import Imaging
import Runs
import Torch

/// A figure that is not what the published implementation says.
public struct Deviation: Encodable, Equatable, Sendable, CustomStringConvertible {
    /// "l2, train".
    public let what: String
    public let mine: Double
    public let expected: Double
    /// How far from the expected figure it may be.
    public let allowed: Double

    public var description: String { "\(what): \(mine) instead of \(expected) ± \(allowed)" }
}

extension ParityFixture {
    /// What the fixture's loss is called beside its networks.
    public static let loss = "segmentationLoss"

    /// What can be checked: the networks in order, then the loss.
    public var names: [String] { networks.keys.sorted() + [Self.loss] }

    /// Checks a network's values and gradients on a device, in float32, and returns what is not as it should be.
    /// - Throws: `InputError` where Petri has no network of this name.
    public func deviations(of name: String, on device: Device) throws -> [Deviation] {
        try Torch.withFullFloat32 {
            if name == Self.loss { return try lossDeviations(on: device) }
            let parts = name.split(separator: "-")
            guard let entry = networks[name], parts.count == 2, let channels = Int(parts[1]) else {
                throw InputError("the fixture", "has no network \(name.printable)")
            }
            let image = try image(channels: channels).to(device: device)
            let segmenters = ["UNet": SegmenterKind.unet, "CellPose": .cellpose, "DeepSea": .deepsea]
            switch (parts[0], segmenters[String(parts[0])]) {
            case ("StyleUNet", _): return try generatorDeviations(entry, channels: channels, on: device)
            case ("PatchDiscriminator", _):
                let network = try PatchDiscriminator(channels: channels, device: device)
                return try compare(entry, network.store, on: device) { try network(image) }
            case (_, let kind?):
                let network = try kind.make(channels: channels, classes: 2, base: 64, device: device)
                // In training CellPose's batch norms right at the input get gradients that are small sums of large terms:
                // in float64 PyTorch gives 36.95 for `res_down_0.proj.0.weight` where the fixture's float32 says 34.59, and
                // oneDNN's kernels for AVX-512 28.4 where those for AVX2 agree with the fixture.
                let slack = kind == .cellpose ? 1e-3 : 0
                return try compare(entry, network.store, on: device, trainSlack: slack) { try network(image) }
            default: throw InputError("the fixture", "has the network \(name.printable), which Petri has not")
            }
        }
    }

    private func lossDeviations(on device: Device) throws -> [Deviation] {
        let logits = try wave([batch, 2, height, width], .init(frequency: segmentationLoss.logitsFrequency))
        let target = try mask().squeezed(1).to(.int64)
        let loss = try SegmentationLoss.value(logits.to(device: device), target: target.to(device: device))
        var result = Comparison()
        let expected = segmentationLoss.value
        result.hold("value", try loss.item(), against: expected, allowing: 1e-3 * expected)
        return result.deviations
    }

    private func generatorDeviations(_ entry: Network, channels: Int, on device: Device) throws -> [Deviation] {
        let network = try StyleUNet(conditions: 1, imageChannels: channels, device: device)
        let first = entry.firstStyleLevels ?? StyleUNet.levels
        let mask = try mask().to(device: device)
        let styles = try [
            (latent: wave([batch, 128], inputs.style1).to(device: device), levels: first),
            (latent: wave([batch, 128], inputs.style2).to(device: device), levels: StyleUNet.levels - first),
        ].filter { $0.levels > 0 }
        let noise = try ((wave([batch, height, width, 1], inputs.noise) + 1) / 2).to(device: device)
        return try compare(entry, network.store, on: device) { try network(mask, styles: styles, noise: noise) }
    }

    /// Fills a network by the fixture's rule and compares what it answers, and its gradients.
    /// - Parameter trainSlack: parts of the norm of all gradients that are allowed in training beside 1e-2 of each gradient.
    private func compare(
        _ entry: Network, _ store: ParameterStore, on device: Device, trainSlack: Double = 0,
        _ forward: () throws -> Tensor
    ) throws -> [Deviation] {
        guard store.entries.map(\.name) == entry.parameters.map(\.name),
            store.entries.map(\.tensor.shape) == entry.parameters.map(\.shape)
        else { throw TorchError.parameters("the network's parameters are not those of the fixture") }
        try Torch.withoutGradient {
            for (index, parameter) in entry.parameters.enumerated() {
                try store.entries[index].tensor.copy(from: filled(parameter, index))
            }
        }
        var result = Comparison()
        result.hold("parameters", Double(store.parameterCount), against: Double(entry.parameterCount), allowing: 0.5)
        // Running statistics change in training alone, which comes last.
        try compare(entry.eval, store, on: device, training: false, slack: 0, forward, into: &result)
        if let train = entry.train {
            try compare(train, store, on: device, training: true, slack: trainSlack, forward, into: &result)
        }
        return result.deviations
    }

    private func compare(
        _ answer: Answer, _ store: ParameterStore, on device: Device, training: Bool, slack: Double,
        _ forward: () throws -> Tensor, into result: inout Comparison
    ) throws {
        let mode = training ? "train" : "eval"
        for tensor in store.trainable { tensor.clearGradient() }
        store.isTraining = training
        let output = try forward()
        guard output.shape == answer.shape else {
            throw TorchError.parameters("the network answers \(output.shape) instead of \(answer.shape)")
        }
        let values = try output.array(of: Double.self)
        let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let scale = norm / Double(values.count).squareRoot()
        let mean = values.reduce(0, +) / Double(values.count)
        result.hold("l2, \(mode)", norm, against: answer.l2, allowing: 1e-3 * answer.l2)
        result.hold("mean, \(mode)", mean, against: answer.mean, allowing: 1e-3 * max(abs(answer.mean), scale))
        for (place, (mine, theirs)) in zip(values, answer.first).enumerated() {
            result.hold("value \(place), \(mode)", mine, against: theirs, allowing: 1e-3 * max(abs(theirs), scale))
        }
        for (place, (mine, theirs)) in zip(values.reversed(), answer.last.reversed()).enumerated() {
            result.hold(
                "value \(place) from the end, \(mode)", mine, against: theirs,
                allowing: 1e-3 * max(abs(theirs), scale))
        }
        try output.backward(cotangent: wave(answer.shape, inputs.cotangent).to(device: device))
        // A bias before batch norm in training has no effect: its gradient is rounding alone, in the fixture too.
        let whole = answer.gradL2.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for (name, expected) in answer.gradL2.sorted(by: { $0.key < $1.key }) {
            let gradient = try store.entries.first { $0.name == name }?.tensor.gradient()
            let mine = try gradient?.to(.float64).power(2).sum().squareRoot().item()
            result.hold(
                "gradient of \(name), \(mode)", mine ?? .nan, against: expected,
                allowing: 1e-2 * expected + max(slack, 1e-6) * whole)
        }
    }
}

/// Figures held against what is expected.
private struct Comparison {
    private(set) var deviations: [Deviation] = []

    mutating func hold(_ what: String, _ mine: Double, against expected: Double, allowing allowed: Double) {
        // What is not a number is within no bounds.
        if abs(mine - expected) < allowed { return }
        deviations.append(Deviation(what: what, mine: mine, expected: expected, allowed: allowed))
    }
}
