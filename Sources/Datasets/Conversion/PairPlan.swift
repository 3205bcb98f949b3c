import Foundation
import Imaging

/// Where a pair's files go.
struct PairPlan: Sendable {
    let pair: Pair
    /// The image's new path.
    let image: String
    /// The mask's new path; "" where the layout has none of one file.
    var mask = ""
    /// The folder of one file for each object.
    var objects: String?
    /// Whether the image's file can be taken over as it is.
    let copiesImage: Bool

    /// The folders that must be there.
    var folders: [String] {
        var folders = [(image as NSString).deletingLastPathComponent]
        if !mask.isEmpty { folders.append((mask as NSString).deletingLastPathComponent) }
        if let objects { folders.append(objects) }
        return folders
    }

    /// Whether there are files of the objects; not in COCO, where one file holds those of all images.
    var writesMask: Bool { !mask.isEmpty || objects != nil }

    /// Whether an earlier run wrote the pair: its files are there, no older than the pair's, and of the right size. Files
    /// are written whole or not at all, the image last.
    func isDone() -> Bool {
        guard let written = FileTimes(image), let source = FileTimes.latest([pair.imagePath] + pair.maskFiles.paths),
            written.modified >= source
        else { return false }
        if copiesImage {
            guard written.length == FileTimes(pair.imagePath)?.length else { return false }
        }
        guard !mask.isEmpty else { return objects.map { FileTimes($0) != nil } ?? true }
        guard let time = FileTimes(mask)?.modified, time >= source else { return false }
        guard let old = try? ImageFile.probe(pair.imagePath), let new = try? ImageFile.probe(mask) else { return false }
        return old.width == new.width && old.height == new.height
    }
}

/// When a file was last written, and how long it is.
struct FileTimes {
    /// Nanoseconds.
    let modified: Int
    let length: Int

    /// Nil where there is no file.
    init?(_ path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        #if canImport(Glibc)
            let time = facts.st_mtim
        #else
            let time = facts.st_mtimespec
        #endif
        modified = Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
        length = Int(facts.st_size)
    }

    /// When the youngest of the files was written; nil where one is missing.
    static func latest(_ paths: [String]) -> Int? {
        var latest = Int.min
        for path in paths {
            guard let time = FileTimes(path)?.modified else { return nil }
            latest = max(latest, time)
        }
        return latest
    }
}

/// Making folders and copying files.
enum Folders {
    /// Makes the folder and its parents. Throws `InputError`.
    static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw InputError(path, "cannot be made", advice: "choose a folder that you may write to")
        }
    }

    /// Copies a file's bytes, whole or not at all. Throws `InputError`.
    static func copy(_ source: String, to target: String) throws {
        let file = try Descriptor(source, O_RDONLY)
        let length = try file.length()
        var buffer = [UInt8](repeating: 0, count: min(max(length, 1), 1 << 20))
        try AtomicFile.write(to: target, synced: false) { write in
            var place = 0
            while place < length {
                let count = try buffer.withUnsafeMutableBytes { try file.read(at: place, into: $0) }
                guard count > 0 else { throw InputError(source, "was shortened while it was read") }
                try buffer.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
                place += count
            }
        }
    }
}
