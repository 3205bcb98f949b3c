import ArgumentParser
import Imaging

/// `--channel`, `--slice` and `--frame`: which plane is taken of files that hold several.
public struct PlaneOptions: ParsableArguments {
    @Option(help: "Channel to take of files with several, from 1 (default: all of RGB, else the first).")
    public var channel: Int?

    @Option(help: "Slice to take of a z-stack, from 1 (default: the middle one).")
    public var slice: Int?

    @Option(help: "Frame to take of a time-lapse, or page of a plain TIFF, from 1 (default: the first).")
    public var frame: Int?

    public init() {}

    public func validate() throws {
        for (name, number) in [("--channel", channel), ("--slice", slice), ("--frame", frame)] {
            if let number, number < 1 { throw ValidationError("\(name) counts from 1, as in ImageJ; not \(number)") }
        }
    }

    /// What `ImageFile.read` takes.
    public var selection: PlaneSelection { PlaneSelection(channel: channel, slice: slice, frame: frame) }
}
