/// Something that draws itself into an area in a theme's styles. It draws nothing outside, and into any size.
public protocol Widget {
    func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme)
}

extension Canvas {
    public mutating func draw(_ widget: some Widget, in area: Area, _ theme: Theme) {
        let seen = area.intersection(self.area)
        guard !seen.isEmpty else { return }
        widget.draw(on: &self, in: area, theme)
    }
}

/// A stretch of text in one style.
public struct Span: Equatable, Sendable {
    public var text: String
    /// nil is the style of what the span stands on.
    public var role: Role?
    /// A colour of its own, such as an object's or a run's.
    public var color: RGB?

    public init(_ text: String, _ role: Role? = nil, color: RGB? = nil) {
        self.text = text
        self.role = role
        self.color = color
    }
}

/// A line of text in several styles.
public struct Line: Equatable, Sendable, ExpressibleByStringLiteral {
    public var spans: [Span]

    public init(_ spans: [Span]) { self.spans = spans }
    public init(_ text: String, _ role: Role? = nil, color: RGB? = nil) { spans = [Span(text, role, color: color)] }
    public init(stringLiteral text: String) { self.init(text) }

    /// The columns it takes.
    public var columns: Int { spans.reduce(0) { $0 + $1.text.displayColumns } }
}

/// Where a line stands in an area wider than it.
public enum Alignment: Sendable { case left, center, right }

extension Canvas {
    /// Draws a line in the first row of an area, over the style `ground`, which the whole row is cleared to if `ground` is
    /// given; where the line is too long, "~" is the last that is seen of it. In `plain` lines spans have the ground's colours
    /// and keep their attributes only, as on a selected row.
    public mutating func draw(
        _ line: Line, in area: Area, _ theme: Theme, ground: Style? = nil, plain: Bool = false,
        alignment: Alignment = .left
    ) {
        let row = area.line(0)
        guard !row.isEmpty else { return }
        if let ground { clear(row, ground) }
        let excess = line.columns - area.columns
        var column = area.column
        if excess < 0, alignment != .left { column -= alignment == .right ? excess : excess / 2 }
        for span in line.spans {
            var style = ground ?? theme[.text]
            if let role = span.role {
                style = plain ? style.over(Style(attributes: theme[role].attributes)) : theme[role].over(style)
            }
            if let color = span.color, !plain { style.foreground = color }
            column = draw(span.text, column: column, row: area.row, style, in: row)
        }
        if excess > 0 {
            draw("~", column: area.endColumn - 1, row: area.row, styleAt(area.endColumn - 1, area.row), in: row)
        }
    }

    private func styleAt(_ column: Int, _ row: Int) -> Style {
        area.contains(Position(column: column, row: row)) ? self[column, row].style : Style()
    }
}
