import Foundation
import Imaging

/// Light and colour of an image as mean and standard deviation of each plane, which can be given to another image
/// (Reinhard et al., IEEE CGA 2001): of grey as it is, of colour as absorbance, in which stains add up.
struct ImageTone: Sendable {
    private let means: [Float]
    private let deviations: [Float]

    /// The tone of planes of -1...1.
    init(_ planes: [Plane]) {
        let moments = planes.map { plane in
            Moments(plane.values.lazy.map { Double(Self.encoded($0, isColour: planes.count > 1)) })
        }
        (means, deviations) = (moments.map { Float($0.mean) }, moments.map { Float($0.deviation) })
    }

    /// Contrast is never made less than this part of what it was: beyond another tone of little contrast lies none, and then
    /// the negative.
    private static let leastGain: Float = 0.25

    /// Changes planes of an image of this tone by the share `share` of the way to another tone: 1 is all of it, more is
    /// beyond, less than 0 away from it.
    func change(_ planes: inout [Plane], towards other: ImageTone, by share: Double) {
        let (isColour, share) = (planes.count > 1, Float(share))
        for index in planes.indices {
            // An image without contrast has none to be changed.
            guard deviations[index] > 1e-4 else { continue }
            let gain = max(Self.leastGain, 1 + share * (other.deviations[index] / deviations[index] - 1))
            let mean = means[index] + share * (other.means[index] - means[index])
            let old = means[index]
            planes[index].values.withUnsafeMutableBufferPointer { values in
                for place in values.indices {
                    let value = (Self.encoded(values[place], isColour: isColour) - old) * gain + mean
                    values[place] = min(max(Self.decoded(value, isColour: isColour), -1), 1)
                }
            }
        }
    }

    /// Of transmitted light no less than a 256th counts.
    private static let least: Float = 1 / 256

    private static func encoded(_ value: Float, isColour: Bool) -> Float {
        isColour ? -logf(max((value + 1) / 2, 0) + least) : value
    }

    private static func decoded(_ value: Float, isColour: Bool) -> Float {
        isColour ? (expf(-value) - least) * 2 - 1 : value
    }
}
