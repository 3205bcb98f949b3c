import Foundation
import Imaging

extension Phantom {
    /// The optical thickness of one cell within its bounding box.
    struct Cell {
        var thickness: Plane
        var isRound: Bool
        /// Where the box's upper left corner lies in the image.
        var left = 0
        var top = 0

        /// Where the nucleus lies in the image.
        var middle: (x: Double, y: Double) {
            (Double(left) + Double(thickness.width) / 2, Double(top) + Double(thickness.height) / 2)
        }

        var stamp: Stamp {
            Stamp(width: thickness.width, height: thickness.height, covered: thickness.values.map { $0 > 0.06 })
        }
    }

    /// Adherent cells: spread ones with arms, spindles, and round ones about to divide. The phase plate takes light from
    /// thick places but also the low frequencies, which is where halos and the fading inside wide cells come from; so
    /// the picture is the thickness less its own blur. Round cells are too thick for that and shine.
    static func phaseContrast(_ settings: Settings, using generator: inout SeededGenerator) -> Phantom {
        let (width, height) = (settings.width, settings.height)
        var labels = LabelImage(width: width, height: height)
        let cells = placeCells(settings, labels: &labels, using: &generator)

        var (dark, bright) = (Plane(width: width, height: height), Plane(width: width, height: height))
        let grain = Plane.noise(width: width, height: height, sigma: 1.1, using: &generator)
        for cell in cells {
            if cell.isRound {
                bright.add(cell.thickness, left: cell.left, top: cell.top) { thickness, _, _ in
                    // A shining ring about a grey middle.
                    exp(-pow((thickness - 0.45) / 0.22, 2)) * 1.25 - 0.25 * thickness
                }
                continue
            }
            let weight = Float(generator.uniform(0.65, 1.15))
            let nucleus = generator.uniform(4, 5.5) * settings.size
            let middle = cell.middle
            dark.add(cell.thickness, left: cell.left, top: cell.top) { thickness, x, y in
                let squared = pow(Double(x) + 0.5 - middle.x, 2) + pow(Double(y) + 0.5 - middle.y, 2)
                // Thickest about the nucleus, with grains there; a thin lamella towards the edge. The nucleus is clearer,
                // its nucleolus dark.
                let core = Float(exp(-pow(squared / (1.3 * nucleus * nucleus), 2)))
                let body = Float(exp(-squared / (2 * pow(2 * nucleus, 2))))
                let dot = Float(exp(-squared / 3.5))
                let grains = 0.3 * grain.values[y * width + x] * body * (1 - core)
                return weight * (thickness.squareRoot() * (0.5 + 0.5 * body + grains) - 0.2 * core + 0.5 * dot)
            }
        }
        let debris = Plane.noise(width: width, height: height, sigma: 1.5, using: &generator)
        for index in dark.values.indices where labels.labels[index] == 0 {
            dark.values[index] += 0.35 * max(0, debris.values[index] - 2.4)
        }
        dark = dark.blurred(sigma: 0.8)
        bright = bright.blurred(sigma: 0.7)
        let rim = dark.blurred(sigma: 1.9 * settings.size.squareRoot())
        let wide = dark.blurred(sigma: 5 * settings.size)
        let halo = bright.blurred(sigma: 3.5 * settings.size)
        let field = Plane.uneven(width: width, height: height, using: &generator)
        let ground = Plane.noise(width: width, height: height, sigma: 18, using: &generator)
        let level = generator.uniform(100, 122)
        let contrast = generator.uniform(78, 105) * settings.contrast
        let noise = generator.uniform(1.6, 2.8)
        var samples = [UInt8](repeating: 0, count: width * height)
        for index in samples.indices {
            // Light that the phase plate turned away comes back beside the cell, as its bright rim and halo.
            let near = max(0, rim.values[index] - dark.values[index])
            let far = max(0, wide.values[index] - dark.values[index])
            let phase = Double(2.9 * near + 1.7 * far - 1.15 * max(0, dark.values[index] - 0.85 * wide.values[index]))
            let shine = Double(1.5 * bright.values[index] - 1.1 * halo.values[index])
            let back = level * (1 + 0.14 * Double(field.values[index])) + 1.5 * Double(ground.values[index])
            let value = back + contrast * (1.15 * phase + shine) + noise * generator.normal()
            samples[index] = UInt8(min(max(value.rounded(), 0), 255))
        }
        return Phantom(
            image: Image(width: width, height: height, channels: 1, samples: .uint8(samples)), labels: labels)
    }

    /// Labels the cells of a picture.
    static func placeCells(
        _ settings: Settings, labels: inout LabelImage, using generator: inout SeededGenerator
    ) -> [Cell] {
        var cells: [Cell] = []
        for _ in 0..<settings.count(usual: 17, using: &generator) {
            var cell = cell(settings.size, using: &generator)
            let place = labels.scatter(
                cell.stamp, label: Int32(cells.count + 1), beside: cells.map(\.middle),
                touching: generator.happens(settings.touching), using: &generator)
            guard let place else { continue }
            (cell.left, cell.top) = place
            cells.append(cell)
        }
        return cells
    }

    private static func cell(_ size: Double, using generator: inout SeededGenerator) -> Cell {
        let kind = generator.uniform()
        if kind < 0.14 {
            let radius = generator.uniform(6, 8.5) * size
            let outline = Outline(radius: radius, ratio: generator.uniform(1, 1.2), roughness: 0.02, using: &generator)
            return cell(outline, arms: [], isRound: true)
        }
        // Spread cells are wide with short arms; spindles narrow with two long ones.
        let isSpindle = kind > 0.55
        let radius = (isSpindle ? generator.uniform(6, 8.5) : generator.uniform(10, 15)) * size
        let outline = Outline(
            radius: radius, ratio: isSpindle ? generator.uniform(1.6, 2.6) : generator.uniform(1.1, 1.7),
            roughness: isSpindle ? 0.04 : 0.06, using: &generator)
        let count = isSpindle ? 2 : 1 + generator.index(below: 3)
        let first = isSpindle ? outline.turn : generator.uniform(0, 2 * .pi)
        let arms = (0..<count).map { index in
            Arm(
                angle: first + 2 * .pi * Double(index) / Double(count) + 0.3 * generator.normal(),
                bend: 0.5 * generator.normal(),
                length: radius * (isSpindle ? generator.uniform(1.6, 4) : generator.uniform(1.3, 2.4)),
                width: radius * (isSpindle ? 0.42 : generator.uniform(0.45, 0.7)))
        }
        return cell(outline, arms: arms, isRound: false)
    }

    /// A tapering, bent arm that starts in the middle of a cell.
    private struct Arm {
        let angle: Double
        let bend: Double
        let length: Double
        let width: Double
    }

    private static func cell(_ outline: Outline, arms: [Arm], isRound: Bool) -> Cell {
        let reach = max(outline.reach, arms.map { $0.length + $0.width }.max() ?? 0)
        let side = 2 * Int((reach + 0.3 * outline.radius).rounded(.up)) + 3
        let middle = Double(side) / 2
        var field = Plane(width: side, height: side)
        for y in 0..<side {
            for x in 0..<side {
                let depth = outline.depth(Double(x) + 0.5 - middle, Double(y) + 0.5 - middle)
                if depth < 1 { field.values[y * side + x] = Float(1 - depth * depth) }
            }
        }
        for arm in arms {
            var (x, y) = (middle, middle)
            let steps = max(Int(arm.length), 1)
            for step in 0..<steps {
                let share = Double(step) / Double(steps)
                let direction = Direction(arm.angle + arm.bend * share)
                x += direction.x
                y += direction.y
                field.raiseDisc(
                    x: x, y: y, radius: max(1.6, arm.width * (1 - 0.85 * share)), height: 0.85 - 0.4 * share)
            }
        }
        // A membrane spans the corners between arms and body.
        field = field.blurred(sigma: 0.2 * outline.radius)
        for index in field.values.indices { field.values[index] = max(0, (field.values[index] - 0.14) / 0.86) }
        let whole = Stamp(width: side, height: side, covered: field.values.map { $0 > 0.06 }).largestPart
        for index in field.values.indices where !whole.covered[index] { field.values[index] = 0 }
        return Cell(thickness: field, isRound: isRound)
    }
}

extension Plane {
    /// Raises values to at least those of a dome.
    fileprivate mutating func raiseDisc(x: Double, y: Double, radius: Double, height: Double) {
        let reach = Int(radius.rounded(.up)) + 1
        for row in max(0, Int(y) - reach)..<min(self.height, Int(y) + reach + 1) {
            for column in max(0, Int(x) - reach)..<min(width, Int(x) + reach + 1) {
                let squared = pow(Double(column) + 0.5 - x, 2) + pow(Double(row) + 0.5 - y, 2)
                let dome = Float(height * (1 - squared / (radius * radius)))
                if dome > values[row * width + column] { values[row * width + column] = dome }
            }
        }
    }

    /// Adds what `value` makes of a smaller field's positive values and their places in this one.
    fileprivate mutating func add(_ other: Plane, left: Int, top: Int, value: (Float, Int, Int) -> Float) {
        for y in max(0, -top)..<max(min(other.height, height - top), max(0, -top)) {
            for x in max(0, -left)..<max(min(other.width, width - left), max(0, -left)) {
                let thickness = other.values[y * other.width + x]
                if thickness > 0 { values[(top + y) * width + left + x] += value(thickness, left + x, top + y) }
            }
        }
    }
}
