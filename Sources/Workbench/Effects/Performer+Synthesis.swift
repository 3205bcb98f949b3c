import Foundation
import Imaging
import Runs

extension Performer {
    /// A request with what is known of the run and the data set: samples stand beside runs, and their masks come from what
    /// the run was trained on where nothing else is named.
    func prepareSynthesis(run path: String, source: String?, root: String) -> SynthesisRequest {
        let run = path.isEmpty ? nil : try? RunDirectory.open(path)
        let trainedOn = run.flatMap { run in
            (try? run.trainingDescription().dataset.paths.last) ?? (try? run.launchRequest())?.dataset
        }
        let folder = path.isEmpty ? root + "/samples" : (path as NSString).deletingLastPathComponent
        let name = path.isEmpty ? "set" : path.lastPathComponent + "-samples"
        return SynthesisRequest(
            run: path, source: source ?? trainedOn ?? "", out: Self.newFolder("\(folder)/\(name)"))
    }

    /// Does what was asked for with a sample set, says so, and looks again.
    func control(_ control: SynthesisControl, send: Send) throws {
        switch control {
        case .start(let request):
            let job = try SynthesisJob.start(request, engine: launcher.engine)
            send(.said("started in a session of its own: \(job.path)", .information))
            send(.synthesisProgress(request.out, job.progress()))
        case .cancel(let path):
            try SynthesisJob(path: path).cancel()
            send(.said("\(path.lastPathComponent) asked to leave", .information))
        }
    }
}
