import Imaging

extension DataSet {
    /// Which group of images each pair belongs to that must not share pixels: its part, or what the split made of it.
    /// Empty where all belong to one.
    func groups(of split: Split?) -> [String: String] {
        var groups: [String: String] = [:]
        let validation = Set(split?.validation ?? [])
        let training = Set(split?.training ?? [])
        for pair in pairs {
            if validation.contains(pair.name) {
                groups[pair.name] = "validation"
            } else if let part = pair.part {
                groups[pair.name] = part
            } else if training.contains(pair.name) {
                groups[pair.name] = "training"
            }
        }
        return Set(groups.values).count > 1 ? groups : [:]
    }

    /// Names of images of different groups with the same pixels.
    static func leaks(among facts: [PairFacts], groups: [String: String]) -> [[String]] {
        guard !groups.isEmpty else { return [] }
        /// What images with the same pixels have in common, the sizes before the pixels.
        struct Key: Hashable {
            let width: Int
            let height: Int
            let bits: Int
            let hash: UInt64
        }
        var names: [Key: [String]] = [:]
        for pair in facts {
            guard let hash = pair.pixelHash else { continue }
            names[Key(width: pair.width, height: pair.height, bits: pair.bits, hash: hash), default: []].append(
                pair.name)
        }
        let shared = names.values.filter { names in names.count > 1 && Set(names.compactMap { groups[$0] }).count > 1 }
        return shared.sorted { precedesByBytes($0[0], $1[0]) }
    }
}

extension Image {
    /// A hash of the samples, the same for grey stored as grey and as colour.
    var pixelHash: UInt64 {
        var hash = Hash64()
        switch withoutRedundantChannels().samples {
        case .uint8(let samples): hash.add(samples)
        case .uint16(let samples): hash.add(samples)
        case .uint32(let samples): hash.add(samples)
        case .int8(let samples): hash.add(samples)
        case .int16(let samples): hash.add(samples)
        case .int32(let samples): hash.add(samples)
        case .float(let samples): hash.add(samples)
        }
        return hash.value
    }
}

extension Hash64 {
    /// Adds samples as words of eight bytes, the last one filled up with zeros.
    fileprivate mutating func add<Sample>(_ samples: [Sample]) {
        samples.withUnsafeBytes { add($0) }
    }
}
