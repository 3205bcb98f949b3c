import Imaging

/// Images and JSON files in the manner of COCO: LIVECell, EVICAN. The JSON lies beside the images or in annotations/;
/// images lie anywhere below the folder.
enum COCOLayout: FolderLayout {
    /// A folder with more JSON files than this has one for each image, which is another layout.
    private static let mostFiles = 16

    static func find(in folder: Listing) throws -> Found? {
        var candidates = folder.others
        for inside in folder.folders where ["annotations", "annotation"].contains(inside.name.lowercased()) {
            let listing = try folder.listing(of: inside)
            candidates += listing.others
            for deeper in listing.folders.prefix(20) { candidates += try folder.listing(of: deeper).others }
        }
        candidates.removeAll { $0.name.lowercasedExtension != "json" || $0.name.hasPrefix("petri-") }
        guard !candidates.isEmpty, candidates.count <= mostFiles else { return nil }
        let files = try candidates.compactMap { try COCOFile($0.path) }
        return files.isEmpty ? nil : try find(files, images: ImageIndex(below: folder))
    }

    /// The data set of one COCO file, whose images lie below its folder, or below the folder that holds annotations/.
    static func find(inFile path: String) throws -> Found? {
        guard let file = try COCOFile(path) else { return nil }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        while let last = parts.last, ["annotations", "annotation", "livecell"].contains(last.lowercased()) {
            parts.removeLast()
        }
        let folder = parts.isEmpty ? "." : parts.count == 1 && parts.first == "" ? "/" : parts.joined(separator: "/")
        return try find([file], images: ImageIndex(below: Listing(folder, root: folderRoot(folder))))
    }

    /// The data set of a COCO file whose images lie below a named folder.
    /// - Throws: `InputError` if it is no COCO file.
    static func find(file path: String, images: Listing) throws -> Found {
        guard let file = try COCOFile(path) else {
            throw InputError(
                path, "holds no COCO annotations", advice: "name a file with \"images\" and \"annotations\"")
        }
        return try find([file], images: ImageIndex(below: images))
    }

    private static func find(_ files: [COCOFile], images: ImageIndex) throws -> Found {
        let kinds = files.map { PartKind(wordIn: $0.path.lastName.stem) }
        guard files.count == 1 || Set(kinds.compactMap { $0 }).count == files.count else {
            throw InputError(
                files[0].path, "is one of several files of annotations: \(summary(of: files.map(\.path.lastName)))",
                advice: "name the images' folder and one of them: --images DIR --masks \(files[0].path)")
        }
        var pairing = Pairing()
        pairing.notes = images.warnings
        var named: Set<String> = []
        for (file, kind) in zip(files, kinds) {
            let part = files.count > 1 ? kind?.rawValue : nil
            pairing.pairs += try pairs(of: file, part: part, images: images, named: &named, notes: &pairing.notes)
        }
        pairing.unpairedImages = images.files.filter { !named.contains($0.path) }.map(\.name)
        return Found(
            layout: .coco, reason: "COCO: \(files.map(\.path.lastName).joined(separator: ", "))", pairing: pairing)
    }

    private static func pairs(
        of file: COCOFile, part: String?, images: ImageIndex, named: inout Set<String>, notes: inout [String]
    ) throws -> [Pair] {
        var pairs: [Pair] = []
        var missing: [String] = []
        var refused: [String] = []
        var stems: [String: Int] = [:]
        for image in file.images { stems[image.fileName.lastName.stem, default: 0] += 1 }
        var names: Set<String> = []
        for (index, image) in file.images.enumerated() {
            guard isInside(image.fileName) else {
                refused.append(image.fileName)
                continue
            }
            guard let entry = images.find(image.fileName) else {
                missing.append(image.fileName)
                continue
            }
            named.insert(entry.path)
            let stem = image.fileName.lastName.stem
            // Images of one name in several folders are told apart by their folders.
            let name = stems[stem] == 1 ? stem : image.fileName.stem.split(separator: "/").joined(separator: "_")
            guard names.insert(name).inserted else {
                notes.append("\(image.fileName) is named twice; the second is left out")
                continue
            }
            let files = MaskFiles.annotations(COCOAnnotations(file: file, index: index))
            pairs.append(Pair(name: name, part: part, imagePath: entry.path, maskFiles: files))
        }
        let json = file.path.lastName
        if !refused.isEmpty { notes.append("\(json) leads out of the data set; refused: \(summary(of: refused))") }
        if !missing.isEmpty { notes.append("\(json) names images that are not there: \(summary(of: missing))") }
        if file.strayAnnotations > 0 {
            notes.append("\(json) has \(counted(file.strayAnnotations, "annotation")) of images that it does not name")
        }
        return pairs
    }

    /// Whether a file name stays in its folder.
    private static func isInside(_ name: String) -> Bool {
        let parts = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
        return !name.hasPrefix("/") && !name.hasPrefix("\\") && !parts.contains("..") && !name.contains("\0")
    }
}

/// The image files below a folder, by path and by name.
private struct ImageIndex {
    private(set) var files: [Listing.Entry] = []
    private(set) var warnings: [String] = []
    private var byPath: [String: Int] = [:]
    private var byName: [String: [Int]] = [:]

    /// Deeper folders, and folders beyond this number, are not looked into.
    private static let mostDepth = 5
    private static let mostFolders = 10_000

    init(below folder: Listing) throws {
        var queue = [(listing: folder, prefix: "", depth: 0)]
        var folders = 0
        while let (listing, prefix, depth) = queue.popLast() {
            for file in listing.images {
                byPath[prefix + file.name] = files.count
                byName[file.name, default: []].append(files.count)
                files.append(file)
            }
            warnings += listing.warnings
            guard depth < Self.mostDepth else { continue }
            for entry in listing.folders.reversed() {
                folders += 1
                guard folders <= Self.mostFolders else {
                    warnings.append("more than \(Self.mostFolders) folders; the others are left out")
                    return
                }
                do {
                    queue.append((try listing.listing(of: entry), prefix + entry.name + "/", depth + 1))
                } catch let error as InputError {
                    warnings.append(error.description)
                }
            }
        }
    }

    /// The file that COCO's "file_name" means: by its path below the folder or below images/, or by its name alone where
    /// only one file has that.
    func find(_ fileName: String) -> Listing.Entry? {
        let path = fileName.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        if let index = byPath[path] ?? byPath["images/" + path] { return files[index] }
        guard let sameName = byName[path.lastName], sameName.count == 1 else { return nil }
        return files[sameName[0]]
    }
}
