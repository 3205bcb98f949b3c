import Canvas
import Datasets
import Foundation
import Runs

/// A line that is asked for at the foot of the screen.
struct Prompt: Equatable, Sendable {
    enum Purpose: Equatable, Sendable {
        /// Where the chosen images go.
        case send(SendTarget)
        /// Of the run in this folder.
        case rename(String)
        case note(String)
        case extend(String)
        /// A value of the launch form.
        case launch(LaunchRow)
        /// A value of the form for samples.
        case synthesis(SynthesisRow)
        /// The name that the launch form is kept under.
        case profile
        /// The real set to hold this synthetic one against.
        case realSet(String)
        /// Of these samples.
        case curationTags([String])
        case curationNote([String])
        /// Where the accepted samples go; how many these are.
        case exportSamples(Conversion.Layout, Int)
    }

    var purpose: Purpose
    var input: TextInput

    init(_ purpose: Purpose, _ text: String) {
        self.purpose = purpose
        input = TextInput(text)
    }

    var title: String {
        switch purpose {
        case .send: "write to"
        case .rename: "name"
        case .note: "note"
        case .extend: "continue for"
        case .launch(let row): row.name
        case .synthesis(let row): row.name
        case .profile: "save as"
        case .realSet: "real set"
        case .curationTags(let names): names.count == 1 ? "tag" : "tag \(names.count) selected"
        case .curationNote(let names): names.count == 1 ? "note" : "note of \(names.count) selected"
        case .exportSamples(_, let count): "write \(count) accepted to"
        }
    }

    /// What is seen where nothing has been typed.
    var placeholder: String {
        switch purpose {
        case .send: "a new name. Enter writes, Esc does not"
        case .rename: "a name for the run; its folder keeps its own. Enter takes it, Esc drops it"
        case .note: "what to remember of the run. Enter takes it, Esc drops it"
        case .extend: "30 (minutes more), or 2000 steps"
        case .launch(let row): row.option?.range ?? "a path"
        case .synthesis(let row): row.option?.range ?? "a path"
        case .profile: "a name for these settings"
        case .realSet: "the folder of the real data set"
        case .curationTags: "words to add, -words to take off"
        case .curationNote: "what to remember. Enter takes it, Esc drops it"
        case .exportSamples: "a new folder. Enter writes, Esc does not"
        }
    }

    /// What is wrong with what was typed so far, as the rest of a sentence.
    var problem: String? {
        let text = input.text.trimmingCharacters(in: .whitespaces)
        switch purpose {
        case .send, .realSet, .exportSamples: return text.isEmpty ? "is not named" : nil
        case .curationTags: return CurationEdit.tags(text).problem
        case .curationNote: return CurationEdit.note(text).problem
        case .rename, .note: return nil
        case .extend:
            return text.isEmpty || Self.extent(text) != nil ? nil : "must be minutes, or a number and \"steps\""
        case .launch(let row): return text.isEmpty ? nil : row.option?.problem(text)
        case .synthesis(let row): return text.isEmpty ? nil : row.option?.problem(text)
        case .profile: return text.contains("/") || text.hasPrefix(".") ? "cannot be a file's name" : nil
        }
    }

    /// So many minutes or steps.
    static func extent(_ text: String) -> (minutes: Double?, steps: Int?)? {
        let words = text.lowercased().split(separator: " ")
        guard let number = words.first, words.count <= 2 else { return nil }
        let unit = words.count == 2 ? words[1] : "minutes"
        if "steps".hasPrefix(unit) {
            return Int(number).flatMap { (1...TrainingSettings.Budget.most).contains($0) ? (nil, $0) : nil }
        }
        guard "minutes".hasPrefix(unit), let minutes = Double(number), minutes > 0, minutes < 1e6 else { return nil }
        return (minutes, nil)
    }
}

/// Something that is not done before another key than the one that asked says so.
struct Question: Equatable, Sendable {
    var text: String
    var deed: Deed

    enum Deed: Equatable, Sendable {
        case control(RunControl)
        case curate(CurationRequest)
    }
}

extension State {
    mutating func performInPrompt(_ action: Action) -> [Effect] {
        guard let prompt else { return [] }
        switch action {
        case .close, .quit, .back:
            self.prompt = nil
            return []
        case .choose:
            if prompt.problem != nil { return [] }
            self.prompt = nil
            return answer(prompt.purpose, prompt.input.text.trimmingCharacters(in: .whitespaces))
        default: return []
        }
    }

    private mutating func answer(_ purpose: Prompt.Purpose, _ text: String) -> [Effect] {
        switch purpose {
        case .send(let target): return send(target, to: text)
        case .rename(let path): return [.control(.rename(path, text))]
        case .note(let path): return [.control(.note(path, text))]
        case .extend(let path):
            guard let extent = Prompt.extent(text), let run = runList.runs.first(where: { $0.path == path }) else {
                return []
            }
            // The budget is that of the whole run.
            return [
                .control(
                    .resume(
                        path, minutes: extent.minutes.map { $0 + (run.seconds ?? 0) / 60 },
                        steps: extent.steps.map { $0 + run.step }))
            ]
        case .launch(let row):
            launch.set(row, text)
            return []
        case .realSet(let synthetic): return openCompare(real: text, synthetic: synthetic)
        case .synthesis(let row): return answer(row, text)
        case .profile: return text.isEmpty ? [] : [.saveProfile(launch.request, as: text)]
        case .curationTags(let names): return confirmed(.edit(.tags(text), names))
        case .curationNote(let names): return confirmed(.edit(.note(text), names))
        case .exportSamples(let layout, _): return [.exportSamples(curate.path, layout, to: text)]
        }
    }

    mutating func performInQuestion(_ action: Action) -> [Effect] {
        guard let question else { return [] }
        self.question = nil
        if action == .confirm {
            switch question.deed {
            case .control(let control): return [.control(control)]
            case .curate(let request): return confirmed(request)
            }
        }
        say("nothing was done")
        return []
    }
}
