import Canvas
import Foundation
import Testing

/// Texts beside the tests.
enum Fixture {
    static func text(_ name: String) throws -> String {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "txt"))
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// Compares a canvas with its golden text: what it looks like, then a line of letters for the styles of each row.
    /// PETRI_RECORD=1 writes the text anew, to be looked at before it is committed.
    static func compare(_ canvas: Canvas, with name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let text = description(of: canvas)
        if ProcessInfo.processInfo.environment["PETRI_RECORD"] == "1" {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
            try text.write(to: folder.appendingPathComponent(name + ".txt"), atomically: true, encoding: .utf8)
        } else {
            #expect(try text == Self.text(name), "\(name):\n\(text)", sourceLocation: sourceLocation)
        }
    }

    /// The rows, each between bars; below them the styles by letters, and what the letters mean.
    static func description(of canvas: Canvas) -> String {
        var letters: [Style: Character] = [Style(): "."]
        var legend = ""
        var looks = ""
        var styles = ""
        for row in 0..<canvas.rows {
            looks += "|"
            styles += "|"
            for column in 0..<canvas.columns {
                let cell = canvas[column, row]
                if cell.character != Cell.rest { looks.append(cell.character) }
                if letters[cell.style] == nil {
                    let letter = Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(letters.count - 1)))
                    letters[cell.style] = letter
                    legend += "\(letter) \(name(of: cell.style))\n"
                }
                styles.append(letters[cell.style] ?? "?")
            }
            looks += "|\n"
            styles += "|\n"
        }
        let cursor = canvas.cursor.map { "cursor \($0.column) \($0.row)\n" } ?? ""
        return looks + styles + legend + cursor
    }

    private static func name(of style: Style) -> String {
        func hex(_ color: RGB?) -> String {
            guard let color else { return "default" }
            return String(format: "#%02x%02x%02x", color.red, color.green, color.blue)
        }
        let attributes = Attributes.named.filter { style.attributes.contains($0.attribute) }.map(\.name)
        return ([hex(style.foreground), "on", hex(style.background)] + attributes).joined(separator: " ")
    }
}
