import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite struct SynthesisRequestTests {
    @Test func `real masks need one command, others two`() {
        var request = SynthesisRequest(run: "my run", source: "data", out: "set", values: ["density": "2"])
        // What says nothing of real masks is left out.
        #expect(request.commandLine == "petri generate 'my run' --masks data --count 100 --out set")
        request.values["masks"] = "drawn"
        request.values["seed"] = "7"
        request.values["style"] = "mixed"
        #expect(
            request.commandLine
                == "petri masks data --out set-masks --count 100 --seed 7 --source drawn --density 2"
                + " && petri generate 'my run' --masks set-masks --count 100 --out set --seed 7 --style mixed")
        request.source = "-x"
        #expect(request.masksArguments?[1] == "./-x")
    }

    @Test func `values are checked as the commands check them`() {
        var request = SynthesisRequest(run: "r", source: "s", out: "o", values: ["masks": "dense"])
        let valid = [
            "count": "5", "seed": "0", "style": "a:b:0.3", "size": "512x768", "scale": "0.5:2", "elastic": "0.5",
            "divisions": "1", "touching": "0", "layout": "colony", "cells": "65535", "checkpoint": "best",
        ]
        for (name, value) in valid {
            request.values = ["masks": "dense", name: value]
            #expect(request.problems.isEmpty, "\(name)")
        }
        let wrong = [
            "count": "0", "seed": "-1", "style": "a::b", "size": "512", "scale": "2:1", "elastic": "0.6",
            "divisions": "nan", "touching": "1.1", "layout": "spiral", "cells": "65536", "checkpoint": "",
            "nothing": "1",
        ]
        for (name, value) in wrong {
            request.values = ["masks": "dense", name: value]
            #expect(request.problems[name] != nil, "\(name)")
        }
        request.values = ["masks": "dense", "cells": "5", "cover": "0.2", "gap": "1", "touching": "0.2"]
        #expect(request.problems.keys.sorted() == ["cover", "touching"])
        request.values["masks"] = "real"
        #expect(request.problems.isEmpty)
    }
}

/// Jobs with shell scripts in the programs' places.
@Suite struct SynthesisJobTests {
    private let folder: TemporaryFolder
    private var engine: EngineProgram { EngineProgram(folder.path("bin/petri-engine")) }
    private var request: SynthesisRequest {
        SynthesisRequest(
            run: folder.path("run"), source: folder.path("data"), out: folder.path("it's a set"),
            values: ["masks": "dense", "count": "3"])
    }

    init() throws { folder = try TemporaryFolder() }

    /// A program that makes a file for each of the three of `folder` under the word after --out, waits, and leaves.
    private func program(_ name: String, makes inner: String, then rest: String) throws {
        let script = """
            #!/bin/sh
            while [ "$1" != --out ]; do shift; done
            mkdir -p "$2/\(inner)"
            for i in 1 2 3; do : > "$2/\(inner)/$i.png"; done
            \(rest)
            """
        try FileManager.default.createDirectory(atPath: folder.path("bin"), withIntermediateDirectories: true)
        // Written by another process: one started meanwhile would else inherit the open file ("Text file busy").
        var start = ProcessStart()
        start.environment = ["TEXT": script, "FILE": folder.path("bin/\(name)")]
        let pid = try start("/bin/sh", ["-c", "printf '%s\\n' \"$TEXT\" > \"$FILE\"; chmod +x \"$FILE\""])
        waitpid(pid, nil, 0)
    }

    private func wait(_ job: SynthesisJob, until isDone: (SynthesisProgress) -> Bool) -> SynthesisProgress? {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if let progress = job.progress(), isDone(progress) { return progress }
            usleep(10_000)
        }
        return job.progress()
    }

    @Test func `masks and samples are made one after the other and counted`() throws {
        try program("petri", makes: "masks", then: "echo three masks")
        try program("petri-engine", makes: "images", then: "echo three samples")
        let job = try SynthesisJob.start(request, engine: engine)
        let end = wait(job) { !$0.isActive }
        #expect(
            end
                == SynthesisProgress(
                    path: job.path, state: .finished, masks: 3, samples: 3, count: 3, lastWords: "three samples"))
        #expect(job.request == request)
        #expect(FileManager.default.fileExists(atPath: folder.path("it's a set-masks/masks/1.png")))
    }

    @Test func `a job that works is not started twice, is cancelled, and goes on`() throws {
        try program("petri", makes: "masks", then: "sleep 60")
        try program("petri-engine", makes: "images", then: "")
        let job = try SynthesisJob.start(request, engine: engine)
        #expect(wait(job) { $0.masks == 3 }?.isActive == true)
        #expect(throws: InputError.self) { try SynthesisJob.start(request, engine: engine) }
        try job.cancel()
        #expect(wait(job) { !$0.isActive }?.state == .interrupted)
        #expect(throws: InputError.self) { try job.cancel() }
        try program("petri", makes: "masks", then: "")
        try SynthesisJob.start(request, engine: engine)
        #expect(wait(job) { !$0.isActive }?.state == .finished)
    }

    @Test func `what fails says why`() throws {
        try program("petri", makes: "masks", then: "echo 'petri: data: has no cell' >&2; exit 65")
        try program("petri-engine", makes: "images", then: "")
        let job = try SynthesisJob.start(request, engine: engine)
        let end = wait(job) { !$0.isActive }
        #expect(end?.state == .failed && end?.lastWords == "petri: data: has no cell" && end?.samples == 0)
        #expect(SynthesisJob(path: folder.path("none")).progress() == nil)
        var unnamed = request
        unnamed.source = ""
        #expect(throws: InputError.self) { try SynthesisJob.start(unnamed, engine: engine) }
        unnamed = request
        unnamed.values["count"] = "many"
        #expect(throws: InputError.self) { try SynthesisJob.start(unnamed, engine: engine) }
    }
}
