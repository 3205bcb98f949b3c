import Foundation
import Imaging

/// Writes annotations.json beside images/, in each part: COCO's format with masks as compressed run lengths, which hold
/// every pixel (outlines would not).
struct COCOWriter: Sendable {
    let plans: [PairPlan]
    let force: Bool

    /// Writes the files that are not there, or are older than what they are made of; returns what is to be known of their
    /// objects.
    /// - Throws: `InputError` where a mask cannot be read or a file cannot be written.
    func write() throws -> [String] {
        var notes: [String] = []
        let byFolder = Dictionary(grouping: plans) { plan in
            ((plan.image as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
        }
        for (folder, plans) in byFolder.sorted(by: { precedesByBytes($0.key, $1.key) }) {
            let path = folder + "/annotations.json"
            let sources = plans.flatMap { [$0.pair.imagePath] + $0.pair.maskFiles.paths }
            if !force, let written = FileTimes(path)?.modified, let latest = FileTimes.latest(sources),
                written >= latest
            {
                continue
            }
            let entries = try concurrentMap(Array(plans.enumerated())) { index, plan in try Entry(plan, id: index + 1) }
            try write(entries, to: path)
            notes += zip(plans, entries).flatMap { plan, entry in entry.notes.map { "\(plan.pair.name): \($0)" } }
        }
        return notes
    }

    /// What the file says of one image.
    private struct Entry: Sendable {
        let image: String
        /// Each annotation without its beginning, which holds its number.
        let annotations: [String]
        let notes: [String]

        init(_ plan: PairPlan, id: Int) throws {
            let mask = try plan.pair.mask()
            let labels = mask.labels
            notes = mask.conversionNotes
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            let name = String(decoding: try encoder.encode(plan.image.lastName), as: UTF8.self)
            image = #"{"id":\#(id),"file_name":\#(name),"width":\#(labels.width),"height":\#(labels.height)}"#
            let boxes = labels.boundingBoxes
            let areas = labels.areas
            let size = "[\(labels.height),\(labels.width)]"
            annotations = labels.runLengths.compactMap { label, counts in
                guard let box = boxes[label], let area = areas[label] else { return nil }
                let place = "[\(box.x),\(box.y),\(box.width),\(box.height)]"
                // The characters of run lengths are "0" to "o"; among them only "\" means something in JSON.
                let runs = RunLengths.encoded(counts).replacingOccurrences(of: "\\", with: "\\\\")
                return #""image_id":\#(id),"category_id":1,"iscrowd":0,"area":\#(area),"bbox":\#(place),"#
                    + #""segmentation":{"size":\#(size),"counts":"\#(runs)"}}"#
            }
        }
    }

    private func write(_ entries: [Entry], to path: String) throws {
        try AtomicFile.write(to: path, synced: false) { write in
            func put(_ text: String) throws {
                var text = text
                try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
            }
            try put(#"{"info":{"description":"written by Petri"},"licenses":[],"#)
            try put(#""categories":[{"id":1,"name":"cell","supercategory":"cell"}],"# + "\n\"images\":[\n")
            try put(entries.map(\.image).joined(separator: ",\n"))
            try put("],\n\"annotations\":[\n")
            var number = 0
            for entry in entries where !entry.annotations.isEmpty {
                let lines = entry.annotations.map { annotation in
                    number += 1
                    return #"{"id":\#(number),"# + annotation
                }
                try put((number > lines.count ? ",\n" : "") + lines.joined(separator: ",\n"))
            }
            try put("]}\n")
        }
    }
}
