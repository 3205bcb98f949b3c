import Foundation

/// Programs that tests write for themselves.
public enum Script {
    /// Writes a script that can be run, by another process: one that a test starts meanwhile would else inherit the open
    /// file ("Text file busy").
    public static func write(_ script: String, to path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", #"printf %s "$1" >"$0"; chmod +x "$0""#, path, script]
        try process.run()
        process.waitUntilExit()
    }
}
