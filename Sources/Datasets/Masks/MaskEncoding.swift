/// How the objects of an image are written down.
public enum MaskEncoding: Hashable, Sendable, CustomStringConvertible {
    /// Background 0 and foreground of one value: objects are the 4-connected components, so touching ones are one.
    case binary(value: Int)
    /// Foreground and background blurred by JPEG: what is above half of the largest value is foreground.
    case jpeg
    /// The number of the object, in so many bits.
    case labels(bits: Int)
    /// The number of the object as an index into a palette.
    case paletteIndices
    /// A colour of its own for every object.
    case colours
    /// One binary file for every object.
    case objectFiles
    /// Outlines in a JSON file.
    case polygons
    /// Run lengths in a JSON file.
    case runLengths

    public var description: String {
        switch self {
        case .binary(let value): "binary, 0 and \(value)"
        case .jpeg: "binary, JPEG"
        case .labels(let bits): "labels, \(bits) bit"
        case .paletteIndices: "labels, palette indices"
        case .colours: "one colour per object"
        case .objectFiles: "one file per object"
        case .polygons: "polygons"
        case .runLengths: "run lengths"
        }
    }

    /// Why a mask was taken for this.
    public var reason: String {
        switch self {
        case .binary(let value): "\(value) is the only value beside 0, so its 4-connected pieces are the objects"
        case .jpeg: "JPEG blurs values, so the 4-connected pieces above half of the largest value are the objects"
        case .labels: "several values beside 0 in one channel, so each value is an object"
        case .paletteIndices: "the file has a palette, so each index is an object; its colours mean nothing"
        case .colours: "channels differ, so each colour is an object; black is background"
        case .objectFiles: "several files belong to one image, so each holds an object"
        case .polygons: "the annotations give outlines; a pixel belongs to an object if its centre lies inside"
        case .runLengths: "the annotations give runs of pixels"
        }
    }

    /// Whether objects are made of connected pixels, so that touching ones are one.
    public var mergesTouching: Bool {
        switch self {
        case .binary, .jpeg: true
        default: false
        }
    }
}
