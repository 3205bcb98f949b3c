import Foundation

/// Petri's own folder, which holds `themes` and `sample-data`, and in a bundle `terminfo`.
enum PetriHome {
    /// The folder of this name in PETRI_HOME, else in the clone that this program was built in; nil where it is in neither.
    static func folder(
        _ name: String, home: String? = ProcessInfo.processInfo.environment["PETRI_HOME"],
        executable: String = EngineLauncher.executable
    ) -> String? {
        var place = URL(fileURLWithPath: executable)
        var candidates = home.flatMap { $0.isEmpty ? nil : $0 }.map { [$0 + "/" + name] } ?? []
        // <clone>/.build/<triple>/release/petri, or through the link <clone>/.build/release.
        for _ in 0..<4 {
            place.deleteLastPathComponent()
            candidates.append(place.appendingPathComponent(name).path)
        }
        return candidates.first { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
        }
    }

    /// Has terminals that the system does not know looked up in the bundle.
    static func offerTerminals() {
        guard let folder = folder("terminfo") else { return }
        // An empty place stands for the system's own (ncurses, terminfo(5)).
        setenv("TERMINFO_DIRS", (ProcessInfo.processInfo.environment["TERMINFO_DIRS"] ?? "") + ":" + folder, 1)
    }
}
