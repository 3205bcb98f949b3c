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

        init(path: String, source: Source) {
            self.path = path
            self.source = source
            values = Array(repeating: nil, count: source.count)
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
    /// Marked images of each entry, by its path.
    var marks: [String: Set<Int>] = [:]
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

    var marked: Set<Int> { opened.flatMap { marks[$0.path] } ?? [] }
}
