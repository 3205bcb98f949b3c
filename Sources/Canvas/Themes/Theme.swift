/// The style of every role.
public struct Theme: Equatable, Sendable {
    public let name: String
    private var styles: [Style]

    /// A theme with these styles; a role that has none is drawn as plain text.
    public init(name: String, styles: [Role: Style]) {
        self.name = name
        let text = styles[.text] ?? Style()
        self.styles = Role.allCases.map { styles[$0] ?? text }
    }

    public subscript(role: Role) -> Style { styles[Self.places[role] ?? 0] }

    private static let places = Dictionary(uniqueKeysWithValues: Role.allCases.enumerated().map { ($1, $0) })

    /// No colours at all: for terminals without, NO_COLOR, and where no theme can be read.
    public static let mono = Theme(
        name: "mono",
        styles: [
            .muted: Style(attributes: .dim), .title: Style(attributes: .bold), .accent: Style(attributes: .bold),
            .borderFocused: Style(attributes: .bold), .selection: Style(attributes: .reverse),
            .selectionUnfocused: Style(attributes: .underline), .mark: Style(attributes: .bold),
            .match: Style(attributes: [.bold, .underline]), .header: Style(attributes: [.bold, .underline]),
            .field: Style(attributes: .underline), .statusBar: Style(attributes: .reverse),
            .statusMode: Style(attributes: [.bold, .reverse]), .key: Style(attributes: .bold),
            .disabled: Style(attributes: .dim),
            .warning: Style(attributes: .bold), .error: Style(attributes: [.bold, .reverse]),
            .accepted: Style(attributes: .bold),
            .rejected: Style(attributes: .dim), .barGround: Style(attributes: .dim), .axis: Style(attributes: .dim),
        ])
}
