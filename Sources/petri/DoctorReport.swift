import Command
import Foundation
import Imaging

/// What `petri doctor` reports.
struct DoctorReport: Codable {
    var petri = Version.petri
    var swift = Version.swift
    /// The versions loaded at run time, nil if they do not tell.
    var libpng: String?
    var libtiff: String?
    var terminal: TerminalFacts
    var cores: Int
    var memoryBytes: UInt64
    /// The working folder and the bytes its file system has free for this user.
    var folder: String
    var diskFreeBytes: UInt64?
    /// The engine's own report; nil, with the reason, if it does not answer.
    var engine: EngineReport?
    var engineProblem: String?

    static func gather() -> DoctorReport {
        let process = ProcessInfo.processInfo
        let folder = FileManager.default.currentDirectoryPath
        var report = DoctorReport(
            libpng: LibraryVersion.png, libtiff: LibraryVersion.tiff,
            terminal: TerminalFacts(descriptor: STDOUT_FILENO), cores: process.activeProcessorCount,
            memoryBytes: process.physicalMemory, folder: folder, diskFreeBytes: freeBytes(at: folder))
        switch EngineReport.ask() {
        case .success(let engine): report.engine = engine
        case .failure(let problem): report.engineProblem = problem.description
        }
        return report
    }

    private static func freeBytes(at folder: String) -> UInt64? {
        var facts = statvfs()
        guard statvfs(folder, &facts) == 0 else { return nil }
        let (bytes, overflow) = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return overflow ? nil : bytes
    }

    var table: TextTable {
        var rows: [(name: String, value: String)] = [
            ("Petri", petri), ("Swift", swift), ("libpng", libpng ?? "?"), ("libtiff", libtiff ?? "?"),
            ("terminal", terminalText), ("cores", "\(cores)"), ("memory", Self.gibibytes(memoryBytes)),
            ("disk free", (diskFreeBytes.map(Self.gibibytes) ?? "?") + " at " + folder),
        ]
        if let engine {
            rows += [
                (
                    "libtorch",
                    [engine.libtorch, engine.libtorchPath].compactMap { $0 }.joined(separator: " at ")
                        + (engine.libtorchFrom.map { " (\($0))" } ?? "")
                ),
                ("devices", engine.devices?.joined(separator: ", ") ?? "?"),
            ]
            rows += (engine.cards ?? []).map { ("graphics card", $0.text) }
            rows += [
                ("threads", engine.threads.map { "\($0)" } ?? "?"),
                ("parallel", [engine.parallelBackend, engine.capabilities].compactMap { $0 }.joined(separator: ", ")),
            ]
        } else {
            rows.append(("engine", engineProblem ?? "?"))
        }
        return .facts(rows)
    }

    private var terminalText: String {
        guard terminal.isTerminal else { return "none (output goes elsewhere)" }
        let color = terminal.colorTerm.isEmpty ? "" : ", COLORTERM=\(terminal.colorTerm)"
        let encoding = terminal.isUTF8 ? "UTF-8" : "not UTF-8: set LANG=C.UTF-8 for block glyphs"
        return "\(terminal.columns) x \(terminal.rows), TERM=\(terminal.term)\(color), \(encoding)"
    }

    private static func gibibytes(_ bytes: UInt64) -> String {
        "\((Double(bytes) / 1_073_741_824 * 10).rounded() / 10) GiB"
    }
}

/// The versions of the libraries loaded, asked of themselves.
enum LibraryVersion {
    /// libpng's, from `png_access_version_number`: 10639 is 1.6.39.
    static var png: String? {
        typealias Function = @convention(c) () -> UInt32
        guard let address = dlsym(nil, "png_access_version_number") else { return nil }
        let number = unsafeBitCast(address, to: Function.self)()
        return "\(number / 10000).\(number / 100 % 100).\(number % 100)"
    }

    /// libtiff's, from the first line of `TIFFGetVersion`: "LIBTIFF, Version 4.5.0".
    static var tiff: String? {
        typealias Function = @convention(c) () -> UnsafePointer<CChar>?
        guard let address = dlsym(nil, "TIFFGetVersion"),
            let text = unsafeBitCast(address, to: Function.self)()
        else { return nil }
        return String(cString: text).split(separator: "\n").first?.split(separator: " ").last.map(String.init)
    }
}
