import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite struct TrainingRequestTests {
    @Test(arguments: TrainingSettings.Preset.allCases) func everyDefaultIsValid(preset: TrainingSettings.Preset) {
        #expect(TrainingSettings(preset: preset).firstInvalid == nil)
        for option in TrainingOption.all {
            if let value = option.defaultValue(preset) { #expect(option.problem(value) == nil, "\(option.name)") }
        }
    }

    @Test func namesAreToldApart() {
        #expect(Set(TrainingOption.all.map(\.name)).count == TrainingOption.all.count)
        #expect(TrainingOption["p-diff"]?.setting == "pDiff" && TrainingOption["none"] == nil)
    }

    @Test(arguments: [
        ("batch", "0"), ("batch", "1025"), ("batch", ""), ("batch", "2.0"), ("lr", "0"), ("lr", "1"), ("lr", "nan"),
        ("minutes", "inf"), ("crop", "33x32"), ("crop", "64"), ("crop", "64x64x64"), ("crop", "8192x64"),
        ("segmenter", "none"), ("seed", "-1"), ("device", "gpu"), ("device", "cuda:-1"), ("p-diff", "1.1"),
        ("arm", "other"), ("vgg", ""), ("validation", "1"), ("discriminator-pace", "0"),
    ])
    func whatIsNoValueIsSaid(name: String, text: String) throws {
        let request = TrainingRequest(dataset: "d", run: "r", values: [name: text])
        #expect(request.problems[name]?.hasPrefix("must be ") == true)
        expectFault("--\(name): must be") { _ = try request.settings() }
    }

    @Test func valuesReachTheSettings() throws {
        let values = [
            "preset": "paper", "arm": "conventional", "segmenter": "unet", "crop": "64x96", "batch": "3", "lr": "1e-3",
            "steps": "7", "seed": "18446744073709551615", "slice": "2", "weight-latent": "0.5", "tensorboard": "true",
            "on-nonfinite": "stop", "styles": "encoder", "vgg": "v.pth", "p-vanilla": "0.75", "validation": "0.5",
        ]
        let settings = try TrainingRequest(dataset: "d", run: "r", values: values).settings()
        #expect(settings.preset == .paper && settings.arm == .conventional && settings.segmenter == .unet)
        #expect(settings.cropHeight == 64 && settings.cropWidth == 96 && settings.batch == 3)
        #expect(settings.learningRate == 1e-3 && settings.budget == .init(steps: 7) && settings.seed == .max)
        #expect(settings.plane == PlaneSelection(slice: 2) && settings.weights.latent == 0.5)
        #expect(settings.curves == .tensorBoard && settings.nonFinite == .stop && settings.styleSource == .encoder)
        #expect(settings.vgg == "v.pth" && settings.augmentation.pVanilla == 0.75)
        #expect(settings.validationFraction == 0.5)
        // What was not asked for is the preset's.
        #expect(settings.base == 64 && settings.classes == 2)
    }

    /// METHOD.md: two classes, argmax masks, random styles, Adam 0.9 and 0.999 at one constant rate, p_vanilla 0.2.
    @Test func thePublishedMethodAtAPresetsSizes() throws {
        let values = ["published": "true", "segmenter-steps": "1"]
        let settings = try TrainingRequest(dataset: "d", run: "r", values: values).settings()
        #expect(settings.classes == 2 && settings.maskGradient == .none && settings.styleSource == .random)
        #expect(settings.upsampling == .transposed && settings.learningRateDecay == 0)
        #expect(settings.tones == .none && settings.imageGradient == .full)
        #expect(settings.adversarialDecay == .init(mean: 0.9, square: 0.999) && settings.discriminatorPace == 1)
        #expect(settings.augmentation == .published && settings.augmentation.pVanilla == 0.2)
        #expect(settings.generatorPace == nil && settings.recombinedShare == nil)
        #expect(settings.recovery == .published && settings.orientations == 1)
        // The sizes are the preset's, and what is asked for beside it holds.
        #expect(settings.base == 16 && settings.batch == 4 && settings.segmenterSteps == 1)
    }

    @Test func withoutABudgetThereIsThePresets() throws {
        #expect(try TrainingRequest(dataset: "d", run: "r").settings().budget == .init(minutes: 10))
        let paper = TrainingRequest(dataset: "d", run: "r", values: ["preset": "paper"])
        #expect(try paper.settings().budget == .init(epochs: 2500))
        let option = try #require(TrainingOption["epochs"])
        #expect(paper.value(of: option) == "2500")
        var timed = paper
        timed.values["minutes"] = "5"
        #expect(timed.value(of: option) == nil)
        #expect(try timed.settings().budget == .init(minutes: 5))
    }

    @Test func theCommandLineReadsBack() throws {
        let request = TrainingRequest(
            dataset: "-my data", masks: "it's", run: "run",
            values: ["arm": "conventional", "steps": "20", "lr": "0.001", "tensorboard": "false"])
        #expect(
            request.commandLine
                == "petri train './-my data' --masks 'it'\\''s' --run run --arm conventional --steps 20 --lr 0.001")
        var read = try TrainingRequest(arguments: request.arguments)
        #expect(read.dataset == "./-my data" && read.masks == "it's" && read.values["tensorboard"] == nil)
        (read.dataset, read.values["tensorboard"]) = (request.dataset, "false")
        #expect(read == request)
        #expect(try TrainingRequest(arguments: ["d", "--steps=5", "--run=x"]).values == ["steps": "5"])
        #expect(try TrainingRequest(arguments: ["d", "--conventional"]).values == ["arm": "conventional"])
        for wrong in [["--none", "1"], ["d", "e"], ["d", "--steps"]] {
            #expect(throws: InputError.self) { try TrainingRequest(arguments: wrong) }
        }
    }

    @Test func aRunLikeAnotherHasItsSettings() throws {
        for values in [
            ["preset": "paper", "steps": "30", "base": "8"], ["arm": "conventional", "minutes": "2.5"], [:],
            ["preset": "small", "weight-pixels": "0", "seed": "7"],
            ["published": "true", "classes": "3", "p-vanilla": "0.5"], ["arm": "synthetic", "averaging": "0.99"],
        ] {
            let settings = try TrainingRequest(dataset: "/d", run: "r", values: values).settings()
            let description = RunDescription(
                settings: settings, dataset: .init(paths: ["/d"], fingerprint: "", training: [], validation: []),
                seed: settings.seed, versions: [:], device: "cpu", threads: 1, commandLine: [], created: Date())
            let again = TrainingRequest(like: description, run: "s")
            #expect(try again.settings() == settings)
            #expect(again.dataset == "/d" && again.run == "s")
        }
    }

    @Test func profilesAreKept() throws {
        let folder = try TemporaryFolder()
        let profiles = TrainingProfiles(folder: folder.path("profiles"))
        #expect(try profiles.names() == [])
        let request = TrainingRequest(dataset: "", run: "", values: ["base": "8"])
        try profiles.save(request, as: "narrow nets")
        #expect(try profiles.names() == ["narrow nets"])
        #expect(try profiles.load("narrow nets") == request)
        // What an older Petri called the arm.
        let old = #"{"dataset": "", "run": "", "values": {"conventional": "true", "base": "8"}}"#
        try Data(old.utf8).write(to: URL(fileURLWithPath: folder.path("profiles/old.json")))
        #expect(try profiles.load("old").settings().arm == .conventional)
        try profiles.remove("old")
        for name in ["", "../x", ".hidden", "a/b"] {
            expectFault("cannot be a file's name") { try profiles.save(request, as: name) }
        }
        try profiles.remove("narrow nets")
        #expect(try profiles.names() == [])
        expectFault("No such file") { _ = try profiles.load("narrow nets") }
    }

    @Test func settingsFromBeforeSomeWereThereAreRead() throws {
        var object = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(TrainingSettings(preset: .tiny))) as? [String: Any])
        object["nonFinite"] = nil
        object["curves"] = nil
        object["plane"] = nil
        let old = try JSONDecoder().decode(
            TrainingSettings.self, from: JSONSerialization.data(withJSONObject: object))
        #expect(old.nonFinite == .stop && old.curves == .metrics && old.plane == PlaneSelection())
        #expect(old.base == 16)
    }
}
