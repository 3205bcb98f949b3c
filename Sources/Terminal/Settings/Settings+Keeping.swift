import Canvas
import Foundation
import Imaging

extension Settings {
    /// A setting that was chosen on the screen and is kept.
    public enum Choice: Equatable, Sendable {
        case theme(String)
        case symbols(Symbols)

        var key: String {
            switch self {
            case .theme: "theme"
            case .symbols: "symbols"
            }
        }

        var value: String {
            switch self {
            case .theme(let name): name
            case .symbols(let symbols): symbols.rawValue
            }
        }
    }

    /// Writes the choice into the user's `config.toml` and leaves all else of it as it is; returns the file's path. Throws
    /// `InputError` where the file is broken or cannot be written.
    @discardableResult
    public static func keep(_ choice: Choice, _ places: UserPlaces) throws -> String {
        let path = places.configuration + "/config.toml"
        let old = try UserPlaces.text(path)
        let new = try changed(old ?? "", to: choice, file: path)
        guard new != old else { return path }
        do {
            try FileManager.default.createDirectory(
                atPath: places.configuration, withIntermediateDirectories: true)
        } catch {
            throw InputError(places.configuration, "cannot be made", advice: "check its permissions")
        }
        // Where the file is a link, as among kept dotfiles, what it leads to is written.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        var status = stat()
        let isThere = stat(target, &status) == 0
        try AtomicFile.write(to: target, synced: false) { write in
            try Array(new.utf8).withUnsafeBytes { try write($0) }
        }
        if isThere { chmod(target, status.st_mode & 0o7777) }
        return path
    }

    /// The text of a settings file with one line changed, or with one more. Throws `InputError` where it cannot be read
    /// before, or would not say what was chosen afterwards.
    static func changed(_ text: String, to choice: Choice, file: String) throws -> String {
        let old = try Settings(text, file: file)
        let quoted = "\"" + choice.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        // By Foundation, since for Swift a line's "\r\n" is one character, and no "\n".
        var lines = text.components(separatedBy: "\n")
        if let number = old.lines[choice.key] {
            lines[number - 1] = replaced(lines[number - 1], by: quoted)
        } else {
            let entry = "\(choice.key) = \(quoted)"
            // Before the first table and what is said of it; else at the end, whose line may not be ended.
            if var place = lines.firstIndex(where: { $0.trimmingCharacters(in: .whitespaces).hasPrefix("[") }) {
                while place > 0, lines[place - 1].hasPrefix("#") { place -= 1 }
                lines.insert(contentsOf: [entry, ""], at: place)
            } else if lines.last?.isEmpty == true {
                lines.insert(entry, at: lines.count - 1)
            } else {
                lines += [entry, ""]
            }
        }
        let new = lines.joined(separator: "\n")
        let read = try? Settings(new, file: file)
        let isKept =
            switch choice {
            case .theme(let name): read?.theme == name
            case .symbols(let symbols): read?.symbols == symbols
            }
        guard isKept, read?.keys == old.keys, read?.colors == old.colors, read?.mouse == old.mouse else {
            throw InputError(file, "cannot be changed without harm", advice: "write \(choice.key) = \(quoted) into it")
        }
        return new
    }

    /// The line with another value; what is before and behind it stays.
    private static func replaced(_ line: String, by value: String) -> String {
        guard let equals = line.firstIndex(of: "=") else { return line }
        let start = line[equals...].dropFirst().firstIndex { $0 != " " && $0 != "\t" } ?? line.endIndex
        var end = start
        if start < line.endIndex, line[start] == "\"" || line[start] == "'" {
            end = line.index(after: start)
            while end < line.endIndex, line[end] != line[start] {
                // In double quotes a backslash takes the next one with it.
                if line[end] == "\\", line[start] == "\"" { end = line.index(after: end) }
                if end < line.endIndex { end = line.index(after: end) }
            }
            if end < line.endIndex { end = line.index(after: end) }
        }
        return line[..<start] + value + line[end...]
    }
}
