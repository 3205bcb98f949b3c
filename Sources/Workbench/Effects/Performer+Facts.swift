import Datasets
import Foundation
import Imaging
import Runs
import Synchronization

extension Performer {
    func describe(
        _ entry: Entry, _ source: Source?, send: @escaping @Sendable (Message) -> Void, check: @escaping Check
    ) throws {
        switch entry.kind {
        case .sampleSet: send(.described(entry.path, try Description(samples: SampleSet.open(entry.path))))
        case .run: send(.described(entry.path, try Description(run: RunDirectory.open(entry.path))))
        case .experiment:
            send(.described(entry.path, Description(try ExperimentFolder(entry.path).plan(), at: entry.path)))
        case .images:
            send(.described(entry.path, Description(rows: [.init(name: "path", value: entry.path)], progress: 0)))
            guard let facts = try LooseFiles.facts(entry.path) else { return }
            send(.described(entry.path, Description(facts)))
        case .dataSet:
            guard case .dataSet(let dataSet)? = source?.kind else { return }
            let first = Description(
                warnings: dataSet.warnings,
                rows: [
                    .init(name: "path", value: dataSet.path), .init(name: "layout", value: dataSet.layoutDescription),
                    .init(name: "pairs", value: "\(dataSet.pairs.count)"),
                ], progress: 0)
            send(.described(entry.path, first))
            let told = Mutex(0)
            do {
                let facts = try dataSet.facts(
                    progress: { done, total in
                        let share = 20 * done / max(total, 1)
                        let isNew = told.withLock { told in
                            defer { told = share }
                            return share > told
                        }
                        guard isNew, share < 20 else { return }
                        var now = first
                        now.progress = Double(done) / Double(max(total, 1))
                        send(.described(entry.path, now))
                    }, checking: check)
                send(.described(entry.path, Description(facts)))
            } catch let error as InputError {
                var failed = first
                failed.progress = nil
                failed.warnings.insert(error.description, at: 0)
                send(.described(entry.path, failed))
            }
        }
    }

    /// Reads values image by image, and sends some at a time.
    func readValues(
        _ indices: [Int], of path: String, _ source: Source, send: Send, check: @escaping Check
    ) throws {
        // Rows in sight come one by one; all of a large data set in larger parts, on all processors.
        let size = indices.count > 200 ? 64 : 4
        for start in stride(from: 0, to: indices.count, by: size) {
            let part = Array(indices[start..<min(start + size, indices.count)])
            let values = try concurrentMap(part) { index in
                try check()
                return PairValues(source[index])
            }
            send(.values(zip(part, values).map { ($0, $1) }, of: path))
        }
    }
}

extension Description {
    init(_ facts: DataSetFacts) {
        self.init(warnings: facts.warnings, rows: facts.rows.map { Row(name: $0.name, value: $0.value) })
    }

    init(samples set: SampleSet) throws {
        let samples = try set.curated()
        let tally = CurationTally(samples)
        rows = [
            Row(name: "path", value: set.path), Row(name: "samples", value: "\(tally.total)"),
            Row(name: "undecided", value: "\(tally.undecided)"), Row(name: "accepted", value: "\(tally.accepted)"),
            Row(name: "rejected", value: "\(tally.rejected)"),
            Row(name: "suspect", value: "\(samples.count { !$0.suspicions.isEmpty })"),
        ]
        let runs = Set(samples.map(\.sample.run)).sorted()
        if !runs.isEmpty { rows.append(Row(name: "runs", value: runs.joined(separator: ", "))) }
    }

    private struct AnySettings: Codable, Sendable {}

    init(run: RunDirectory) throws {
        var rows = [Row(name: "path", value: run.path)]
        var warnings: [String] = []
        if let status = try? run.status() {
            rows.append(Row(name: "state", value: status.isLost() ? "lost: its engine is gone" : status.state.rawValue))
            rows.append(Row(name: "step", value: "\(status.step)" + (status.totalSteps.map { " of \($0)" } ?? "")))
            rows.append(Row(name: "epoch", value: "\(status.epoch)"))
            if let best = status.bestScore {
                let step = status.bestStep.map { " at step \($0)" } ?? ""
                rows.append(Row(name: "best", value: String(format: "%.4g", best) + step))
            }
            if let card = status.card { rows.append(Row(name: "card", value: card.text)) }
            if let error = status.lastError { warnings.append(error) }
        }
        if let asked = try? run.description(settings: AnySettings.self) {
            rows += [
                Row(name: "data", value: asked.dataset.paths.joined(separator: ", ")),
                Row(
                    name: "split",
                    value: "\(asked.dataset.training.count) train, \(asked.dataset.validation.count) validate"),
                Row(name: "seed", value: "\(asked.seed)"), Row(name: "device", value: asked.device),
                Row(name: "made", value: asked.created.formatted(.iso8601)),
                Row(name: "command", value: asked.commandLine.joined(separator: " ")),
            ]
        }
        self.init(warnings: warnings, rows: rows)
    }
}

extension PairValues {
    init(_ item: Item) {
        do {
            let image: Image
            var objects: Int32 = -1
            if let pair = item.pair {
                let read = try pair.read()
                image = read.image
                objects = Int32(clamping: read.mask.objects)
            } else {
                image = try ImageFile.read(item.imagePath)
            }
            self.init(
                width: Int32(clamping: image.width), height: Int32(clamping: image.height),
                channels: Int16(clamping: image.channels), bits: Int16(clamping: image.bits), objects: objects,
                mean: Float(image.withoutRedundantChannels().statistics.mean))
        } catch {
            self.init(width: 0, height: 0, channels: 0, bits: 0, objects: -1, mean: .nan, isBroken: true)
        }
    }
}

extension Arrangement {
    /// The images to show, in order; nil is all of them as they are.
    func order(of source: Source, _ values: [PairValues?], check: () throws -> Void = {}) throws -> [Int32]? {
        let words = filter.split(separator: " ").map { Array($0.lowercased().utf8) }
        var chosen: [Int32] = []
        for index in 0..<source.count {
            if index % 4096 == 0 { try check() }
            if words.isEmpty {
                chosen.append(Int32(index))
                continue
            }
            let item = source[index]
            let isFound = words.allSatisfy { word in
                item.name.containsFolded(word) || (item.part?.containsFolded(word) ?? false)
            }
            if isFound { chosen.append(Int32(index)) }
        }
        switch sort {
        // As the source has them.
        case .name:
            if words.isEmpty, !isReversed { return nil }
            return isReversed ? chosen.reversed() : chosen
        case .split:
            let parts = chosen.map { source[Int($0)].part ?? "" }
            return sorted(chosen, by: parts) { $0 }
        case .size, .depth, .objects, .mean:
            let keys = chosen.map { index -> Double? in
                guard let value = values[Int(index)], !value.isBroken else { return nil }
                switch sort {
                case .size: return Double(value.width) * Double(value.height)
                case .depth: return Double(value.bits) * 100 + Double(value.channels)
                case .objects: return Double(value.objects)
                default: return Double(value.mean)
                }
            }
            // What is not known yet stands last, whichever way is up.
            let known = chosen.indices.filter { keys[$0]?.isFinite == true }
            let unknown = chosen.indices.filter { keys[$0]?.isFinite != true }.map { chosen[$0] }
            return sorted(known.map { chosen[$0] }, by: known.map { keys[$0] ?? 0 }) { $0 } + unknown
        }
    }

    private func sorted<Key, Value: Comparable>(_ chosen: [Int32], by keys: [Key], _ value: (Key) -> Value) -> [Int32] {
        let places = chosen.indices.sorted { left, right in
            let (one, other) = (value(keys[left]), value(keys[right]))
            // Equal ones stay in their order either way.
            return one == other ? left < right : isReversed ? one > other : one < other
        }
        return places.map { chosen[$0] }
    }
}

extension String {
    /// Whether the text has these lower-case bytes, A to Z taken for a to z.
    fileprivate func containsFolded(_ word: [UInt8]) -> Bool {
        var copy = self
        return copy.withUTF8 { text in
            guard text.count >= word.count, let first = word.first else { return word.isEmpty }
            func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
            for start in 0...(text.count - word.count) where folded(text[start]) == first {
                var length = 1
                while length < word.count, folded(text[start + length]) == word[length] { length += 1 }
                if length == word.count { return true }
            }
            return false
        }
    }
}
