/// How objects are found where a network says what each pixel is: markers where it is sure of an object's interior, grown
/// over the rest of the foreground.
///
/// Touching objects are mostly one where the likeliest class decides, for the rim between them is a pixel or two wide. A
/// higher demand on markers parts them, and a least area drops what is too small to be an object.
public struct InstanceRecovery: Equatable, Sendable {
    /// The likeliest class decides, and objects under 15 pixels are dropped, as published.
    public static let published = InstanceRecovery(confidence: 0, minimumArea: 15)

    /// Least probability of the interior for a pixel to mark an object; 0: wherever interior is the likeliest class. Where
    /// no pixel of an interior is so sure, all of it marks an object.
    public var confidence: Double
    /// Objects of fewer pixels are dropped.
    public var minimumArea: Int

    /// How far markers grow, in pixels.
    private var growth: Int

    public init(confidence: Double, minimumArea: Int) {
        (self.confidence, self.minimumArea) = (confidence, minimumArea)
        // As published where markers reach to the rim, farther where they are cores.
        growth = confidence > 0 ? 24 : 6
    }

    /// The same for images so many times as large.
    public func enlarged(by factor: Double) -> InstanceRecovery {
        var other = self
        other.minimumArea = Int((Double(minimumArea) * factor * factor).rounded())
        other.growth = Int((Double(growth) * factor).rounded(.up))
        return other
    }

    /// The objects, numbered from 1 in the order of their first pixels.
    /// - Parameters: classes: `width * height`: 0 background, 1 object or its interior, 2 its rim; interior: the probability
    ///   of class 1 of each pixel, needed where `confidence` is not 0.
    public func objects(classes: [UInt8], interior: [Float] = [], width: Int, height: Int) -> LabelImage {
        withSmallObjects(classes: classes, interior: interior, width: width, height: height)
            .removingSmall(minimumArea: minimumArea).relabelled()
    }

    /// The objects before small ones are dropped and the others numbered anew.
    public func withSmallObjects(classes: [UInt8], interior: [Float], width: Int, height: Int) -> LabelImage {
        let markers =
            confidence > 0
            ? cores(of: classes, interior: interior, width: width, height: height) : classes
        // 4-connected, as published.
        let objects = LabelImage.components(of: 1, in: markers, width: width, height: height)
        return markers.contains(2) ? objects.grown(into: markers, maximumDistance: growth) : objects
    }

    /// The classes with interior made rim wherever it is not sure enough.
    private func cores(of classes: [UInt8], interior: [Float], width: Int, height: Int) -> [UInt8] {
        precondition(classes.count == interior.count, "every pixel has a class and a probability")
        let least = Float(confidence)
        let whole = LabelImage.components(of: 1, in: classes, width: width, height: height)
        var isSure = [Bool](repeating: false, count: Int(whole.maximum) + 1)
        for (label, probability) in zip(whole.labels, interior) where probability >= least {
            isSure[Int(label)] = true
        }
        var markers = classes
        for place in markers.indices where classes[place] == 1 && interior[place] < least {
            if isSure[Int(whole.labels[place])] { markers[place] = 2 }
        }
        return markers
    }
}
