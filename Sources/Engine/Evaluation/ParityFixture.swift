import Foundation
import Testing
import Torch

/// The figures of `parity/networks.json` (METHOD.md, "Parity fixture"); `PETRI_PARITY` names another file.
struct ParityFixture: Decodable {
    struct Wave: Decodable {
        var frequency: Double
        var phase: Double?
    }

    struct Inputs: Decodable { let mask, image, style1, style2, noise, cotangent: Wave }

    struct Fill: Decodable {
        let frequency, phaseStep: Double
        let modulus: Int
    }

    struct Loss: Decodable { let logitsFrequency, value: Double }

    struct Answer: Decodable {
        let shape: [Int]
        let mean, l2: Double
        let first, last: [Double]
        let gradL2: [String: Double]
    }

    struct Parameter: Decodable {
        let name: String
        let shape: [Int]
        let rule: String

        init(from decoder: any Decoder) throws {
            var fields = try decoder.unkeyedContainer()
            name = try fields.decode(String.self)
            shape = try fields.decode([Int].self)
            rule = try fields.decode(String.self)
        }
    }

    struct Network: Decodable {
        let parameters: [Parameter]
        let parameterCount: Int
        let firstStyleLevels: Int?
        let eval: Answer
        let train: Answer?
    }

    let batch, height, width: Int
    let fill: Fill
    let inputs: Inputs
    let segmentationLoss: Loss
    let networks: [String: Network]

    static func load() throws -> ParityFixture {
        let path = ProcessInfo.processInfo.environment["PETRI_PARITY"]
        let url =
            try path.map { URL(fileURLWithPath: $0) }
            ?? #require(Bundle.module.url(forResource: "Fixtures/networks", withExtension: "json"))
        return try JSONDecoder().decode(ParityFixture.self, from: Data(contentsOf: url))
    }

    /// wave(shape, f, phase)[i] = sin(f i + phase), i row-major.
    func wave(_ shape: [Int], _ wave: Wave) throws -> Tensor {
        let count = shape.reduce(1, *)
        return try Tensor((0..<count).map { Float(sin(wave.frequency * Double($0) + (wave.phase ?? 0))) }, shape: shape)
    }

    func mask() throws -> Tensor { try wave([batch, 1, height, width], inputs.mask).isGreater(than: 0).to(.float32) }

    func image(channels: Int) throws -> Tensor { try wave([batch, channels, height, width], inputs.image) }

    /// Fills a network by the fixture's rule and compares what it answers, and its gradients.
    ///
    /// `trainSlack`, in parts of the norm of all gradients, is allowed in training beside 1e-2 of each gradient.
    func check(
        _ entry: Network, _ store: ParameterStore, trainSlack: Double = 0, _ forward: () throws -> Tensor
    ) throws {
        #expect(store.parameterCount == entry.parameterCount)
        #expect(store.entries.map(\.name) == entry.parameters.map(\.name))
        for (index, parameter) in entry.parameters.enumerated() {
            let own = try #require(store.entries.first { $0.name == parameter.name })
            try #require(own.tensor.shape == parameter.shape, "\(parameter.name)")
            try Torch.withoutGradient { try own.tensor.copy(from: filled(parameter, index)) }
        }
        // Running statistics change in training alone, which comes last.
        try check(entry, entry.eval, store, training: false, slack: 0, forward)
        if let train = entry.train {
            try check(entry, train, store, training: true, slack: trainSlack, forward)
        }
    }

    private func check(
        _ entry: Network, _ answer: Answer, _ store: ParameterStore, training: Bool, slack: Double,
        _ forward: () throws -> Tensor
    ) throws {
        for tensor in store.trainable { tensor.clearGradient() }
        store.isTraining = training
        let output = try forward()
        try #require(output.shape == answer.shape)
        let values = try output.array(of: Double.self)
        let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let scale = norm / Double(values.count).squareRoot()
        #expect(abs(norm - answer.l2) < 1e-3 * answer.l2)
        #expect(abs(values.reduce(0, +) / Double(values.count) - answer.mean) < 1e-3 * max(abs(answer.mean), scale))
        for (mine, theirs) in zip(values, answer.first) { #expect(abs(mine - theirs) < 1e-3 * max(abs(theirs), scale)) }
        for (mine, theirs) in zip(values.suffix(answer.last.count), answer.last) {
            #expect(abs(mine - theirs) < 1e-3 * max(abs(theirs), scale))
        }
        try output.backward(cotangent: wave(answer.shape, inputs.cotangent))
        // A bias before batch norm in training has no effect: its gradient is rounding alone, in the fixture too.
        let whole = answer.gradL2.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for (name, expected) in answer.gradL2 {
            let entry = try #require(store.entries.first { $0.name == name })
            let gradient = try #require(try entry.tensor.gradient(), "\(name) has no gradient")
            let mine = try gradient.to(.float64).power(2).sum().squareRoot().item()
            #expect(
                abs(mine - expected) < 1e-2 * expected + max(slack, 1e-6) * whole,
                "\(name), \(training ? "train" : "eval"): \(mine) instead of \(expected)")
        }
    }

    private func filled(_ parameter: Parameter, _ index: Int) throws -> Tensor {
        let count = parameter.shape.reduce(1, *)
        let fan = Double(parameter.shape.dropFirst().reduce(1, *)).squareRoot()
        // The values repeat: sines are slow.
        let period = (0..<min(count, fill.modulus)).map { i -> Float in
            let w = sin(fill.frequency * Double(i) + fill.phaseStep * Double(index))
            switch parameter.rule {
            case "weight": return Float(w / fan)
            case "scale": return Float(1 + 0.1 * w)
            default: return Float(0.1 * w)
            }
        }
        return try Tensor(SineFill.repeating(period, count: count), shape: parameter.shape)
    }
}
