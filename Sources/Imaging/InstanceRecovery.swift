/// How objects are found where a network says what each pixel is: markers where it is sure of an object's interior, grown
/// over the rest of the foreground.
///
/// Touching objects are mostly one where the likeliest class decides, for the rim between them is a pixel or two wide. A
/// higher demand on markers parts them, and a least area drops what is too small to be an object.
public struct InstanceRecovery: Equatable, Sendable {
    /// The likeliest class decides, and objects under 15 pixels are dropped, as published.
    public static let published = InstanceRecovery(confidence: 0, minimumArea: leastCore)

    /// What is too small to be an object as published is too small to be the core of one.
    private static let leastCore = 15

    /// Least probability of the interior for a pixel to mark an object; 0: wherever interior is the likeliest class. Where
    /// no pixel of an interior is so sure, all of it marks an object.
    public var confidence: Double
    /// Objects of fewer pixels are dropped.
    public var minimumArea: Int

    /// How far markers grow, in pixels.
    private var growth: Int
    /// Cores of fewer pixels mark no object of their own where a larger one lies in the same piece of interior.
    private var leastCore: Int

    public init(confidence: Double, minimumArea: Int) {
        (self.confidence, self.minimumArea) = (confidence, minimumArea)
        // As published where markers reach to the rim, farther where they are cores.
        growth = confidence > 0 ? 24 : 6
        leastCore = Self.leastCore
    }

    /// The same for images so many times as large.
    public func enlarged(by factor: Double) -> InstanceRecovery {
        var other = self
        func area(_ pixels: Int) -> Int { Int((Double(pixels) * factor * factor).rounded()) }
        (other.minimumArea, other.leastCore) = (area(minimumArea), area(leastCore))
        other.growth = Int((Double(growth) * factor).rounded(.up))
        return other
    }

    /// The objects, numbered from 1 in the order of their first pixels.
    /// - Parameters: classes: `width * height`: 0 background, 1 object or its interior, 2 its rim; interior: the probability
    ///   of class 1 of each pixel, needed where `confidence` is not 0.
    public func objects(classes: [UInt8], interior: [Float] = [], width: Int, height: Int) -> LabelImage {
        let pieces = Self.pieces(ofInterior: classes, width: width, height: height)
        return withSmallObjects(pieces: pieces, classes: classes, interior: interior)
            .removingSmall(minimumArea: minimumArea).relabelled()
    }

    /// The connected pieces of interior, which are the same for every recovery; 4-connected, as published.
    public static func pieces(ofInterior classes: [UInt8], width: Int, height: Int) -> LabelImage {
        LabelImage.components(of: 1, in: classes, width: width, height: height)
    }

    /// The objects before small ones are dropped and the others numbered anew.
    /// - Parameters: pieces: those of `classes`' interior; classes, interior: as for `objects`.
    public func withSmallObjects(pieces: LabelImage, classes: [UInt8], interior: [Float]) -> LabelImage {
        let markers = confidence > 0 ? cores(of: pieces, interior: interior) : pieces
        return markers.grown(into: classes, maximumDistance: growth)
    }

    /// Where the pieces of interior are sure to be one, numbered anew; a piece that is nowhere sure is its own core.
    private func cores(of pieces: LabelImage, interior: [Float]) -> LabelImage {
        precondition(pieces.labels.count == interior.count, "every pixel has a probability")
        let least = Float(confidence)
        var isSure = [Bool](repeating: false, count: Int(pieces.maximum) + 1)
        for (piece, probability) in zip(pieces.labels, interior) where probability >= least {
            isSure[Int(piece)] = true
        }
        let sure = zip(pieces.labels, interior).map { piece, probability -> UInt8 in
            piece != 0 && (probability >= least || !isSure[Int(piece)]) ? 1 : 0
        }
        var cores = LabelImage.components(of: 1, in: sure, width: pieces.width, height: pieces.height)
        // The largest core of each piece stays, however small.
        var areas = [Int](repeating: 0, count: Int(cores.maximum) + 1)
        var pieceOfCore = areas
        for (core, piece) in zip(cores.labels, pieces.labels) where core != 0 {
            areas[Int(core)] += 1
            pieceOfCore[Int(core)] = Int(piece)
        }
        var largest = [Int](repeating: 0, count: isSure.count)
        for (area, piece) in zip(areas, pieceOfCore) { largest[piece] = max(largest[piece], area) }
        let isSpeck = zip(areas, pieceOfCore).map { area, piece in area < min(leastCore, largest[piece]) }
        for place in cores.labels.indices where isSpeck[Int(cores.labels[place])] { cores.labels[place] = 0 }
        return cores
    }
}
