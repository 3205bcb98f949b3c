import Canvas
import Datasets
import Foundation

/// Where chosen images can be sent.
enum SendTarget: CaseIterable, Sendable {
    case paths, dataSet

    var title: String {
        switch self {
        case .paths: "a list of their paths, as a text file"
        case .dataSet: "a new data set, as images/ and masks/"
        }
    }

    /// What a name that is proposed ends in.
    fileprivate var ending: String {
        switch self {
        case .paths: "-paths.txt"
        case .dataSet: "-chosen"
        }
    }
}

/// The images that are sent: of an entry's images those of these numbers.
struct Selection: Sendable {
    var source: Source
    var indices: [Int]

    var items: [Item] { indices.map { source[$0] } }

    /// Whether all are pairs.
    var isPaired: Bool { if case .dataSet = source.kind { true } else { false } }

    /// "3 images".
    var counted: String { Datasets.counted(indices.count, "image") }
}

extension State {
    /// The marked images in the data set's order, or the selected one where none is marked.
    private var selection: Selection? {
        guard browser.isOpen, let opened = browser.opened else { return nil }
        let indices = browser.marked.isEmpty ? browser.selectedIndex.map { [$0] } ?? [] : browser.marked.sorted()
        return indices.isEmpty ? nil : Selection(source: opened.source, indices: indices)
    }

    /// Where the chosen images can go.
    mutating func askWhereToSend() {
        guard let selection else { return say("there is no image to send") }
        let targets = SendTarget.allCases.filter { $0 != .dataSet || selection.isPaired }
        popup = Popup(
            title: "Send \(chosen(selection)) to",
            entries: targets.map { .init(title: $0.title, detail: "", choice: .send($0)) })
    }

    /// Asks for the path to write to.
    mutating func askForPath(_ target: SendTarget) {
        guard let entry = browser.entry else { return }
        prompt = Prompt(.send(target), entry.title.replacing("/", with: "-") + target.ending)
    }

    /// Sends the chosen images.
    func send(_ target: SendTarget, to path: String) -> [Effect] {
        selection.map { [.send(target, $0, to: path)] } ?? []
    }

    private func chosen(_ selection: Selection) -> String {
        (browser.marked.isEmpty ? "the selected " : "the marked ")
            + (browser.marked.isEmpty ? "image" : selection.counted)
    }
}
