import Foundation
import Imaging

/// The Cell Tracking Challenge's folders: `01/t000.tif` with masks in `01_GT/SEG` (gold truth, often not of every frame),
/// `01_ST/SEG` (silver truth), `01_GT/TRA` (markers for tracking) or `01_RES` (a program's results).
enum CellTracking: FolderLayout {
    static func find(in folder: Listing) throws -> Found? {
        var pairing = Pairing()
        var isFound = false
        for entry in folder.folders where isSequence(entry.name) {
            let sources = try sources(of: entry.name, in: folder)
            if sources.isEmpty { continue }
            isFound = true
            pairing.add(try pairs(of: entry, sources: sources, in: folder), from: entry.name)
            for text in sources.compactMap(\.tracks) {
                do {
                    pairing.tracks.append(TrackFacts(sequence: entry.name, try TrackFile.read(text)))
                } catch let error as InputError {
                    pairing.notes.append(error.description)
                }
            }
        }
        guard isFound else { return nil }
        return Found(
            layout: .ctc, reason: "Cell Tracking Challenge: <sequence>/ and <sequence>_GT, _ST or _RES",
            pairing: pairing)
    }

    /// "01", "02"... or anything else made of digits.
    private static func isSequence(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// A mask of a frame, or of one slice of it.
    private struct FrameMask {
        var slice: Int?
        let file: Listing.Entry
    }

    /// A folder of masks of a sequence.
    private struct Source {
        let name: String
        /// The masks by frame, in the order of their slices.
        var masks: [Int: [FrameMask]] = [:]
        /// The text file of the tracks beside the masks.
        var tracks: String?
        /// Whether its masks say where the objects end.
        let isSegmentation: Bool
        var warnings: [String]
    }

    /// The folders of masks that there are, the best first.
    private static func sources(of sequence: String, in folder: Listing) throws -> [Source] {
        let places: [(path: [String], prefix: String, isSegmentation: Bool)] = [
            (["\(sequence)_GT", "SEG"], "man_seg", true), (["\(sequence)_ST", "SEG"], "man_seg", true),
            (["\(sequence)_GT", "TRA"], "man_track", false), (["\(sequence)_RES"], "mask", true),
        ]
        return try places.compactMap { place in
            var listing = folder
            for name in place.path {
                guard let entry = listing.folders.first(where: { $0.name.uppercased() == name.uppercased() }) else {
                    return nil
                }
                listing = try listing.listing(of: entry)
            }
            var source = Source(
                name: place.path.joined(separator: "/"), isSegmentation: place.isSegmentation,
                warnings: listing.warnings)
            source.tracks =
                listing.others.first {
                    ["man_track.txt", "res_track.txt"].contains($0.name.lowercased())
                }?.path
            var strange: [String] = []
            for file in listing.images {
                if let (frame, slice) = self.place(of: file.stem, behind: place.prefix) {
                    source.masks[frame, default: []].append(FrameMask(slice: slice, file: file))
                } else {
                    strange.append(file.name)
                }
            }
            if !strange.isEmpty {
                source.warnings.append("not named \(place.prefix)<frame>, left out: \(summary(of: strange))")
            }
            return source
        }
    }

    /// The frame and slice that a name such as "man_seg012", "man_seg_012_003" or "t012" says.
    private static func place(of stem: String, behind prefix: String) -> (frame: Int, slice: Int?)? {
        guard stem.lowercased().hasPrefix(prefix) else { return nil }
        let words = stem.dropFirst(prefix.count).split(separator: "_")
        let numbers = words.compactMap { UInt32($0) }.map(Int.init)
        guard numbers.count == words.count, let frame = numbers.first, numbers.count <= 2 else { return nil }
        return (frame, numbers.count == 2 ? numbers[1] : nil)
    }

    private static func pairs(of sequence: Listing.Entry, sources: [Source], in folder: Listing) throws -> Pairing {
        let listing = try folder.listing(of: sequence)
        var pairing = Pairing()
        pairing.notes = listing.warningsOfImages + sources.flatMap(\.warnings)
        // Markers and results only where nobody drew the objects.
        let drawn = sources.filter { $0.isSegmentation && !$0.name.hasSuffix("_RES") && !$0.masks.isEmpty }
        let rest = sources.filter { !$0.masks.isEmpty }
        let used = drawn.isEmpty ? Array(rest.prefix(1)) : drawn
        if let first = used.first, !first.isSegmentation {
            pairing.notes.append("only markers for tracking (\(first.name)): they need not fill the objects")
        }
        var frames: [Int: Listing.Entry] = [:]
        for image in listing.images {
            guard let (frame, _) = place(of: image.stem, behind: "t") else {
                pairing.notes.append("\(image.name) is not named t<frame>; left out")
                continue
            }
            if let other = frames.updateValue(image, forKey: frame) {
                pairing.duplicates.append(image.stem)
                pairing.notes.append("\(image.name) and \(other.name) are one frame; the first is left out")
            }
        }
        var counts = [Int](repeating: 0, count: used.count)
        for (frame, image) in frames.sorted(by: { $0.key < $1.key }) {
            guard let index = used.firstIndex(where: { $0.masks[frame] != nil }), let masks = used[index].masks[frame]
            else {
                pairing.unpairedImages.append(image.name)
                continue
            }
            counts[index] += 1
            var names: Set<String> = []
            for mask in masks {
                let name = "\(sequence.name)_\(image.stem)" + (mask.slice.map { "_z\(padded($0))" } ?? "")
                guard names.insert(name).inserted else {
                    pairing.duplicates.append(name)
                    pairing.notes.append("\(mask.file.name) is a second mask of \(name); left out")
                    continue
                }
                pairing.pairs.append(
                    Pair(
                        name: name, imagePath: image.path, slice: mask.slice, maskFiles: .whole(mask.file.path)))
            }
        }
        for (source, count) in zip(used, counts) {
            let strays = source.masks.filter { frames[$0.key] == nil }.sorted { $0.key < $1.key }
            pairing.unpairedMasks += strays.flatMap { $0.value.map(\.file.name) }
            if count < frames.count || !source.name.hasSuffix("_GT/SEG") {
                pairing.notes.append("\(source.name) has masks of \(count) of \(frames.count) frames")
            }
        }
        return pairing
    }

    private static func padded(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 3 - "\(number)".count)) + "\(number)"
    }
}
