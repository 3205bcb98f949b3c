import Foundation
import Imaging

extension RunDirectory {
    /// The styles kept by name, in the order in which they came; none where nothing was kept.
    /// - Throws: `InputError` where styles.json is damaged.
    public func styles() throws -> [NamedStyle] {
        guard access(stylesPath, F_OK) == 0 else { return [] }
        let styles = try RunDocuments.read([NamedStyle].self, from: stylesPath)
        guard styles.allSatisfy({ $0.style.isValid && NamedStyle.problem(with: $0.name) == nil }) else {
            throw InputError(stylesPath, "is damaged: a style's name or numbers make no sense")
        }
        return styles
    }

    /// Keeps a style under a name that is not taken.
    /// - Throws: `InputError` where it is, or cannot be a name.
    public func keep(_ style: NamedStyle) throws {
        if let problem = NamedStyle.problem(with: style.name) { throw InputError("the name \(style.name)", problem) }
        let styles = try styles()
        guard !styles.contains(where: { $0.name == style.name }) else {
            throw InputError(
                stylesPath, "has a style \(style.name) already", advice: "take another name, or remove that one")
        }
        try RunDocuments.write(styles + [style], to: stylesPath)
    }

    /// Forgets the style of this name.
    /// - Throws: `InputError` where there is none.
    public func removeStyle(_ name: String) throws {
        let styles = try styles()
        guard styles.contains(where: { $0.name == name }) else { throw InputError(stylesPath, "has no style \(name)") }
        try RunDocuments.write(styles.filter { $0.name != name }, to: stylesPath)
    }
}
