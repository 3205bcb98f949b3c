import Canvas
import Datasets
import Foundation
import Imaging
import Runs
import Synchronization
import Terminal

/// Does what the state asks for: reads folders and files, draws pictures, writes exports. It is called from threads of
/// its own; `send` gives what was found, `check` throws when nobody wants it any more.
final class Performer: Sendable {
    let themes: ThemeLibrary
    /// Where the last workspace and what was chosen are kept; nil keeps nothing.
    let places: UserPlaces?
    /// Where exports go.
    let exportFolder: String
    /// The user's folder, which "~" in a typed path means.
    let home: String
    let isUTF8: Bool
    let profiles: TrainingProfiles
    let launcher: RunLauncher
    /// The runs under the opened path as they were found last.
    let catalogs = Mutex<KeptCatalog?>(nil)
    /// The sample set that is curated.
    let samplesKept = Mutex<KeptSamples?>(nil)
    /// The data set found last, kept until it is opened: listing a large folder takes time.
    private let found = Mutex<DataSet?>(nil)

    typealias Send = (Message) -> Void
    typealias Check = @Sendable () throws -> Void

    init(
        themes: ThemeLibrary, places: UserPlaces?, exportFolder: String, home: String, isUTF8: Bool,
        profiles: TrainingProfiles = TrainingProfiles(), launcher: RunLauncher = RunLauncher()
    ) {
        self.themes = themes
        self.places = places
        self.exportFolder = exportFolder
        self.home = home
        self.isUTF8 = isUTF8
        self.profiles = profiles
        self.launcher = launcher
    }

    func perform(_ effect: Effect, send: @escaping @Sendable (Message) -> Void, check: @escaping Check) {
        do {
            try attempt(effect, send: send, check: check)
        } catch let error as InputError {
            send(.said(error.description, .error))
        } catch is CancellationError {
            return
        } catch {
            send(.said("\(error)", .error))
        }
    }

    private func attempt(
        _ effect: Effect, send: @escaping @Sendable (Message) -> Void, check: @escaping Check
    ) throws {
        switch effect {
        case .search(let root): try search(root, send: send, check: check)
        case .open(let entry):
            let opened = Result { Source(try kind(of: entry)) }
            send(
                .opened(
                    entry.path,
                    opened.mapError { $0 as? InputError ?? InputError(entry.path, "cannot be opened: \($0)") }))
        case .describe(let entry, let source): try describe(entry, source, send: send, check: check)
        case .arrange(let arrangement, let source, let values):
            send(.arranged(arrangement, try arrangement.order(of: source, values, check: check)))
        case .readValues(let indices, let path, let source):
            try readValues(indices, of: path, source, send: send, check: check)
        case .preview(let request): send(.previewed(request, preview(request)))
        case .thumbnails(let request, let items):
            for (index, item) in items {
                try check()
                let wanted = PreviewRequest(
                    item: item, columns: request.columns, rows: request.rows, symbols: request.symbols,
                    colors: request.colors)
                if case .success(let picture) = preview(wanted) { send(.thumbnail(request, index, picture)) }
            }
        case .load(let request):
            let result = Result { try Loaded(request) }.mapError {
                $0 as? InputError ?? InputError("\(request.item.name)", "cannot be read: \($0)")
            }
            send(.loaded(request, result))
        case .render(let request, let loaded): send(.rendered(request, request.pictures(of: loaded)))
        case .export(let request, let loaded, let format):
            let path = try export(request, loaded, format)
            send(.said("written: \(path)", .information))
        case .send(let target, let selection, let path):
            try self.send(selection, to: target, path, send: send, check: check)
        case .keep(let choice):
            guard let places else { return }
            // One that cannot be shown is not kept.
            if case .theme(let name) = choice { _ = try themes.theme(name) }
            let path = try Settings.keep(choice, places)
            send(.said("kept in \(path.abbreviated(home: home))", .information))
        case .watchRuns(let wanted, _): watch(wanted, send: send)
        case .control(let control): try self.control(control, send: send)
        case .prepareLaunch(let dataset, let root): send(.launchPrepared(prepareLaunch(dataset, root: root)))
        case .likeRun(let path): send(.launchPrepared(try request(like: path)))
        case .listProfiles: send(.profiles(try profiles.names()))
        case .loadProfile(let name): send(.profile(try profiles.load(name)))
        case .saveProfile(let request, let name):
            try profiles.save(request, as: name)
            send(.said("kept as profile \(name)", .information))
            send(.profiles(try profiles.names()))
        case .probe(let request):
            let result = Result { try launcher.probe(request) { (try? check()) == nil } }
            send(.probed(request, result.mapError { $0 as? InputError ?? InputError("the estimate", "failed: \($0)") }))
        case .prepareSynthesis(let run, let source, let root):
            send(.synthesisPrepared(prepareSynthesis(run: run, source: source, root: root)))
        case .synthesis(let control): try self.control(control, send: send)
        case .watchSynthesis(let path, _): send(.synthesisProgress(path, SynthesisJob(path: path).progress()))
        case .watchPreviews(let path, _): send(.previews(path, previews(path)))
        case .drawTiles(let request):
            let result = Result { try tiles(request) }
            send(
                .tiles(
                    request, result.mapError { $0 as? InputError ?? InputError(request.path, "cannot be read: \($0)") })
            )
        case .openSets(let paths): send(.openedSets(paths, openSets(paths)))
        case .loadPair(let pair): send(.pairLoaded(pair, loadPair(pair)))
        case .renderPair(let request, let loaded): send(.pairRendered(request, request.pictures(of: loaded)))
        case .drawCompareTiles(let request, let items): try drawTiles(request, items, send: send, check: check)
        case .measureSets(let request, let sets): try measure(request, sets, send: send, check: check)
        case .findNeighbours(let request, let item, let measured):
            send(.neighbours(request, try neighbours(of: item, among: measured)))
        case .writeCSV(let tables, let names, let stem):
            send(.said("written: \(try write(tables, names: names, stem: stem, check: check))", .information))
        case .writePlots(let sheet, let stem):
            guard let image = sheet.image else { return }
            let path = freePath(stem, "png")
            try ImageFile.write(image, to: path)
            send(.said("written: \(path)", .information))
        case .readCuration(let path): send(.curation(path, readCuration(path)))
        case .watchCuration(let path, let watch):
            if let changed = changedCuration(path) { send(.curation(path, changed)) }
            send(.watchedCuration(path, watch))
        case .curate(let path, let request): send(.curated(path, request, curate(path, request)))
        case .exportSamples(let path, let layout, let target):
            try exportCuration(path, layout, to: target, send: send, check: check)
        case .watchExperiment(let path, _):
            send(
                .experiment(
                    path,
                    Result { try ExperimentSnapshot(ExperimentFolder(path)) }.mapError {
                        $0 as? InputError ?? InputError(path, "cannot be read: \($0)")
                    }))
        case .loadTheme(let name):
            let result = Result { try themes.theme(name) }
            send(.themed(result.mapError { $0 as? InputError ?? InputError("theme \(name)", "\($0)") }))
        case .followCurves(let follows, _): try follow(follows, send: send, check: check)
        case .tick: send(.tick)
        case .remember(let root): try Workspace.remember(root, in: places?.state)
        case .repaint, .suspend, .resume, .quit: break
        }
    }

    private func kind(of entry: Entry) throws -> Source.Kind {
        switch entry.kind {
        case .dataSet:
            let kept = found.withLock { kept in
                defer { kept = nil }
                return kept?.path == entry.path ? kept : nil
            }
            return .dataSet(try kept ?? DataSet(entry.path))
        case .images: return .images(try FolderContent(entry.path).images)
        case .sampleSet: return (try? DataSet(entry.path)).map { .dataSet($0) } ?? .images([])
        case .experiment:
            return .images((try? FolderContent(ExperimentFolder(entry.path).plotsPath).images) ?? [])
        case .run:
            let previews = try RunDirectory.open(entry.path).previewsPath
            return .images((try? FolderContent(previews).images) ?? [])
        }
    }

    // MARK: - Looking for data sets

    /// Folders that are looked into at most, and how far down.
    private static let mostFolders = 5000
    private static let deepest = 7

    private func search(_ root: String, send: Send, check: Check) throws {
        let advice = "name a folder with images and masks, a run, or an image"
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder) else {
            return send(.searched(.failed(InputError(root, "does not exist", advice: advice))))
        }
        if !isFolder.boolValue {
            if (root as NSString).pathExtension.lowercased() == "json" {
                let dataSet: DataSet
                do {
                    dataSet = try DataSet(root)
                } catch let error as InputError {
                    return send(.searched(.failed(error)))
                }
                found.withLock { $0 = dataSet }
                send(.found([Entry(path: root, title: root.lastPathComponent, kind: .dataSet(dataSet.pairs.count))]))
                return send(.searched(.done(folders: 0)))
            }
            do {
                _ = try ImageFile.probe(root)
                return send(.searched(.image(root)))
            } catch let error as InputError {
                return send(.searched(.failed(error)))
            }
        }
        let glimpse = FolderContent.glimpse(root)
        if !glimpse.isEmpty { send(.glimpsed(glimpse)) }
        var waiting: [(path: String, depth: Int)] = [(root, 0)]
        var looked = 0
        var count = 0
        while let (path, depth) = waiting.popLast() {
            try check()
            if looked == Self.mostFolders { return send(.searched(.bounded(folders: looked))) }
            looked += 1
            if let found = run(path, root) ?? sampleSet(path, root) ?? experiment(path, root) {
                let inside = found.isRun ? sampleSets(in: path, root) : []
                send(.found([found] + inside))
                count += 1
                continue
            }
            do {
                let content = try FolderContent(path, root: root)
                if let entry = entry(content, path, root) {
                    send(.found([entry]))
                    count += 1
                }
                if depth < Self.deepest { waiting += content.folders.reversed().map { ($0, depth + 1) } }
            } catch let error as InputError {
                if depth == 0 { return send(.searched(.failed(error))) }
                send(.said(error.description, .warning))
            }
        }
        if count == 0 {
            return send(.searched(.failed(InputError(root, "holds no images and no runs", advice: advice))))
        }
        send(.searched(.done(folders: looked)))
    }

    /// The path below the root, or the root's own name.
    private func title(_ path: String, _ root: String) -> String {
        path == root
            ? root.lastPathComponent
            : path.hasPrefix(root) ? String(path.dropFirst(root.count).drop { $0 == "/" }) : path
    }

    private func entry(_ content: FolderContent, _ path: String, _ root: String) -> Entry? {
        if let dataSet = content.dataSet {
            found.withLock { kept in if kept == nil { kept = dataSet } }
            return Entry(path: path, title: title(path, root), kind: .dataSet(dataSet.pairs.count))
        }
        guard !content.images.isEmpty else { return nil }
        return Entry(path: path, title: title(path, root), kind: .images(content.images.count))
    }

    private func sampleSet(_ path: String, _ root: String) -> Entry? {
        SampleSet.isSet(path) ? Entry(path: path, title: title(path, root), kind: .sampleSet) : nil
    }

    private func experiment(_ path: String, _ root: String) -> Entry? {
        guard ExperimentFolder.isExperiment(path) else { return nil }
        // One that is damaged is shown too: its screen says what is wrong.
        let snapshot = try? ExperimentSnapshot(ExperimentFolder(path))
        return Entry(
            path: path, title: title(path, root),
            kind: .experiment(done: snapshot?.done ?? 0, of: snapshot?.states.count ?? 0))
    }

    /// The sample sets that lie in a run's folder.
    private func sampleSets(in run: String, _ root: String) -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: run)) ?? []
        return names.sorted().compactMap { sampleSet(run + "/" + $0, root) }
    }

    private func run(_ path: String, _ root: String) -> Entry? {
        guard let run = try? RunDirectory.open(path) else { return nil }
        let status = try? run.status()
        let state = status.map { $0.isLost() ? "lost" : $0.state.rawValue } ?? "no status"
        return Entry(path: path, title: title(path, root), kind: .run(state))
    }
}
