import Foundation
import TestSupport
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// Inception's features against pytorch-fid's, in parameters of a rule.
    @Suite struct InceptionTests {
        /// What make_inception.py wrote, which explains the rule.
        struct Fixture: Decodable {
            struct Fill: Decodable {
                let frequency, phaseStep, gain: Double
                let modulus: Int
                let norm: [String: [Double]]
            }
            struct Parameter: Decodable {
                let name: String
                let shape: [Int]

                init(from decoder: any Decoder) throws {
                    var fields = try decoder.unkeyedContainer()
                    name = try fields.decode(String.self)
                    shape = try fields.decode([Int].self)
                }
            }
            struct Answer: Decodable {
                let shape: [Int]
                let frequency: Double
                let l2: [Double]
                let first, last: [[Double]]
            }
            let fill: Fill
            let parameters: [Parameter]
            let answers: [Answer]

            static func load() throws -> Fixture {
                try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: NetworkWork.fixture("inception.json")))
            }

            func write(to path: String) throws {
                let tensors = parameters.enumerated().map { place, parameter in
                    TensorToWrite(name: parameter.name, type: .float32, shape: parameter.shape) { body in
                        let count = parameter.shape.reduce(1, *)
                        let period = try period(of: parameter, place, count: count)
                        let values = SineFill.repeating(period, count: count)
                        try values.withUnsafeBytes(body)
                    }
                }
                try SafetensorsFile.write(path, tensors: tensors)
            }

            private func period(of parameter: Parameter, _ place: Int, count: Int) throws -> [Float] {
                func wave(_ i: Int) -> Double {
                    sin(fill.frequency * Double(i) * Double(i) + fill.phaseStep * Double(place))
                }
                let places = 0..<min(fill.modulus, count)
                if parameter.name.hasSuffix("conv.weight") {
                    let gain = fill.gain / Double(parameter.shape.dropFirst().reduce(1, *)).squareRoot()
                    return places.map { Float(($0.isMultiple(of: 2) ? gain : -gain) * wave($0 / 2)) }
                }
                let rule = try #require(fill.norm[String(parameter.name.split(separator: ".").last ?? "")])
                return places.map { Float(rule[0] + rule[1] * wave($0)) }
            }
        }

        @Test func featuresOfColourAndOfGreyImagesAreThoseOfPytorchFid() throws {
            let folder = try TemporaryFolder()
            let fixture = try Fixture.load()
            try fixture.write(to: folder.path("inception"))
            let inception = try Inception(path: folder.path("inception"), device: .cpu)
            #expect(fixture.answers.count == 2)
            for answer in fixture.answers {
                let images = try (NetworkWork.wave(answer.shape, answer.frequency) + 1) / 2
                let features = try inception.features(images, batch: 1)
                #expect(features.type == .float64)
                try #require(features.shape == [answer.shape[0], Inception.width])
                for (image, theirNorm) in answer.l2.enumerated() {
                    let mine: [Double] = try features.narrowed(0, from: image, length: 1).array()
                    let norm = mine.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    #expect(abs(norm / theirNorm - 1) < 1e-3)
                    let scale = theirNorm / Double(mine.count).squareRoot()
                    let theirs = answer.first[image] + answer.last[image]
                    for (mine, theirs) in zip(mine.prefix(16) + mine.suffix(16), theirs) {
                        #expect(abs(mine - theirs) < 1e-3 * max(abs(theirs), scale), "\(mine) instead of \(theirs)")
                    }
                }
            }
            #expect(try inception.features(.zeros([0, 1, 8, 8])).shape == [0, Inception.width])
            #expect(throws: TorchError.self) { try inception.features(.zeros([1, 2, 8, 8])) }
        }

        @Test func anotherFileIsRefusedByWhatItLacks() throws {
            let error = #expect(throws: TorchError.self) {
                try Inception(path: NetworkWork.fixture("deepsea.pth").path, device: .cpu)
            }
            #expect("\(error as Any)".contains("has no tensor Conv2d_1a_3x3.bn.weight"))
            let folder = try TemporaryFolder()
            let short = TensorToWrite(
                name: "Conv2d_1a_3x3.bn.weight", type: .float32, shape: [3], bytes: [UInt8](repeating: 0, count: 12))
            try SafetensorsFile.write(folder.path("short"), tensors: [short])
            let fault = #expect(throws: TorchError.self) { try Inception(path: folder.path("short"), device: .cpu) }
            #expect("\(fault as Any)".contains("Conv2d_1a_3x3.bn.weight is of shape [3] where [32] is needed"))
            #expect(throws: TensorFileError.self) { try Inception(path: folder.path("none"), device: .cpu) }
        }
    }
}
