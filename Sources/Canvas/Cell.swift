/// One cell of a terminal: a character and how it is drawn.
public struct Cell: Equatable, Sendable {
    /// A cluster of one column, or of two, which `rest` follows in the next cell.
    public var character: Character
    public var style: Style

    public init(_ character: Character, _ style: Style = Style()) {
        self.character = character
        self.style = style
    }

    public init(_ character: Character, foreground: RGB? = nil, background: RGB? = nil) {
        self.init(character, Style(foreground, on: background))
    }

    public var foreground: RGB? { style.foreground }
    public var background: RGB? { style.background }

    /// What stands in the cell that the right half of a wide character covers.
    public static let rest: Character = "\0"
}

/// The colours and attributes of a cell.
public struct Style: Hashable, Sendable {
    /// nil is the terminal's default.
    public var foreground: RGB?
    public var background: RGB?
    public var attributes: Attributes

    public init(_ foreground: RGB? = nil, on background: RGB? = nil, _ attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// Attributes on the default colours.
    public init(attributes: Attributes) { self.init(nil, on: nil, attributes) }

    /// This style over another: its colours where it has any, the attributes of both.
    public func over(_ ground: Style) -> Style {
        Style(
            foreground ?? ground.foreground, on: background ?? ground.background,
            attributes.union(ground.attributes))
    }
}

/// How text is set apart besides its colours.
public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let underline = Attributes(rawValue: 4)
    public static let reverse = Attributes(rawValue: 8)

    /// The attributes by the names that theme files use.
    public static let named: [(name: String, attribute: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse),
    ]
}
