import Foundation
import Imaging

/// How much haematoxylin and eosin a section took up, pixel by pixel.
struct Stains {
    private let width: Int
    private let height: Int
    private var haematoxylin: Plane
    private var eosin: Plane
    /// The chromatin's pattern.
    private let fine: Plane
    private let coarse: Plane
    private let contrast: Double

    /// The ground: fibres, cytoplasm of glands, empty lumens and clefts.
    init(_ tissue: Phantom.Tissue, _ settings: Phantom.Settings, using generator: inout SeededGenerator) {
        (width, height) = (settings.width, settings.height)
        contrast = settings.contrast
        haematoxylin = Plane(width: width, height: height)
        eosin = Plane(width: width, height: height)
        fine = Plane.noise(width: width, height: height, sigma: 0.9, using: &generator)
        coarse = Plane.noise(width: width, height: height, sigma: 2.4, using: &generator)
        let streaks = Plane.noise(width: width, height: height, sigma: 1.3, using: &generator)
        let warp = Plane.noise(width: width, height: height, sigma: 16 * settings.size, using: &generator)
        let clefts = Plane.noise(width: width, height: height, sigma: 7 * settings.size, using: &generator)
        let strength = generator.uniform(0.42, 0.62)
        let grain = Direction(tissue.grain)
        for y in 0..<height {
            for x in 0..<width {
                let index = y * width + x
                let (px, py) = (Double(x) + 0.5, Double(y) + 0.5)
                let cloud = Double(coarse.values[index])
                let wave = Double(warp.values[index])
                // Long grains along the fibres, bent by the slow noise.
                let along = 0.14 * (px * grain.x + py * grain.y)
                let across = py * grain.x - px * grain.y + 5 * settings.size * wave
                let fibre = Double(streaks.wrapped(along, across))
                // A cleft opens where the noise is low, its edges along the fibres.
                let open = Self.step(-1.55 - Double(clefts.values[index]) + 0.12 * fibre, width: 0.3)
                var pink = strength * (0.78 + 0.3 * fibre + 0.1 * wave) * (1 - open)
                var blue = 0.05 * (1 - open)
                if let (gland, depth) = tissue.nearestGland(px, py), depth < 1.12 {
                    let inside = Self.step(1.04 - depth, width: 0.05)
                    let lumen = Self.step(gland.lumen - depth + 0.04 * cloud, width: 0.06)
                    let cytoplasm = strength * (0.62 + 0.1 * cloud + 0.12 * (1 - depth))
                    pink += inside * (cytoplasm * (1 - lumen) + 0.02 * lumen - pink)
                    blue += inside * ((0.13 + 0.03 * cloud) * (1 - lumen) - blue)
                }
                eosin.values[index] = Float(max(pink, 0.01))
                haematoxylin.values[index] = Float(max(blue, 0))
            }
        }
    }

    /// From 0 to 1 as `value` passes 0, over about `width`.
    private static func step(_ value: Double, width: Double) -> Double { 1 / (1 + exp(-4 * value / width)) }

    /// Stains the pixels of a nucleus.
    mutating func paint(_ nucleus: Phantom.TissueNucleus, _ labels: LabelImage) {
        let reach = Int(nucleus.outline.reach.rounded(.up)) + 1
        let (base, rim, grain) =
            switch nucleus.look {
            case .epithelial: (0.52, 0.3, 0.16)
            case .spindle: (0.85, 0.12, 0.12)
            case .lymphocyte: (1.05, 0.15, 0.18)
            }
        // One cell takes more stain than another; its number decides, and no drawing order.
        let share = 0.78 + 0.44 * Double((Int(nucleus.label) * 7919) % 101) / 100
        for y in max(
            0, Int(nucleus.y) - reach)..<max(min(height, Int(nucleus.y) + reach + 1), max(0, Int(nucleus.y) - reach))
        {
            for x in max(
                0, Int(nucleus.x) - reach)..<max(min(width, Int(nucleus.x) + reach + 1), max(0, Int(nucleus.x) - reach))
            {
                guard labels[x, y] == nucleus.label else { continue }
                let index = y * width + x
                let depth = min(nucleus.outline.depth(Double(x) + 0.5 - nucleus.x, Double(y) + 0.5 - nucleus.y), 1)
                let chromatin = grain * (0.7 * Double(fine.values[index]) + 0.9 * Double(coarse.values[index]))
                // A nucleolus where the pattern peaks.
                let spot = nucleus.look == .epithelial && depth < 0.6 && coarse.values[index] > 1.5 ? 0.45 : 0
                let stain = share * (base + rim * pow(depth, 6) + chromatin + spot) * contrast
                haematoxylin.values[index] += Float(max(stain, 0.1))
                eosin.values[index] *= 0.75
            }
        }
    }

    /// What a colour camera sees through the section: 8-bit RGB.
    func image(using generator: inout SeededGenerator) -> Image {
        let blur = generator.uniform(0.6, 0.95)
        let (blue, pink) = (haematoxylin.blurred(sigma: blur), eosin.blurred(sigma: blur))
        // Each laboratory's stains and lamp differ a little.
        let amounts = (generator.uniform(0.95, 1.25), generator.uniform(0.8, 1.15))
        let lamp = [generator.uniform(240, 248), generator.uniform(238, 247), generator.uniform(240, 250)]
        let colours: [(haematoxylin: Double, eosin: Double)] = [(0.65, 0.09), (0.70, 0.92), (0.29, 0.24)]
        var samples = [UInt8](repeating: 0, count: width * height * 3)
        for index in 0..<width * height {
            let (h, e) = (amounts.0 * Double(blue.values[index]), amounts.1 * Double(pink.values[index]))
            for channel in 0..<3 {
                let light = lamp[channel] * exp(-(h * colours[channel].haematoxylin + e * colours[channel].eosin))
                let value = light + 0.012 * light.squareRoot() * 10 * generator.normal()
                samples[3 * index + channel] = UInt8(min(max(value.rounded(), 0), 255))
            }
        }
        return Image(width: width, height: height, channels: 3, samples: .uint8(samples))
    }
}

extension Phantom.Tissue {
    /// The gland about a place, and how deep the place lies in it.
    fileprivate func nearestGland(_ x: Double, _ y: Double) -> (Phantom.Gland, depth: Double)? {
        glands.lazy.filter { hypot($0.x - x, $0.y - y) < 1.2 * $0.outline.reach }
            .map { ($0, depth: $0.outline.depth(x - $0.x, y - $0.y)) }.min { $0.depth < $1.depth }
    }
}

extension Plane {
    /// The value at a place between pixels, the plane repeating beyond its edges.
    fileprivate func wrapped(_ x: Double, _ y: Double) -> Float {
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (u, v) = (Float(x - left), Float(y - top))
        func value(_ dx: Int, _ dy: Int) -> Float {
            let column = (Int(left) + dx) % width
            let row = (Int(top) + dy) % height
            return values[(row < 0 ? row + height : row) * width + (column < 0 ? column + width : column)]
        }
        return (value(0, 0) * (1 - u) + value(1, 0) * u) * (1 - v) + (value(0, 1) * (1 - u) + value(1, 1) * u) * v
    }
}
