import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

struct ExperimentTests {
    static func source(_ name: String, images: Int = 24) -> ExperimentPlan.DataSource {
        .init(
            name: name, train: "/data/\(name)/train", test: "/data/\(name)/test", images: images, testImages: 12,
            trainFingerprint: "1", testFingerprint: "2")
    }

    static func plan(
        _ sources: [ExperimentPlan.DataSource] = [source("nuclei"), source("phase", images: 8)],
        sizes: [Int] = [5, 10], seeds: [UInt64] = [1, 2], arms: [ExperimentArm] = [.conventional, .synthetic],
        budgets: [ExperimentBudget] = [.steps(100)], options: [String: String] = [:]
    ) -> ExperimentPlan {
        ExperimentPlan(
            dataSets: sources, sizes: sizes, seeds: seeds, arms: arms, budgets: budgets, options: options,
            command: ["petri", "experiment", "a b"], created: Date(timeIntervalSince1970: 1_790_000_000))
    }

    // MARK: - What there is to do

    @Test func cellsGoSeedBySeedWithTheArmsBesideEachOther() {
        let names = Self.plan(sizes: [5]).cells.map(\.name)
        #expect(
            names == [
                "nuclei-n5-s1-conventional-steps", "nuclei-n5-s1-synthetic-steps", "phase-n5-s1-conventional-steps",
                "phase-n5-s1-synthetic-steps", "nuclei-n5-s2-conventional-steps", "nuclei-n5-s2-synthetic-steps",
                "phase-n5-s2-conventional-steps", "phase-n5-s2-synthetic-steps",
            ])
        let both = Self.plan([Self.source("nuclei")], sizes: [5], seeds: [1], budgets: [.steps(100), .minutes(2.5)])
        #expect(both.cells.map(\.budget.text) == ["100 steps", "100 steps", "2.5 min", "2.5 min"])
    }

    @Test func aSetWithFewerImagesIsTrainedOnAllOfThemOnce() {
        let cells = Self.plan([Self.source("phase", images: 8)], sizes: [5, 10, 20], seeds: [1]).cells
        #expect(cells.map(\.images) == [5, 5, 8, 8])
        #expect(Set(cells.map(\.name)).count == cells.count)
    }

    @Test(
        arguments: [
            (["/d/dsb/fluorescence/train", "/d/dsb/histology/train"], ["fluorescence", "histology"]),
            (["/d/usiigaci-phase/train"], ["usiigaci-phase"]),
            (["/a/one/images", "/b/one/images"], ["a-one", "b-one"]),
            (["/a/one", "/a/one"], ["a-one", "a-one-2"]),
            (["/d/40x air", "/d/stage1_train/données", "/train"], ["40x-air", "donn-es", "data"]),
            (["/d/coco/instances.json"], ["instances"]),
        ])
    func dataSetsAreNamedByTheFolderThatTells(paths: [String], names: [String]) {
        #expect(ExperimentPlan.names(of: paths) == names)
    }

    // MARK: - What is asked of the engine

    @Test func everyArmTakesAsManyOptimizerStepsOfTheSegmenter() throws {
        var request = TrainingRequest(
            dataset: "", run: "", values: ["segmenter-steps": "2", "validate-every": "100"])
        func values(_ arm: ExperimentArm, _ budget: ExperimentBudget) throws -> [String: String] {
            try arm.values(budget, sharing: request)
        }
        #expect(try values(.conventional, .steps(2000)) == ["arm": "conventional", "steps": "2000"])
        // One step with the generator, two without: 667 times three.
        #expect(
            try values(.cyclegan, .steps(2000)) == ["arm": "cyclegan", "steps": "667", "validate-every": "33"])
        #expect(try values(.synthetic, .steps(2000)) == ["arm": "synthetic", "steps": "2000"])
        #expect(try values(.synthetic, .minutes(1.5)) == ["arm": "synthetic", "minutes": "1.5"])
        #expect(try values(.cyclegan, .steps(1))["steps"] == "1")
        // 200 of the segmenter alone, then 600 times three.
        request.values["warm-up"] = "200"
        #expect(try values(.cyclegan, .steps(2000))["steps"] == "800")
        #expect(try values(.cyclegan, .steps(150))["steps"] == "150")
        request.values = ["validate-every": "100"]
        // The published method has no steps of the segmenter alone.
        #expect(
            try values(.published, .steps(2000))
                == ["arm": "cyclegan", "published": "true", "steps": "2000", "validate-every": "100"])
        request.values = ["base": "2"]
        #expect(throws: InputError.self) { try values(.conventional, .steps(1)) }
    }

    @Test func aTrainingSpendsItsBudgetOnTheSeedsImages() throws {
        let plan = Self.plan(options: ["base": "8", "crop": "32x32"])
        let words = try plan.trainingWords(plan.cells[0], run: "/out/runs/x")
        let request = try TrainingRequest(arguments: Array(words.dropFirst()))
        #expect(words.first == "train" && request.dataset == "/data/nuclei/train" && request.run == "/out/runs/x")
        #expect(
            request.values == [
                "preset": "tiny", "images": "5", "seed": "1", "patience": "1000000000", "arm": "conventional",
                "steps": "100", "base": "8", "crop": "32x32",
            ])
    }

    // MARK: - Extension and refusal

    @Test func moreOfTheSameExtendsAPlan() throws {
        let old = Self.plan()
        var new = Self.plan(
            sizes: [5, 10, 20], seeds: [1, 2, 3], arms: ExperimentArm.usual, budgets: [.steps(100), .minutes(3)])
        new.created = Date()
        // Names would be others with other neighbours; those of the cells that are there stay.
        new.dataSets[0].name = "elsewhere"
        let plan = try old.extended(by: new, path: "out")
        #expect(
            plan.sizes == [5, 10, 20] && plan.seeds == [1, 2, 3] && plan.arms == ExperimentArm.usual
                && plan.budgets.count == 2)
        #expect(plan.created == old.created && plan.dataSets == old.dataSets)
        #expect(Set(old.cells).isSubset(of: plan.cells))
        #expect(try old.extended(by: old, path: "out") == old)
    }

    @Test func whateverElseDiffersIsNamed() {
        let old = Self.plan(options: ["base": "8"])
        func refused(_ words: String, _ change: (inout ExperimentPlan) -> Void) {
            var new = old
            change(&new)
            let error = #expect(throws: InputError.self) { try old.extended(by: new, path: "out") }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
        refused("budget 100 steps, now 200 steps") { $0.budgets = [.steps(200)] }
        refused("budget 100 steps, now without steps") { $0.budgets = [.minutes(5)] }
        refused("sizes 5,10, now 10") { $0.sizes = [10] }
        refused("seeds 1,2, now 1") { $0.seeds = [1] }
        refused("arms conventional,synthetic, now conventional") { $0.arms = [.conventional] }
        refused("--base 8, now 16") { $0.options["base"] = "16" }
        refused("--batch not given, now 2") { $0.options["batch"] = "2" }
        refused("preset tiny, now small") { $0.preset = .small }
        refused("test sets /data/nuclei/test, /data/phase/test, now /x, /data/phase/test") {
            $0.dataSets[0].test = "/x"
        }
        refused("/data/phase/train has changed since") { $0.dataSets[1].trainFingerprint = "9" }
        refused("another plan") { $0.dataSets.removeLast() }
    }

    // MARK: - Time

    @Test func theForecastGoesByWhatWasSeen() throws {
        let cells = Self.plan([Self.source("nuclei")], sizes: [5], seeds: [1, 2]).cells
        // 1 conventional, 1 synthetic, 2 conventional, 2 synthetic.
        let nothing = ExperimentForecast([:])
        #expect(nothing.seconds(of: cells[0]) == nil)
        #expect(nothing.remaining(waiting: [cells[1]], inWork: []) == nil)
        // What the running one comes to is the best guess for the others.
        #expect(nothing.remaining(waiting: Array(cells[1...]), inWork: [.init(cells[0], spent: 10, eta: 30)]) == 150.0)
        let one = ExperimentForecast([cells[0]: 50])
        #expect(one.remaining(waiting: Array(cells[2...]), inWork: [.init(cells[1], spent: 5, eta: 95)]) == 195.0)
        let two = ExperimentForecast([cells[0]: 50, cells[1]: 100])
        #expect(two.remaining(waiting: [cells[3]], inWork: [.init(cells[2], spent: 20, eta: nil)]) == 130.0)
        // Two at once: 30 and 80 s of theirs and 100 s of the last one, shared by two.
        let both = [ExperimentForecast.InWork(cells[2], spent: 20, eta: nil), .init(cells[1], spent: 20, eta: 80)]
        #expect(two.remaining(waiting: [cells[3]], inWork: both) == 105.0)
        var timed = cells[0]
        timed.budget = .minutes(2)
        #expect(nothing.seconds(of: timed) == 120)
    }

    // MARK: - Files

    private func scores(_ cell: ExperimentCell) -> CellScores {
        CellScores(
            cell: cell,
            images: [
                .init(
                    name: "a", matches: [.init(iou: 0.5, tp: 3, fp: 1, fn: 2), .init(iou: 0.75, tp: 1, fp: 3, fn: 4)],
                    dice: .init(part: 8, whole: 10), pq: .init(part: 2.5, whole: 4.5))
            ], training: ["x"], validation: ["y"], steps: 100, bestStep: 80, validationF1: 0.5, trainingSeconds: 9,
            seconds: 10, device: "cpu", versions: ["libtorch": "1"])
    }

    @Test func measuresAreQuotientsOfSums() throws {
        let image = scores(Self.plan().cells[0]).images[0]
        func parts(_ measure: ExperimentMeasure) -> [Double]? {
            measure.fraction(in: image).map { [$0.part, $0.whole] }
        }
        #expect(parts(.f1) == [6, 9] && parts(.strictF1) == [2, 9] && parts(.ap) == [3, 6])
        #expect(parts(.dice) == [8, 10] && parts(.pq) == [2.5, 4.5])
    }

    @Test func aFolderKeepsWhatIsWritten() throws {
        let temporary = try TemporaryFolder()
        let folder = try ExperimentFolder.create(temporary.path("study"))
        #expect(!ExperimentFolder.isExperiment(folder.path))
        let plan = Self.plan(budgets: [.steps(100), .minutes(2.5)])
        try folder.write(plan)
        #expect(ExperimentFolder.isExperiment(folder.path))
        #expect(try folder.plan() == plan)
        let cell = plan.cells[0]
        #expect(try folder.scores(of: cell) == nil)
        try FileManager.default.createDirectory(atPath: folder.run(of: cell).path, withIntermediateDirectories: true)
        try folder.write(scores(cell))
        #expect(try folder.scores(of: cell) == scores(cell))
        let status = ExperimentStatus(state: .running, inWork: [cell.name: .training], failures: ["x": "y"])
        try folder.write(status)
        #expect(try folder.status() == status)
        // Begun once, it is opened again; what is no experiment is not written into.
        #expect(throws: Never.self) { try ExperimentFolder.create(folder.path) }
        try Data("x".utf8).write(to: URL(fileURLWithPath: temporary.path("file")))
        #expect(throws: InputError.self) { try ExperimentFolder.create(temporary.url.path) }
    }

    @Test func damagedDocumentsAreErrors() throws {
        let temporary = try TemporaryFolder()
        let folder = try ExperimentFolder.create(temporary.path("study"))
        #expect(throws: InputError.self) { try folder.plan() }
        for text in ["", "{", "[]", "{\"sizes\": \"no\"}"] {
            for path in [folder.planPath, folder.statusPath, folder.reportPath] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            }
            #expect(throws: InputError.self) { try folder.plan() }
            #expect(throws: InputError.self) { try folder.status() }
            #expect(throws: InputError.self) { try folder.report() }
            #expect(throws: InputError.self) { try ExperimentSnapshot(folder) }
        }
    }

    @Test func documentsThatMakeNoSenseAreErrors() throws {
        let temporary = try TemporaryFolder()
        let folder = try ExperimentFolder.create(temporary.path("study"))
        func refused(_ change: (inout ExperimentPlan) -> Void) throws {
            var plan = Self.plan()
            change(&plan)
            try folder.write(plan)
            #expect(throws: InputError.self) { try folder.plan() }
        }
        try refused { $0.dataSets[0].name = "../../elsewhere" }
        try refused { $0.dataSets[0].name = "" }
        try refused { $0.dataSets[1].name = $0.dataSets[0].name }
        try refused { $0.dataSets[0].images = -1 }
        try refused { $0.sizes = [Int.min, 5] }
        try refused { $0.budgets = [.init(.steps, 1e300)] }
        try refused { $0.budgets = [.init(.minutes, .nan)] }
        try refused { $0.seeds = (0..<60_000).map { UInt64($0) } }
        let cell = Self.plan().cells[0]
        try FileManager.default.createDirectory(atPath: folder.run(of: cell).path, withIntermediateDirectories: true)
        for change in [
            { $0.images[0].matches[0].tp = Int.max }, { $0.images[0].matches[0].fn = -1 }, { $0.seconds = 1e300 },
            { $0.trainingSeconds = .nan }, { $0.images[0].dice.whole = .infinity },
            { $0.cell.seed = 9 },
        ] as [(inout CellScores) -> Void] {
            var scores = scores(cell)
            change(&scores)
            try RunDocuments.write(scores, to: folder.scoresPath(of: cell))
            #expect(throws: InputError.self) { try folder.scores(of: cell) }
        }
    }

    @Test func oneProcessWorksOnAnExperiment() throws {
        let temporary = try TemporaryFolder()
        let folder = try ExperimentFolder.create(temporary.path("study"))
        #expect(!ExperimentLock.isHeld(folder))
        let lock = try ExperimentLock(folder)
        withExtendedLifetime(lock) {
            #expect(ExperimentLock.isHeld(folder))
            #expect(throws: InputError.self) { try ExperimentLock(folder) }
        }
    }

    @Test func aSnapshotTellsEveryCell() throws {
        let temporary = try TemporaryFolder()
        let folder = try ExperimentFolder.create(temporary.path("study"))
        let plan = Self.plan([Self.source("nuclei")], sizes: [5])
        try folder.write(plan)
        let cells = plan.cells
        var snapshot = try ExperimentSnapshot(folder)
        #expect(cells.allSatisfy { snapshot.states[$0] == .waiting } && snapshot.done == 0 && !snapshot.isActive)

        let run = try RunDirectory.create(folder.run(of: cells[1]).path)
        try run.write(RunStatus(state: .running, step: 40, fraction: 0.4, seconds: 20, eta: 30))
        let done = ExperimentReport.Cell(
            cell: cells[0], measures: [.f1: 0.8], steps: 100, bestStep: nil, validationF1: nil, trainingSeconds: 40,
            seconds: 45)
        try folder.write(
            ExperimentReport(
                plan: plan, command: "", machine: .init(host: "", cores: 2, devices: [], versions: [:]),
                written: Date(), cellCount: 4, cells: [done], failures: [:], groups: [], comparisons: [], intervals: "")
        )
        try folder.write(
            ExperimentStatus(
                state: .running, inWork: [cells[1].name: .training], failures: [cells[2].name: "no disk"]))
        do {
            let lock = try ExperimentLock(folder)
            snapshot = try withExtendedLifetime(lock) { try ExperimentSnapshot(folder) }
        }
        #expect(snapshot.states[cells[0]] == .done && snapshot.states[cells[2]] == .failed("no disk"))
        #expect(snapshot.states[cells[3]] == .waiting && snapshot.done == 1)
        #expect(snapshot.isActive && snapshot.inWork == [cells[1]])
        // 30 s of this one; the other synthetic one as long as any: 45 s.
        #expect(snapshot.remaining == 75)

        // On another machine there is no lock to be seen, but the run's heartbeat.
        #expect(try !ExperimentSnapshot(folder).isActive)
        try folder.write(ExperimentStatus(state: .running, inWork: [cells[1].name: .training], host: "elsewhere"))
        #expect(try ExperimentSnapshot(folder).isActive)
        try run.write(RunStatus(state: .running, heartbeat: Date(timeIntervalSinceNow: -300), host: "elsewhere"))
        #expect(try !ExperimentSnapshot(folder).isActive)
    }
}
