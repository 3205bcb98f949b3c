import Foundation
import Imaging

extension RunDirectory {
    /// Refuses a run that an engine is at work on.
    func checkIdle() throws {
        if let status = try? status(), status.state.isActive, !status.isLost(), status.pid != getpid() {
            throw InputError(
                path, "is being trained by process \(status.pid) on \(status.host)", advice: "stop that one first")
        }
        if RunLock.isHeld(self) {
            throw InputError(path, "is being trained by another process", advice: "stop that one first")
        }
    }

    /// A new run directory that stands where this one's checkpoint was written: `petri resume` goes on from there, with
    /// the same settings on the same data, and with the curves and the previews up to there.
    /// - Throws: `InputError` where there is no such checkpoint, or the folder is not new.
    public func branch(at choice: CheckpointChoice, to path: String) throws -> RunDirectory {
        // Read first: a run that is damaged is not copied.
        var description = try trainingDescription()
        let source = checkpointPath(choice)
        guard access(source, R_OK) == 0 else {
            throw InputError(source, "is not there", advice: "wait for the first checkpoint")
        }
        let copy = try RunDirectory.create(path)
        for (from, to) in [
            (source, copy.checkpointPath(.latest)), (checkpointPath(.best), copy.checkpointPath(.best)),
            (metricsPath, copy.metricsPath),
        ] where access(from, R_OK) == 0 {
            try Self.copy(from, to)
        }
        description.created = Date()
        try RunLog(copy.logPath).append("begun at the \(choice.rawValue) checkpoint of \(self.path)")
        let seconds = (try? status())?.seconds
        try copy.write(RunStatus(state: .stopped, seconds: seconds))
        try copy.write(description)
        return copy
    }

    private static func copy(_ source: String, _ destination: String) throws {
        let file = try Descriptor(source, O_RDONLY)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        // The open file stays whole even where its name is given to a newer one meanwhile.
        try AtomicFile.write(to: destination, synced: true) { write in
            var place = 0
            while true {
                let count = try file.read(at: place, into: buffer)
                if count == 0 { return }
                try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                place += count
            }
        }
    }
}
