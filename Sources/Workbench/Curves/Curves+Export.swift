import Canvas
import Foundation
import Imaging
import Runs

/// What curves are written as.
enum CurvesExport: String, CaseIterable, Sendable {
    case csv = "CSV: all values of the runs shown"
    case png = "PNG: all panes, as they are looked at"
}

extension State {
    func curvesExportPopup() -> Popup {
        Popup(
            title: "Export into the working folder",
            entries: CurvesExport.allCases.map { .init(title: $0.rawValue, detail: "", choice: .exportCurves($0)) })
    }

    func exportCurves(_ format: CurvesExport) -> [Effect] {
        guard let first = curves.runs.first, !curves.panes.isEmpty else { return [] }
        let stem = first.path.lastPathComponent + "-curves"
        switch format {
        case .csv:
            let names = curves.names
            let tables = curves.runs.map { run in
                CurveTable(
                    run: run.name, path: run.path,
                    columns: (run.curves?.names ?? []).map { names.firstIndex(of: $0) ?? 0 })
            }
            return [.writeCSV(tables, names: names, stem: stem)]
        case .png: return [.writePlots(PlotSheet(curves.panes.map(panel)), stem: stem)]
        }
    }

    /// A pane for an image file.
    private func panel(_ pane: CurvePane) -> PlotSheet.Panel {
        let lines = lines(of: pane)
        // So many columns of dots that a panel has pixels.
        let plot = plot(of: lines, isScore: pane.isScore, columns: 260)
        let isSmooth = plot.series.count > lines.count
        return PlotSheet.Panel(
            title: pane.title, plot: plot, unit: curveUnit.name,
            colors: (isSmooth ? lines.map { _ in nil } : []) + lines.map(\.color))
    }
}

/// A run whose values are to be written.
struct CurveTable: Equatable, Sendable {
    var run: String
    var path: String
    /// The column of each name of its log, in order of appearance.
    var columns: [Int]
}

extension Performer {
    /// A file name that is still free in the export folder.
    func freePath(_ stem: String, _ ending: String) -> String {
        let stem = stem.replacingOccurrences(of: "/", with: "_")
        var path = "\(exportFolder)/\(stem).\(ending)"
        var number = 2
        while FileManager.default.fileExists(atPath: path) {
            path = "\(exportFolder)/\(stem)-\(number).\(ending)"
            number += 1
        }
        return path
    }

    /// Writes a line for each line of the logs: run, step, and the values by name, empty where there is none.
    func write(_ tables: [CurveTable], names: [String], stem: String, check: Check) throws -> String {
        let path = freePath(stem, "csv")
        try AtomicFile.write(to: path, synced: false) { write in
            var text = (["run", "step"] + names.map(Self.quoted)).joined(separator: ",") + "\n"
            func flush() throws {
                try check()
                try Array(text.utf8).withUnsafeBytes { try write($0) }
                text = ""
            }
            for table in tables {
                let run = try RunDirectory.open(table.path)
                var follower = MetricsFollower(run.metricsPath)
                _ = try follower.read(
                    anew: {},
                    line: { step, values in
                        var row = [String](repeating: "", count: names.count)
                        for value in values where value.value.isFinite && value.name < table.columns.count {
                            row[table.columns[value.name]] = "\(value.value)"
                        }
                        text += Self.quoted(table.run) + ",\(step)," + row.joined(separator: ",") + "\n"
                        if text.utf8.count > 1 << 16 { try flush() }
                    })
            }
            try flush()
        }
        return path
    }

    /// A field of CSV (RFC 4180).
    private static func quoted(_ text: String) -> String {
        text.contains { ",\"\n\r".contains($0) }
            ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
    }
}
