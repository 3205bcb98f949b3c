/// What a colour is for; themes say which colour that is.
public enum Role: String, CaseIterable, Sendable {
    case text
    case muted
    case title
    case accent
    /// Lines around panes.
    case border
    /// The pane that has the keys.
    case borderFocused = "border-focused"
    /// The row under the cursor of the pane that has the keys.
    case selection
    /// The row under the cursor of another pane.
    case selectionUnfocused = "selection-unfocused"
    /// Rows that were marked.
    case mark
    /// What a filter or search found.
    case match
    /// The heads of tables.
    case header
    /// Text that is being edited.
    case field
    /// Menus and messages over other things.
    case popup
    case statusBar = "status-bar"
    /// The mode's name in the status bar.
    case statusMode = "status-mode"
    /// Names of keys.
    case key
    case disabled
    case information
    case warning
    case error
    case good
    case accepted
    case rejected
    case undecided
    /// Bars of progress and histograms.
    case bar
    /// The part of a bar that is empty, and a scroll bar's groove.
    case barGround = "bar-ground"
    /// Axes and grid lines of plots.
    case axis
    case series1 = "series-1"
    case series2 = "series-2"
    case series3 = "series-3"
    case series4 = "series-4"
    case series5 = "series-5"
    case series6 = "series-6"
    case series7 = "series-7"
    case series8 = "series-8"

    /// The role of a plot's series, from 0; every eighth is alike.
    public static func series(_ index: Int) -> Role { allSeries[(index % 8 + 8) % 8] }

    private static let allSeries: [Role] = [
        .series1, .series2, .series3, .series4, .series5, .series6, .series7, .series8,
    ]
}
