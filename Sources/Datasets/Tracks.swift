import Foundation
import Imaging

/// One track of a time-lapse in the Cell Tracking Challenge's text files: "label first last parent".
public struct Track: Equatable, Sendable {
    /// The object's label in the masks of the tracks.
    public let label: Int32
    /// First and last frame, from 0.
    public let first: Int
    public let last: Int
    /// The label of the track that divided, or 0.
    public let parent: Int32

    public init(label: Int32, first: Int, last: Int, parent: Int32) {
        (self.label, self.first, self.last, self.parent) = (label, first, last, parent)
    }
}

/// `man_track.txt` and `res_track.txt`.
public enum TrackFile {
    /// The longest file read, in bytes: two million tracks.
    static let maximumLength = 64 << 20

    /// Reads the tracks of the file at `path`.
    /// - Throws: `InputError` that names the line where it is no list of tracks.
    public static func read(_ path: String) throws -> [Track] {
        let bytes = try FileContent.read(path, maximumLength: maximumLength)
        return try parse(bytes, name: path)
    }

    /// The tracks in the text, whose labels must be distinct and whose parents must be there and end before.
    static func parse(_ bytes: [UInt8], name: String) throws -> [Track] {
        var tracks: [Track] = []
        var lineNumber = 0
        func refuse(_ problem: String) -> InputError {
            InputError(name, "\(problem) in line \(lineNumber)", advice: "each line is: label first last parent")
        }
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            lineNumber += 1
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            if words.isEmpty { continue }
            guard words.count == 4 else { throw refuse("has \(words.count) words instead of 4") }
            let numbers = words.compactMap { Int32(String(decoding: $0.prefix(12), as: UTF8.self)) }
            guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }), numbers[0] > 0 else {
                throw refuse("has something else than whole numbers")
            }
            guard numbers[1] <= numbers[2] else { throw refuse("has a track that ends before it begins") }
            tracks.append(
                Track(label: numbers[0], first: Int(numbers[1]), last: Int(numbers[2]), parent: numbers[3]))
        }
        var byLabel: [Int32: Track] = [:]
        lineNumber = 0
        for track in tracks {
            lineNumber += 1
            if byLabel.updateValue(track, forKey: track.label) != nil {
                throw InputError(name, "names track \(track.label) twice", advice: "each label is one track")
            }
        }
        for track in tracks where track.parent != 0 {
            guard let parent = byLabel[track.parent] else {
                throw InputError(name, "gives track \(track.label) the parent \(track.parent), which is not there")
            }
            guard parent.last < track.first else {
                throw InputError(name, "has track \(track.label) begin before its parent \(track.parent) ends")
            }
        }
        return tracks
    }
}

/// What a file of tracks says of a time-lapse.
public struct TrackFacts: Codable, Equatable, Sendable {
    /// The sequence, such as "01".
    public let sequence: String
    /// Number of tracks.
    public let tracks: Int
    /// Number of tracks that have daughters.
    public let divisions: Int
    /// Frames from the first to the last that a track has.
    public let frames: Int

    init(sequence: String, _ tracks: [Track]) {
        self.init(
            sequence: sequence, tracks: tracks.count,
            divisions: Set(tracks.lazy.map(\.parent).filter { $0 != 0 }).count,
            frames: tracks.isEmpty
                ? 0 : (tracks.map(\.last).max() ?? 0) - (tracks.map(\.first).min() ?? 0) + 1)
    }

    private init(sequence: String, tracks: Int, divisions: Int, frames: Int) {
        (self.sequence, self.tracks, self.divisions, self.frames) = (sequence, tracks, divisions, frames)
    }

    /// The same facts where the sequence lies in a folder of the data set.
    func inside(_ folder: String) -> TrackFacts {
        TrackFacts(sequence: "\(folder)/\(sequence)", tracks: tracks, divisions: divisions, frames: frames)
    }
}
