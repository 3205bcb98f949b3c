import Canvas
import Terminal

extension State {
    /// All keys of the screen, then those for everywhere; each does what it says when chosen.
    func helpPopup() -> Popup {
        Popup(title: "Keys", entries: commands(of: screen.context, byHelp: true))
    }

    /// Every command by name, and every choice there is.
    func palettePopup() -> Popup {
        var entries = commands(of: screen.context, byHelp: false)
        entries += themes.map { .init(title: "theme \($0)", detail: "", choice: .theme($0)) }
        entries += available.map { .init(title: "glyphs \($0.rawValue)", detail: "", choice: .symbols($0)) }
        switch screen {
        case .viewer:
            entries += ColorMap.allCases.map {
                .init(title: "colours \($0.rawValue)", detail: "", choice: .colorMap($0))
            }
            entries += Scene.Layer.allCases.map { .init(title: "mask \($0.rawValue)", detail: "", choice: .layer($0)) }
            entries += ExportFormat.allCases.map {
                .init(title: "export \($0.rawValue)", detail: "", choice: .export($0))
            }
        case .browser:
            entries += SortKey.allCases.map { .init(title: "sort by \($0.rawValue)", detail: "", choice: .sort($0)) }
        case .curves:
            entries += CurvesExport.allCases.map {
                .init(title: "export \($0.rawValue)", detail: "", choice: .exportCurves($0))
            }
        case .runs, .launch, .pictures, .synthesis, .curate, .compare, .experiment: break
        }
        return Popup(title: "Commands", entries: entries, themeBefore: theme)
    }

    func themePopup() -> Popup {
        let entries = themes.map { Popup.Entry(title: $0, detail: "", choice: .theme($0)) }
        var popup = Popup(title: "Theme", entries: entries, themeBefore: theme)
        popup.scroll = Scroll(selected: themes.firstIndex(of: theme.name) ?? 0)
        return popup
    }

    func sortPopup() -> Popup {
        let entries = SortKey.allCases.map { key in
            Popup.Entry(title: key.rawValue, detail: key.needsValues ? "reads all files" : "", choice: .sort(key))
        }
        var popup = Popup(title: "Sort by", entries: entries)
        popup.scroll = Scroll(selected: SortKey.allCases.firstIndex(of: browser.arrangement.sort) ?? 0)
        return popup
    }

    func exportPopup() -> Popup {
        Popup(
            title: "Export the view into the working folder",
            entries: ExportFormat.allCases.map { .init(title: $0.rawValue, detail: "", choice: .export($0)) })
    }

    /// What was said, the last first.
    func messagesPopup() -> Popup {
        let room = max(min(columns - 16, Popup.widest), 20)
        let entries = notices.reversed().flatMap { notice in
            Paragraph.lines(notice.text.printable, columns: room).enumerated().map { index, line in
                Popup.Entry(title: (index == 0 ? "" : "  ") + line, detail: "", choice: .text(notice.level))
            }
        }
        return Popup(
            title: "Messages",
            entries: entries.isEmpty
                ? [.init(title: "nothing was said yet", detail: "", choice: .text(.information))] : entries)
    }

    private func commands(of context: Context, byHelp: Bool) -> [Popup.Entry] {
        bindings.commands(in: context.rawValue).map { command in
            Popup.Entry(
                title: byHelp ? command.help : command.name, detail: bindings.keyText(of: command),
                choice: .action(command.action))
        }
    }
}
