import Foundation
import Imaging

extension Phantom {
    /// One nucleus as it was placed.
    struct Nucleus {
        var outline: Outline
        var x: Double
        var y: Double
        var brightness: Double
        /// Nuclei above or below the focal plane are blurred and pale.
        var inFocus: Bool
        /// Places within it, about its middle.
        var nucleoli: [(x: Double, y: Double, radius: Double)]
        /// Where its chromatin is cut out of the texture, so that it takes the pattern along where it goes.
        var textureX = 0
        var textureY = 0
    }

    /// Stained nuclei: in focus and out of it, with textured chromatin and dark nucleoli, bright and dim, on an uneven
    /// ground with haze about the cells, through a microscope's blur, with the camera's shot and read noise.
    static func fluorescence(_ settings: Settings, using generator: inout SeededGenerator) -> Phantom {
        var labels = LabelImage(width: settings.width, height: settings.height)
        let nuclei = placeNuclei(settings, labels: &labels, using: &generator)
        let exposure = Exposure(settings, using: &generator)
        return Phantom(image: exposure.image(of: nuclei, using: &generator), labels: labels)
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
            let stamp = outline.stamp
            let touching = generator.happens(settings.touching)
            guard
                let place = labels.scatter(
                    stamp, label: Int32(nuclei.count + 1), beside: nuclei.map { ($0.x, $0.y) }, touching: touching,
                    using: &generator)
            else { continue }
            let inFocus = generator.happens(0.82)
            let dim = generator.happens(0.2)
            nuclei.append(
                Nucleus(
                    outline: outline, x: Double(place.left) + Double(stamp.width) / 2,
                    y: Double(place.top) + Double(stamp.height) / 2,
                    brightness: dim ? generator.uniform(0.14, 0.32) : min(1.2, 0.62 * exp(0.32 * generator.normal())),
                    inFocus: inFocus, nucleoli: nucleoli(radius: radius, using: &generator)))
        }
        return nuclei
    }

    /// Up to three nucleoli of a nucleus.
    static func nucleoli(
        radius: Double, using generator: inout SeededGenerator
    ) -> [(x: Double, y: Double, radius: Double)] {
        (0..<generator.index(below: 4)).map { _ in
            let direction = Direction(generator.uniform(0, 2 * .pi))
            let distance = radius * generator.uniform(0, 0.55)
            return (distance * direction.x, distance * direction.y, radius * generator.uniform(0.12, 0.22))
        }
    }
}

/// A fluorescence microscope with its camera before one field of view, which it takes once or many times.
struct Exposure {
    private let width: Int
    private let height: Int
    /// The chromatin's pattern, and how strong it is.
    private let fine: Plane
    private let coarse: Plane
    private let strength: Double
    /// Blur in pixels: of what is in focus, of what is not, and of what the whole depth of the sample sends.
    private let blurs: (sharp: Double, soft: Double, haze: Double)
    /// The lamp's light, brighter in one place than another, and what shines without a nucleus.
    private let field: Plane
    private let ground: Plane
    private let pale: Double
    /// Photoelectrons for the brightest nuclei, and counts of the camera for each.
    private let light: Double
    private let gain: Double

    init(_ settings: Phantom.Settings, using generator: inout SeededGenerator) {
        (width, height) = (settings.width, settings.height)
        fine = Plane.noise(width: width, height: height, sigma: 1.2, using: &generator)
        coarse = Plane.noise(width: width, height: height, sigma: 3.5, using: &generator)
        strength = generator.uniform(0.12, 0.3)
        blurs = (generator.uniform(0.8, 1.3), generator.uniform(2.6, 4.2), 14 * settings.size)
        field = Plane.uneven(width: width, height: height, using: &generator)
        ground = Plane.noise(width: width, height: height, sigma: 25, using: &generator)
        light = generator.uniform(130, 420) * settings.contrast
        pale = generator.uniform(6, 20)
        gain = 1200 / max(light, 30)
    }

    /// One picture, in 12-bit counts; `fading` is the share of the stain that is left.
    func image(of nuclei: [Phantom.Nucleus], fading: Double = 1, using generator: inout SeededGenerator) -> Image {
        var (sharp, soft) = (Plane(width: width, height: height), Plane(width: width, height: height))
        for nucleus in nuclei {
            if nucleus.inFocus { paint(nucleus, on: &sharp) } else { paint(nucleus, on: &soft) }
        }
        sharp = sharp.blurred(sigma: blurs.sharp)
        soft = soft.blurred(sigma: blurs.soft)
        for index in sharp.values.indices { sharp.values[index] += soft.values[index] }
        let haze = sharp.blurred(sigma: blurs.haze)
        var samples = [UInt16](repeating: 0, count: width * height)
        for index in samples.indices {
            let lamp = 1 + 0.55 * Double(field.values[index])
            let lit = Double(sharp.values[index] + 0.2 * haze.values[index]) * lamp * fading
            let stray = pale * max(0, lamp + 0.12 * Double(ground.values[index]))
            let electrons = generator.poisson(lit * light + stray) + 1.5 * generator.normal()
            samples[index] = UInt16(min(max(100 + gain * electrons, 0), 4095))
        }
        return Image(
            width: width, height: height, channels: 1, bits: 16, pixelSize: Phantom.pixelSize,
            samples: .uint16(samples))
    }

    /// Adds a nucleus to the light of its plane.
    private func paint(_ nucleus: Phantom.Nucleus, on plane: inout Plane) {
        let reach = Int(nucleus.outline.reach.rounded(.up)) + 1
        let (middleX, middleY) = (Int(nucleus.x.rounded(.down)), Int(nucleus.y.rounded(.down)))
        for y in max(0, middleY - reach)..<max(min(height, middleY + reach + 1), max(0, middleY - reach)) {
            for x in max(0, middleX - reach)..<max(min(width, middleX + reach + 1), max(0, middleX - reach)) {
                let (u, v) = (Double(x) + 0.5 - nucleus.x, Double(y) + 0.5 - nucleus.y)
                let depth = nucleus.outline.depth(u, v)
                guard depth <= 1 else { continue }
                let pattern =
                    Self.wrapped(y - nucleus.textureY, height) * width + Self.wrapped(x - nucleus.textureX, width)
                // A flattened ball: the rim is thinner than the middle.
                let thickness = 0.62 + 0.38 * (1 - depth * depth).squareRoot()
                var texture = 1 + strength * (0.6 * Double(fine.values[pattern]) + Double(coarse.values[pattern]))
                for spot in nucleus.nucleoli {
                    let squared = (u - spot.x) * (u - spot.x) + (v - spot.y) * (v - spot.y)
                    texture *= 1 - 0.45 * exp(-squared / (spot.radius * spot.radius))
                }
                plane.values[y * width + x] += Float(nucleus.brightness * thickness * max(texture, 0.2))
            }
        }
    }

    private static func wrapped(_ index: Int, _ count: Int) -> Int { ((index % count) + count) % count }
}
