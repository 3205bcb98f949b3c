import Foundation
import Imaging

extension Phantom {
    /// One nucleus as it was placed.
    struct Nucleus {
        let outline: Outline
        let x: Double
        let y: Double
        let brightness: Double
        /// Nuclei above or below the focal plane are blurred and pale.
        let inFocus: Bool
        let nucleoli: [(x: Double, y: Double, radius: Double)]
    }

    /// Stained nuclei: in focus and out of it, with textured chromatin and dark nucleoli, bright and dim, on an uneven
    /// ground with haze about the cells, through a microscope's blur, with the camera's shot and read noise.
    static func fluorescence(_ settings: Settings, using generator: inout SeededGenerator) -> Phantom {
        let (width, height) = (settings.width, settings.height)
        var labels = LabelImage(width: width, height: height)
        let nuclei = placeNuclei(settings, labels: &labels, using: &generator)

        let fine = Plane.noise(width: width, height: height, sigma: 1.2, using: &generator)
        let coarse = Plane.noise(width: width, height: height, sigma: 3.5, using: &generator)
        var (sharp, soft) = (Plane(width: width, height: height), Plane(width: width, height: height))
        let strength = generator.uniform(0.12, 0.3)
        for nucleus in nuclei {
            if nucleus.inFocus {
                paint(nucleus, on: &sharp, fine: fine, coarse: coarse, strength: strength)
            } else {
                paint(nucleus, on: &soft, fine: fine, coarse: coarse, strength: strength)
            }
        }
        sharp = sharp.blurred(sigma: generator.uniform(0.8, 1.3))
        soft = soft.blurred(sigma: generator.uniform(2.2, 3.2))
        for index in sharp.values.indices { sharp.values[index] += soft.values[index] }
        let haze = sharp.blurred(sigma: 14 * settings.size)

        let field = Plane.uneven(width: width, height: height, using: &generator)
        let ground = Plane.noise(width: width, height: height, sigma: 25, using: &generator)
        // Photoelectrons for the brightest nuclei, and counts of the camera for each.
        let light = generator.uniform(130, 420) * settings.contrast
        let pale = generator.uniform(4, 14)
        let gain = 1200 / max(light, 30)
        var samples = [UInt16](repeating: 0, count: width * height)
        for index in samples.indices {
            let lit = Double(sharp.values[index] + 0.16 * haze.values[index]) * (1 + 0.35 * Double(field.values[index]))
            let stray = pale * (1 + 0.5 * Double(field.values[index]) + 0.12 * Double(ground.values[index]))
            let electrons = generator.poisson(lit * light + stray) + 1.5 * generator.normal()
            samples[index] = UInt16(min(max(100 + gain * electrons, 0), 4095))
        }
        return Phantom(
            image: Image(width: width, height: height, channels: 1, bits: 16, samples: .uint16(samples)), labels: labels
        )
    }

    /// Labels the nuclei of a picture.
    static func placeNuclei(
        _ settings: Settings, labels: inout LabelImage, using generator: inout SeededGenerator
    ) -> [Nucleus] {
        let usual = 10 * settings.size * generator.uniform(0.85, 1.2)
        let roughness = generator.uniform(0.015, 0.05)
        var nuclei: [Nucleus] = []
        for _ in 0..<settings.count(usual: 24, using: &generator) {
            let radius = max(2, usual * exp(0.16 * generator.normal()))
            let outline = Outline(
                radius: radius, ratio: 1 + abs(0.35 * generator.normal()), roughness: roughness, using: &generator)
            let side = 2 * Int(outline.reach.rounded(.up)) + 1
            let middle = Double(side) / 2
            let stamp = Stamp(
                width: side, height: side,
                covered: (0..<side * side).map {
                    outline.depth(Double($0 % side) + 0.5 - middle, Double($0 / side) + 0.5 - middle) <= 1
                }
            ).largestPart
            let touching = generator.happens(settings.touching)
            guard
                let place = labels.scatter(
                    stamp, label: Int32(nuclei.count + 1), beside: nuclei.map { ($0.x, $0.y) }, touching: touching,
                    using: &generator)
            else { continue }
            let inFocus = generator.happens(0.85)
            let dim = generator.happens(0.2)
            nuclei.append(
                Nucleus(
                    outline: outline, x: Double(place.left) + middle, y: Double(place.top) + middle,
                    brightness: dim ? generator.uniform(0.14, 0.32) : min(1.2, 0.62 * exp(0.32 * generator.normal())),
                    inFocus: inFocus,
                    nucleoli: (0..<generator.index(below: 4)).map { _ in
                        let direction = Direction(generator.uniform(0, 2 * .pi))
                        let distance = radius * generator.uniform(0, 0.55)
                        return (distance * direction.x, distance * direction.y, radius * generator.uniform(0.12, 0.22))
                    }))
        }
        return nuclei
    }

    /// Adds a nucleus to the light of its plane.
    private static func paint(_ nucleus: Nucleus, on plane: inout Plane, fine: Plane, coarse: Plane, strength: Double) {
        let reach = Int(nucleus.outline.reach.rounded(.up)) + 1
        for y in max(0, Int(nucleus.y) - reach)..<min(plane.height, Int(nucleus.y) + reach + 1) {
            for x in max(0, Int(nucleus.x) - reach)..<min(plane.width, Int(nucleus.x) + reach + 1) {
                let (u, v) = (Double(x) + 0.5 - nucleus.x, Double(y) + 0.5 - nucleus.y)
                let depth = nucleus.outline.depth(u, v)
                guard depth <= 1 else { continue }
                let index = y * plane.width + x
                // A flattened ball: the rim is thinner than the middle.
                let thickness = 0.62 + 0.38 * (1 - depth * depth).squareRoot()
                var texture = 1 + strength * (0.6 * Double(fine.values[index]) + Double(coarse.values[index]))
                for spot in nucleus.nucleoli {
                    let squared = (u - spot.x) * (u - spot.x) + (v - spot.y) * (v - spot.y)
                    texture *= 1 - 0.45 * exp(-squared / (spot.radius * spot.radius))
                }
                plane.values[index] += Float(nucleus.brightness * thickness * max(texture, 0.2))
            }
        }
    }
}
