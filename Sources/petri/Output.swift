import Foundation
import Imaging

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Prints names and values in two columns.
func printColumns(_ rows: [(name: String, value: String)]) {
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
        print(row.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + row.value.printable)
    }
}

/// Prints warnings as lines, no more than 20; standard error where standard output carries results for programs.
func printWarnings(_ warnings: [String], toStandardError: Bool) {
    let more = warnings.count > 20 ? ["... and \(warnings.count - 20) more"] : []
    for warning in warnings.prefix(20) + more {
        let line = "warning: " + warning.printable
        if toStandardError { FileHandle.standardError.write(Data((line + "\n").utf8)) } else { print(line) }
    }
}
