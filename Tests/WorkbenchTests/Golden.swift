import Canvas
import Foundation
import Testing

/// Screens as text beside the tests.
enum Golden {
    /// Compares a screen with its golden text: each row's characters, and behind a bar a digest of its styles, so that a
    /// change of colours shows, and where. PETRI_RECORD=1 writes the text anew, to be looked at before it is committed.
    static func compare(_ canvas: Canvas, with name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let text = description(of: canvas)
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
            .appendingPathComponent(name + ".txt")
        if ProcessInfo.processInfo.environment["PETRI_RECORD"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "txt"), "\(name)")
        let golden = try String(contentsOf: url, encoding: .utf8)
        let (rows, wanted) = (text.split(separator: "\n"), golden.split(separator: "\n"))
        let changed = rows.indices.filter { !wanted.indices.contains($0) || rows[$0] != wanted[$0] }
        #expect(
            changed.isEmpty && rows.count == wanted.count,
            "\(name), rows \(changed):\n\(changed.map { rows[$0] }.joined(separator: "\n"))",
            sourceLocation: sourceLocation)
    }

    static func description(of canvas: Canvas) -> String {
        (0..<canvas.rows).map { row in
            var text = ""
            // FNV-1a.
            var digest: UInt32 = 2_166_136_261
            func add(_ byte: UInt8) { digest = (digest ^ UInt32(byte)) &* 16_777_619 }
            for column in 0..<canvas.columns {
                let cell = canvas[column, row]
                if cell.character != Cell.rest { text.append(cell.character) }
                for color in [cell.foreground, cell.background] {
                    for byte in color.map({ [1, $0.red, $0.green, $0.blue] }) ?? [0] { add(byte) }
                }
                add(cell.style.attributes.rawValue)
            }
            return text + "|" + String(format: "%08x", digest) + "\n"
        }.joined()
    }
}
