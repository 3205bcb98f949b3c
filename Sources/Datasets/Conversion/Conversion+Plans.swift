import Imaging

extension Conversion.Layout {
    /// Where each pair's files go; parts become folders, each of the layout.
    /// - Throws: `InputError` where a name does not fit the layout.
    func plans(for dataSet: DataSet, in destination: String) throws -> [PairPlan] {
        var frames: [String: Int] = [:]
        return try dataSet.pairs.map { pair in
            let folder = pair.part.map { "\(destination)/\($0)" } ?? destination
            let name = pair.name
            let facts = try ImageFile.probe(pair.imagePath)
            // Of a stack, one plane is taken.
            let isPlain = facts.stack.planes == 1
            let ending = isPlain ? facts.container.ending : "tif"
            let maskEnding = "png"
            switch self {
            case .imagesAndMasks:
                return PairPlan(
                    pair: pair, image: "\(folder)/images/\(name).\(ending)",
                    mask: "\(folder)/masks/\(name).\(maskEnding)",
                    copiesImage: isPlain)
            case .bbbc038:
                // A folder called "test" would be taken for a part.
                let id = PartKind(folder: name) == nil ? name : "\(name)_"
                return PairPlan(
                    pair: pair, image: "\(folder)/\(id)/images/\(id).\(ending)", objects: "\(folder)/\(id)/masks",
                    copiesImage: isPlain)
            case .cellpose:
                guard NameEnding.of(name, among: NameEnding.masks + NameEnding.ignored) == nil else {
                    throw InputError(
                        pair.imagePath, "has a name that Cellpose would take for a mask's",
                        advice: "convert to images-masks, or rename it")
                }
                return PairPlan(
                    pair: pair, image: "\(folder)/\(name).\(ending)", mask: "\(folder)/\(name)_masks.\(maskEnding)",
                    copiesImage: isPlain)
            case .ctc:
                let (sequence, frame) = Self.place(of: pair, in: dataSet, &frames)
                let digits = "\(frame)"
                let number = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
                return PairPlan(
                    pair: pair, image: "\(folder)/\(sequence)/t\(number).tif",
                    mask: "\(folder)/\(sequence)_GT/SEG/man_seg\(number).tif",
                    copiesImage: isPlain && facts.container == .tiff)
            case .coco:
                return PairPlan(pair: pair, image: "\(folder)/images/\(name).\(ending)", copiesImage: isPlain)
            }
        }
    }

    /// The sequence and frame of a pair: its own if it comes from a time-lapse, else the next of sequence 01.
    private static func place(
        of pair: Pair, in dataSet: DataSet, _ frames: inout [String: Int]
    ) -> (sequence: String, frame: Int) {
        if dataSet.layout == .ctc, let sequence = pair.imagePath.split(separator: "/").dropLast().last,
            let frame = Int(pair.imagePath.lastName.stem.dropFirst()), pair.slice == nil
        {
            return (String(sequence), frame)
        }
        // Slices of a stack become the frames of a sequence of their own.
        let sequence =
            dataSet.layout == .ctc
            ? String(pair.imagePath.split(separator: "/").dropLast().last ?? "01") + "0" : "01"
        let key = "\(pair.part ?? "")/\(sequence)"
        defer { frames[key, default: 0] += 1 }
        return (sequence, frames[key] ?? 0)
    }
}

extension ImageFacts.Container {
    /// The usual extension.
    fileprivate var ending: String {
        switch self {
        case .png: "png"
        case .tiff: "tif"
        case .jpeg: "jpg"
        }
    }
}
