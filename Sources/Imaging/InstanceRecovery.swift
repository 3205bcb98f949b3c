import Foundation

/// How objects are found where a network says what each pixel is: the hills of how sure it is of an object's interior, grown over
/// the rest of the foreground.
///
/// Touching objects are mostly one where the likeliest class decides, for the rim between them is a pixel or two wide and often
/// broken; but there the network is less sure of the interior than on either side.
public struct InstanceRecovery: Equatable, Sendable {
    /// The pieces of interior are the objects, and those under 15 pixels are dropped, as published.
    public static let published = InstanceRecovery(depth: .infinity, minimumArea: 15)

    /// How much less sure of the interior the network is between two objects than within either, in log odds (natural) over a
    /// pixel's neighbourhood; infinite: a piece of interior is one object.
    public var depth: Double
    /// Objects of fewer pixels are dropped.
    public var minimumArea: Int

    /// How far objects grow beyond their interior, in pixels.
    private var growth = 6
    /// Standard deviation of the Gaussian neighbourhood, in pixels.
    private var blur = 2.0

    public init(depth: Double, minimumArea: Int) {
        (self.depth, self.minimumArea) = (depth, minimumArea)
    }

    /// The same for images so many times as large.
    public func enlarged(by factor: Double) -> InstanceRecovery {
        var other = self
        other.minimumArea = Int((Double(minimumArea) * factor * factor).rounded())
        other.growth = Int((Double(growth) * factor).rounded(.up))
        other.blur = blur * factor
        return other
    }

    /// The objects, numbered from 1 in the order of their first pixels.
    /// - Parameters: classes: `width * height`: 0 background, 1 object or its interior, 2 its rim; interior: the probability
    ///   of class 1 of each pixel, needed where `depth` is finite.
    public func objects(classes: [UInt8], interior: [Float] = [], width: Int, height: Int) -> LabelImage {
        let interiors =
            depth.isInfinite
            ? LabelImage.components(of: 1, in: classes, width: width, height: height)
            : watershed(classes: classes, interior: interior, width: width, height: height).hills(depth: Float(depth))
        return grown(interiors, into: classes).removingSmall(minimumArea: minimumArea).relabelled()
    }

    /// What `withSmallObjects` parts objects by, which is the same for every depth.
    /// - Parameters: classes, interior, width, height: as for `objects`.
    public func watershed(classes: [UInt8], interior: [Float], width: Int, height: Int) -> Watershed {
        // Beyond a million to one a float's rounding decides.
        let least: Float = 1e-6
        let odds = Plane(
            width: width, height: height,
            values: interior.map { probability in
                let known = probability > least ? min(probability, 1 - least) : least
                return log(known / (1 - known))
            })
        let sides = Int((2 * blur).rounded(.up))
        return Watershed(odds.gaussianBlurred(size: 2 * sides + 1, sigma: blur), of: 1, in: classes)
    }

    /// The objects before small ones are dropped and the others numbered anew.
    public func withSmallObjects(_ watershed: Watershed, classes: [UInt8]) -> LabelImage {
        grown(watershed.hills(depth: Float(depth)), into: classes)
    }

    /// Interiors with the foreground that is nearest to each.
    private func grown(_ interiors: LabelImage, into classes: [UInt8]) -> LabelImage {
        interiors.grown(into: classes, maximumDistance: growth)
    }
}
