import Imaging
import TOMLKit

/// A TOML text the user wrote, whose faults are told by file, line and key.
public struct TOMLText {
    /// Its name, as it is told.
    public let file: String
    public let root: TOMLTable
    private let lines: [Substring]

    /// Throws `InputError` with the line where the text is not TOML.
    public init(_ text: String, file: String) throws {
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let place = error.source.begin
            throw InputError(
                "\(file):\(place.line)", "is not TOML: \(error.description) at column \(place.column)",
                advice: "see https://toml.io for how it is written")
        }
    }

    /// The error of what stands at this path of keys.
    public func error(_ path: [String], _ problem: String, advice: String? = nil) -> InputError {
        let place = line(of: path).map { "\(file):\($0)" } ?? file
        return InputError("\(place): \(path.joined(separator: "."))", problem, advice: advice)
    }

    /// The line, from 1, that sets the path of keys, or the nearest table around it. TOMLKit does not tell; keys with dots
    /// or equals signs inside quotes are taken apart wrongly, and then the line of the table around is told.
    public func line(of path: [String]) -> Int? {
        var table: [String] = []
        var best: (line: Int, depth: Int)?
        for (index, line) in lines.enumerated() {
            let text = line.drop { $0 == " " || $0 == "\t" }
            var keys: [String]
            if text.hasPrefix("[") {
                table = Self.keys(text.prefix { $0 != "]" }.drop { $0 == "[" })
                keys = table
            } else if let equals = text.firstIndex(of: "="), !text.hasPrefix("#") {
                keys = table + Self.keys(text[..<equals])
            } else {
                continue
            }
            if path.starts(with: keys), keys.count > best?.depth ?? 0 { best = (index + 1, keys.count) }
        }
        return best?.line
    }

    private static func keys(_ dotted: Substring) -> [String] {
        dotted.split(separator: ".").map { key in
            String(key.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" })
        }
    }
}

extension TOMLText {
    /// The table at a key of the root, or nil where it is not given.
    public func table(_ key: String) throws -> TOMLTable? {
        guard let value = root[key] else { return nil }
        guard let table = value.table else { throw error([key], "is not a table", advice: "write [\(key)]") }
        return table
    }

    /// Throws where the table at `path` has keys other than these.
    public func demand(keys allowed: [String], in table: TOMLTable, at path: [String] = []) throws {
        for key in table.keys.sorted() where !allowed.contains(key) {
            throw error(path + [key], "is not known here", advice: "known are: " + allowed.joined(separator: ", "))
        }
    }
}
