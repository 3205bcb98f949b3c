/// How many planes a file holds, and by what they differ.
public struct StackShape: Equatable, Sendable, Codable {
    /// Stains or detectors that were recorded one a plane; the samples within a pixel (RGB) are not among them.
    public let channels: Int
    /// Places along the optical axis.
    public let slices: Int
    /// Times.
    public let frames: Int
    /// Who says so.
    public let source: Source

    /// Where a shape comes from.
    public enum Source: String, Codable, Sendable {
        /// Nothing is said of the pages: they count as frames.
        case pages
        /// ImageJ's description.
        case imageJ
        /// OME-XML.
        case ome
    }

    /// All planes.
    public var planes: Int { channels * slices * frames }

    init(channels: Int = 1, slices: Int = 1, frames: Int = 1, source: Source = .pages) {
        self.channels = channels
        self.slices = slices
        self.frames = frames
        self.source = source
    }
}

/// Which plane of a file is meant; numbers count from 1, as in ImageJ. What is left open takes the usual one.
public struct PlaneSelection: Equatable, Hashable, Sendable, Codable {
    /// Nil takes all channels of a pixel (RGB) and the first of those recorded one a plane.
    public var channel: Int?
    /// Nil takes the middle one.
    public var slice: Int?
    /// Nil takes the first; the pages of a file that says nothing about them are frames.
    public var frame: Int?

    public init(channel: Int? = nil, slice: Int? = nil, frame: Int? = nil) {
        self.channel = channel
        self.slice = slice
        self.frame = frame
    }
}

/// Where a file keeps the planes of its stack.
struct PlaneMap: Equatable {
    /// By what planes differ, from what changes first to what changes last; in the words of OME.
    enum Axis: Character {
        case c = "C"
        case z = "Z"
        case t = "T"
    }

    let shape: StackShape
    var order: [Axis] = [.c, .z, .t]
    /// The page of each plane, in order, nil where it lies in another file; without it, planes and pages are the same.
    var pages: [Int?]?
    /// Whether there is one page, and the planes follow each other uncompressed where its samples begin.
    var isContiguous = false

    /// Where one plane is: its number in order, its page, and the sample of its pixels that is wanted, all from 0.
    struct Place: Equatable {
        let plane: Int
        let page: Int
        /// Nil for all.
        let sample: Int?
    }

    /// Finds a plane; `samples` are those of a pixel, `name` what errors call the file.
    /// - Throws: `InputError` for numbers that the file does not have, and planes that it has not.
    func place(of selection: PlaneSelection, samples: Int, name: String) throws -> Place {
        let channel = try Self.index(selection.channel, of: shape.channels * samples, "channel", usual: 1, name)
        let slice = try Self.index(selection.slice, of: shape.slices, "slice", usual: (shape.slices + 1) / 2, name)
        let frame = try Self.index(selection.frame, of: shape.frames, "frame", usual: 1, name)
        var (plane, step) = (0, 1)
        for axis in order {
            switch axis {
            case .c: (plane, step) = (plane + step * (channel / samples), step * shape.channels)
            case .z: (plane, step) = (plane + step * slice, step * shape.slices)
            case .t: (plane, step) = (plane + step * frame, step * shape.frames)
            }
        }
        guard let page = pages.map({ plane < $0.count ? $0[plane] : nil }) ?? plane else {
            throw InputError(
                name, "does not hold channel \(channel + 1), slice \(slice + 1), frame \(frame + 1)",
                advice: "it is one file of an OME data set of several; choose a plane that it holds")
        }
        let sample = selection.channel == nil || samples == 1 ? nil : channel % samples
        return Place(plane: plane, page: isContiguous ? 0 : page, sample: sample)
    }

    private static func index(
        _ number: Int?, of count: Int, _ kind: String, usual: Int, _ name: String
    ) throws -> Int {
        let number = number ?? usual
        guard (1...max(count, 1)).contains(number) else {
            throw InputError(name, "has \(count) \(kind)\(count == 1 ? "" : "s"); there is no \(kind) \(number)")
        }
        return number - 1
    }
}
