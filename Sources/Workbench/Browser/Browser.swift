import Canvas
import Datasets
import Imaging
import Terminal

/// What the browser shows: what was found, and of the chosen entry its images.
struct Browser: Sendable {
    enum Pane: CaseIterable, Sendable { case entries, facts, images }

    /// The images of an entry, in the order and as far as they are shown.
    struct Opened: Sendable {
        let path: String
        let source: Source
        /// The images that are shown, in order; nil is all of them as they are.
        var order: [Int32]?
        /// What has been read, by the image's number.
        var values: [PairValues?]
        var known = 0
        /// The numbers of the marked images.
        var marked: Set<Int>

        /// `marks` are the paths of the marked images.
        init(path: String, source: Source, marks: Set<String> = []) {
            self.path = path
            self.source = source
            values = Array(repeating: nil, count: source.count)
            marked = marks.isEmpty ? [] : Set((0..<source.count).filter { marks.contains(source[$0].imagePath) })
        }

        /// Images shown.
        var count: Int { order?.count ?? source.count }
        /// The number, in the source, of the image in this row.
        func index(_ row: Int) -> Int { order.map { Int($0[row]) } ?? row }

        /// The row that shows the image of this number.
        func row(of index: Int) -> Int? {
            order.map { $0.firstIndex(of: Int32(index)) } ?? (index < source.count ? index : nil)
        }
    }

    /// Names of images in the folder that is being listed, before more is known.
    var glimpse: [String] = []
    var entries: [Entry] = []
    var entryScroll = Scroll()
    /// nil while folders are still looked into.
    var outcome: SearchOutcome?
    var pane = Pane.entries
    var isZoomed = false
    var opened: Opened?
    var images = Scroll()
    /// Paths of the marked images of each entry, by its path: their numbers may be others when it is opened again.
    private var marks: [String: Set<String>] = [:]
    /// The entry that is to be under the cursor as soon as it is found again.
    var wantedEntry: String?
    /// Why the entry could not be opened.
    var problem: InputError?
    var arrangement = Arrangement(path: "")
    /// The filter while it is typed.
    var filterInput: TextInput?
    var description: (path: String, Description)?
    var factScroll = Scroll()
    var preview: (request: PreviewRequest, picture: Result<Canvas, InputError>)?
    var isSheet = false
    var thumbnails: (request: ThumbnailRequest, pictures: [Int: Canvas])?

    var entry: Entry? { entries.indices.contains(entryScroll.selected) ? entries[entryScroll.selected] : nil }

    /// The number of the image under the cursor.
    var selectedIndex: Int? {
        guard let opened, opened.count > 0 else { return nil }
        return opened.index(min(images.selected, opened.count - 1))
    }

    var selectedItem: Item? { selectedIndex.flatMap { index in opened.map { $0.source[index] } } }

    var marked: Set<Int> { opened?.marked ?? [] }

    /// Whether the images in sight are those of the entry under the cursor; it is opened a little later than gone to.
    var isOpen: Bool { opened != nil && opened?.path == entry?.path }

    /// Shows the images of an entry.
    mutating func open(_ source: Source, of path: String) {
        opened = Opened(path: path, source: source, marks: marks[path] ?? [])
    }

    /// Marks the image under the cursor, or takes its mark off.
    mutating func toggleMark() {
        guard let path = opened?.path, let index = selectedIndex, let image = selectedItem?.imagePath else { return }
        if opened?.marked.remove(index) != nil {
            marks[path]?.remove(image)
        } else {
            opened?.marked.insert(index)
            marks[path, default: []].insert(image)
        }
    }

    mutating func clearMarks() {
        if let path = opened?.path { marks[path] = nil }
        opened?.marked = []
    }
}
