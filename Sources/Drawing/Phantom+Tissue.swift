import Foundation
import Imaging

extension Phantom {
    /// A nucleus of a tissue section as it was placed, with how haematoxylin shows it.
    struct TissueNucleus {
        let outline: Outline
        let x: Double
        let y: Double
        let label: Int32
        let look: Look

        /// Kinds of cells.
        enum Look {
            /// Of glands: pale, with a dark rim and nucleoli.
            case epithelial
            /// Of connective tissue: thin and dark.
            case spindle
            /// Small, round and dark.
            case lymphocyte
        }
    }

    /// A gland cut across: cells in a ring about an empty lumen.
    struct Gland {
        let x: Double
        let y: Double
        let outline: Outline
        /// Share of the way from the middle to the outline that the lumen takes.
        let lumen: Double
    }

    /// What a piece of tissue is made of.
    struct Tissue {
        var glands: [Gland] = []
        var nuclei: [TissueNucleus] = []
        /// The way that fibres and spindle cells lie.
        var grain = 0.0
    }

    /// A section stained with haematoxylin and eosin: glands with crowded nuclei, fibres with spindle cells between them,
    /// lymphocytes. The stains take light as Beer and Lambert say, with about the colours that Ruifrok and Johnston measured
    /// ("Quantification of histochemical staining by color deconvolution", 2001), the eosin a little warmer.
    static func tissue(_ settings: Settings, using generator: inout SeededGenerator) -> Phantom {
        let (width, height) = (settings.width, settings.height)
        var labels = LabelImage(width: width, height: height)
        let tissue = placeTissue(settings, labels: &labels, using: &generator)
        var stains = Stains(tissue, settings, using: &generator)
        for nucleus in tissue.nuclei { stains.paint(nucleus, labels) }
        return Phantom(image: stains.image(using: &generator), labels: labels)
    }

    /// Labels the nuclei of a section.
    static func placeTissue(
        _ settings: Settings, labels: inout LabelImage, using generator: inout SeededGenerator
    ) -> Tissue {
        var tissue = Tissue(grain: generator.uniform(0, .pi))
        let scale = settings.size
        let (width, height) = (Double(settings.width), Double(settings.height))
        let glands = Int((width * height / (95 * 95 * scale * scale) * generator.uniform(0.8, 1.6)).rounded(.up))
        for _ in 0..<min(glands, 400) {
            let outline = Outline(
                radius: generator.uniform(34, 56) * scale, ratio: generator.uniform(1, 1.6), roughness: 0.08,
                using: &generator)
            let (x, y) = (generator.uniform(0, width), generator.uniform(0, height))
            let isFree = tissue.glands.allSatisfy {
                hypot($0.x - x, $0.y - y) > 0.92 * ($0.outline.radius + outline.radius)
            }
            if isFree {
                tissue.glands.append(Gland(x: x, y: y, outline: outline, lumen: generator.uniform(0.15, 0.42)))
            }
        }
        let count = settings.count(usual: 84, using: &generator)
        // More tries than nuclei: glands fill up.
        for _ in 0..<4 * count where tissue.nuclei.count < count {
            let nucleus = tissueNucleus(tissue, settings, using: &generator)
            let stamp = nucleus.outline.stamp
            let touching = generator.happens(settings.touching)
            let left = Int((nucleus.x - Double(stamp.width) / 2).rounded())
            let top = Int((nucleus.y - Double(stamp.height) / 2).rounded())
            let label = Int32(tissue.nuclei.count + 1)
            var place: (left: Int, top: Int)?
            if labels.put(stamp, left: left, top: top, label: label, contact: touching ? 0.45 : 0) {
                place = (left, top)
            } else if touching {
                place = labels.slide(stamp, label: label, from: (nucleus.x, nucleus.y), using: &generator)
            }
            guard let place else { continue }
            tissue.nuclei.append(
                TissueNucleus(
                    outline: nucleus.outline, x: Double(place.left) + Double(stamp.width) / 2,
                    y: Double(place.top) + Double(stamp.height) / 2, label: label, look: nucleus.look))
        }
        return tissue
    }

    /// A nucleus where its kind is found, not yet labelled.
    private static func tissueNucleus(
        _ tissue: Tissue, _ settings: Settings, using generator: inout SeededGenerator
    ) -> TissueNucleus {
        let size = settings.size
        if generator.happens(0.76), !tissue.glands.isEmpty {
            // In the ring of a gland, its long axis towards the middle.
            let gland = tissue.glands[generator.index(below: tissue.glands.count)]
            let angle = generator.uniform(0, 2 * .pi)
            let direction = Direction(angle)
            let edge = 1 / max(gland.outline.depth(direction.x, direction.y), 1e-6)
            let distance = edge * generator.uniform(max(gland.lumen + 0.2, 0.55), 0.9)
            let outline = Outline(
                radius: 7.6 * size * exp(0.12 * generator.normal()), ratio: generator.uniform(1.1, 1.7),
                roughness: 0.035, turn: angle + 0.2 * generator.normal(), using: &generator)
            return TissueNucleus(
                outline: outline, x: gland.x + distance * direction.x, y: gland.y + distance * direction.y, label: 0,
                look: .epithelial)
        }
        // Between the glands.
        var (x, y) = (0.0, 0.0)
        for _ in 0..<20 {
            (x, y) = (generator.uniform(0, Double(settings.width)), generator.uniform(0, Double(settings.height)))
            if tissue.glands.allSatisfy({ $0.outline.depth(x - $0.x, y - $0.y) > 1.08 }) { break }
        }
        let isSpindle = generator.happens(0.55)
        let outline =
            isSpindle
            ? Outline(
                radius: 5.6 * size * exp(0.12 * generator.normal()), ratio: generator.uniform(2.2, 4),
                roughness: 0.03, turn: tissue.grain + 0.3 * generator.normal(), using: &generator)
            : Outline(
                radius: 4.6 * size * exp(0.08 * generator.normal()), ratio: generator.uniform(1, 1.2),
                roughness: 0.02, using: &generator)
        return TissueNucleus(outline: outline, x: x, y: y, label: 0, look: isSpindle ? .spindle : .lymphocyte)
    }
}

extension LabelImage {
    /// Puts a shape at the first free place from a middle outwards, in a random direction.
    fileprivate mutating func slide(
        _ stamp: Stamp, label: Int32, from middle: (x: Double, y: Double), using generator: inout SeededGenerator
    ) -> (left: Int, top: Int)? {
        let direction = Direction(generator.uniform(0, 2 * .pi))
        for step in 1..<max(stamp.width, 2) {
            let left = Int((middle.x + Double(step) * direction.x - Double(stamp.width) / 2).rounded())
            let top = Int((middle.y + Double(step) * direction.y - Double(stamp.height) / 2).rounded())
            if put(stamp, left: left, top: top, label: label, contact: 0.45) { return (left, top) }
        }
        return nil
    }
}
