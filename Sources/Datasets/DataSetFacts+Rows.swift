extension DataSetFacts {
    /// The facts for people, each a name and a value.
    public var rows: [(name: String, value: String)] {
        func list(_ values: [String]) -> String {
            values.prefix(8).joined(separator: ", ") + (values.count > 8 ? " and \(values.count - 8) more" : "")
        }
        var rows = [("path", path), ("layout", layoutReason), ("pairs", "\(pairs)")]
        for part in parts { rows.append(("  " + part.name, "\(part.pairs) pairs, \(part.objects) objects")) }
        rows += [
            ("sizes", list(sizes)),
            ("channels", list(channels.map(String.init))),
            ("bits", list(bits.map(String.init))),
            ("masks", maskEncoding + (maskReason.isEmpty ? "" : " (\(maskReason))")),
            ("objects", "\(objects)" + (pairsRead < pairs ? " in \(pairsRead) pairs" : "")),
        ]
        for track in tracks {
            let divisions = "\(track.tracks) tracks, \(track.divisions) divisions, \(track.frames) frames"
            rows.append(("tracks", "\(track.sequence): \(divisions)"))
        }
        if let split {
            let counts = "\(split.training) to train on, \(split.validation) to validate on, seed \(split.seed)"
            rows.append(("split", "kept beside the data: \(counts)"))
        }
        return rows + [("images", list(images))]
    }
}
