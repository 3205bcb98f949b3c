import Foundation
import Imaging
import Torch

/// What the published implementation answers: figures of its networks, filled and fed by sines (METHOD.md, "Parity
/// fixture"; `parity/networks.json`).
public struct ParityFixture: Decodable, Sendable {
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

    /// Reads the file.
    /// - Throws: `InputError`.
    public static func read(_ path: String) throws -> ParityFixture {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw InputError(path, "cannot be read", advice: "name the fixture's networks.json")
        }
        do {
            return try JSONDecoder().decode(ParityFixture.self, from: bytes)
        } catch {
            throw InputError(path, "is no parity fixture", advice: "name the fixture's networks.json")
        }
    }

    /// wave(shape, f, phase)[i] = sin(f i + phase), i row-major.
    func wave(_ shape: [Int], _ wave: Wave) throws -> Tensor {
        let count = shape.reduce(1, *)
        return try Tensor((0..<count).map { Float(sin(wave.frequency * Double($0) + (wave.phase ?? 0))) }, shape: shape)
    }

    func mask() throws -> Tensor { try wave([batch, 1, height, width], inputs.mask).isGreater(than: 0).to(.float32) }

    func image(channels: Int) throws -> Tensor { try wave([batch, channels, height, width], inputs.image) }

    /// The values of the network's parameter `index`.
    func filled(_ parameter: Parameter, _ index: Int) throws -> Tensor {
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

/// Large tensors are filled with short periods of sines.
enum SineFill {
    static func repeating(_ period: [Float], count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            var start = 0
            while start < count {
                let length = min(period.count, count - start)
                for i in 0..<length { buffer[start + i] = period[i] }
                start += length
            }
            initialized = count
        }
    }
}
