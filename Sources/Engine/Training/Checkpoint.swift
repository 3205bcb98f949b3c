import Foundation
import Imaging
import Torch

/// Weights, optimisers and position of a training in one safetensors file.
///
/// Random numbers need no state: those of a step are drawn from the seed and the step's number alone.
public struct Checkpoint: Equatable, Sendable {
    /// Steps done.
    public var step = 0
    /// Steps done at the last validation.
    public var validated = 0
    /// The validation whose weights are kept as the best.
    public var best: Best?
    /// The highest validation so far, where it is not the best.
    public var highest: Best?
    /// Validations since the highest.
    public var validationsWithoutGain = 0
    /// How objects were best told apart in the last validation; nil where that is not looked for.
    public var recovery: InstanceRecovery?
    /// Seconds trained, in runs whose budget is time.
    public var seconds = 0.0
    /// How often the training went back because its numbers ran away.
    public var returns = 0
    /// Arm synthetic: where the CycleGAN ended and the new segmenter began; nil before.
    public var segmenterStart: Moment?

    /// A point of a training.
    public struct Moment: Equatable, Sendable {
        /// Steps done.
        public var step: Int
        /// Seconds trained, in runs whose budget is time.
        public var seconds: Double
    }

    /// A validation's result.
    public struct Best: Equatable, Sendable {
        /// Pooled F1 at IoU 0.5.
        public var f1: Double
        /// Mean of the pooled F1 over all thresholds, which decides between equals.
        public var meanF1: Double
        public var step: Int

        /// Whether this result is the better one.
        func isBetter(than other: Best?) -> Bool {
            guard let other else { return true }
            return (f1, meanF1) > (other.f1, other.meanF1)
        }
    }

    public init() {}

    /// Takes a validation into account; returns whether its weights are to be kept as the best.
    ///
    /// A handful of images orders weights by chance: while the learning rate falls, later weights are the quieter ones, and
    /// they are kept unless they score lower than the highest by more than two of its standard errors (after the rule of
    /// Breiman et al., Classification and Regression Trees, 1984; the error of F1 is taken as a proportion's among the
    /// objects). Two, as the highest of a dozen validations lies 1.6 above their mean by chance alone.
    /// - Parameter objects: objects in the validation images; nil to keep only what scores higher.
    mutating func take(_ result: Best, objects: Int?) -> Bool {
        let peak = highest ?? best
        if result.isBetter(than: peak) {
            (best, highest, validationsWithoutGain) = (result, nil, 0)
            return true
        }
        validationsWithoutGain += 1
        guard let peak, let objects else { return false }
        let error = (peak.f1 * (1 - peak.f1) / Double(max(objects, 1))).squareRoot()
        guard result.f1 >= peak.f1 - 2 * error else { return false }
        (best, highest) = (result, peak)
        return true
    }

    /// Writes the state beside `path` and moves it there.
    func write(_ models: Models, styles: Tensor?, tones: [ObjectTones] = [], to path: String) throws {
        var tensors = try models.stores.flatMap { try $0.store.toWrite(prefix: $0.name + ".") }
        for (name, average) in models.averages {
            tensors += try average.toWrite(prefix: Self.averages + name + ".")
        }
        for (name, optimizer) in models.optimizers {
            for (index, moments) in zip(optimizer.firstMoments, optimizer.secondMoments).enumerated() {
                tensors.append(try TensorToWrite(name: "optimizer.\(name).\(index).first", moments.0))
                tensors.append(try TensorToWrite(name: "optimizer.\(name).\(index).second", moments.1))
            }
        }
        if let styles { tensors.append(try TensorToWrite(name: Self.stylesName, styles)) }
        if let table = try ObjectTones.table(tones) { tensors.append(try TensorToWrite(name: Self.tonesName, table)) }
        var metadata = [
            "format": "petri-checkpoint-1", "step": "\(step)", "validationsWithoutGain": "\(validationsWithoutGain)",
            "seconds": "\(seconds)", "validated": "\(validated)",
        ]
        for (name, optimizer) in models.optimizers { metadata["optimizer.\(name).step"] = "\(optimizer.step)" }
        for (name, average) in models.averages { metadata["average.\(name).step"] = "\(average.steps)" }
        if returns > 0 { metadata["returns"] = "\(returns)" }
        if let segmenterStart { metadata["segmenterStart"] = "\(segmenterStart.step) \(segmenterStart.seconds)" }
        if let recovery { metadata[Self.recoveryName] = "\(recovery.depth) \(recovery.minimumArea)" }
        for (name, result) in [(Self.bestName, best), (Self.highestName, highest)] {
            if let result { metadata[name] = "\(result.f1) \(result.meanF1) \(result.step)" }
        }
        try SafetensorsFile.write(path, tensors: tensors, metadata: metadata)
    }

    /// Reads a state into networks made with the same settings.
    /// - Throws: `TensorFileError`, `TorchError.parameters` or `InputError` where the file does not fit.
    static func read(_ path: String, into models: Models) throws -> Checkpoint {
        let file = try TensorFile.open(path)
        guard file.metadata["format"] == "petri-checkpoint-1" else {
            throw InputError(path, "is not a checkpoint of Petri")
        }
        for (name, store) in models.stores { try store.load(from: file, prefix: name + ".") }
        for (name, average) in models.averages {
            try average.load(from: file, prefix: averages + name + ".")
            average.steps = try number(file, "average.\(name).step")
        }
        for (name, optimizer) in models.optimizers {
            optimizer.step = try number(file, "optimizer.\(name).step")
            for (index, moments) in zip(optimizer.firstMoments, optimizer.secondMoments).enumerated() {
                for (order, tensor) in [("first", moments.0), ("second", moments.1)] {
                    let named = "optimizer.\(name).\(index).\(order)"
                    try tensor.copy(from: Tensor(file, named: named, shape: tensor.shape))
                }
            }
        }
        var checkpoint = Checkpoint()
        checkpoint.step = try number(file, "step")
        checkpoint.validationsWithoutGain = try number(file, "validationsWithoutGain")
        // Older ones do not say.
        if file.metadata["validated"] != nil { checkpoint.validated = try number(file, "validated") }
        guard let seconds = file.metadata["seconds"].flatMap(Double.init), seconds >= 0, seconds.isFinite else {
            throw InputError(path, "has no valid seconds")
        }
        checkpoint.seconds = seconds
        if file.metadata["returns"] != nil {
            checkpoint.returns = try number(file, "returns")
            guard checkpoint.returns <= Trainer.mostReturns else { throw InputError(path, "has no valid returns") }
        }
        if let text = file.metadata["segmenterStart"] {
            let parts = text.split(separator: " ")
            guard parts.count == 2, let step = Int(parts[0]), (0...checkpoint.step).contains(step),
                let seconds = Double(parts[1]), (0...checkpoint.seconds).contains(seconds)
            else { throw InputError(path, "has a damaged start of the segmenter") }
            checkpoint.segmenterStart = Moment(step: step, seconds: seconds)
        }
        checkpoint.recovery = try recovery(file)
        (checkpoint.best, checkpoint.highest) = (try result(file, bestName), try result(file, highestName))
        return checkpoint
    }

    private static func result(_ file: TensorFile, _ name: String) throws -> Best? {
        guard let text = file.metadata[name] else { return nil }
        let parts = text.split(separator: " ")
        guard parts.count == 3, let f1 = Double(parts[0]), (0...1).contains(f1), let mean = Double(parts[1]),
            (0...1).contains(mean), let step = Int(parts[2])
        else { throw InputError(file.path, "has a damaged \(name) score") }
        return Best(f1: f1, meanF1: mean, step: step)
    }

    /// The styles of the training images kept in a checkpoint, N,128; nil where there is no style encoder.
    static func styles(_ file: TensorFile) throws -> Tensor? {
        guard let stored = file[stylesName] else { return nil }
        guard stored.shape.count == 2, stored.shape[0] > 0, stored.shape[1] == StyleUNet.latentSize else {
            throw TorchError.parameters("\(file.path): \(stylesName) is of shape \(stored.shape)")
        }
        return try Tensor(file, named: stylesName, shape: stored.shape)
    }

    /// The tones of the training images kept in a checkpoint.
    static func tones(_ file: TensorFile, channels: Int) throws -> [ObjectTones] {
        guard let stored = file[tonesName] else {
            throw TorchError.parameters("\(file.path): has no \(tonesName) of the training images")
        }
        let table = try Tensor(file, named: tonesName, shape: stored.shape)
        guard let tones = try ObjectTones.read(table, channels: channels) else {
            throw TorchError.parameters("\(file.path): \(tonesName) are damaged")
        }
        return tones
    }

    /// How objects are told apart with a checkpoint's segmenter; nil where it was not fitted.
    static func recovery(_ file: TensorFile) throws -> InstanceRecovery? {
        let current = file.metadata[recoveryName]
        guard let text = current ?? file.metadata[olderRecoveryName] else { return nil }
        let parts = text.split(separator: " ")
        // Older ones say how sure a marker's pixels were, from 0 (as published) to 1.
        let bounds = current == nil ? 0...1 : 0...Double.infinity
        guard parts.count == 2, let first = Double(parts[0]), bounds.contains(first), let area = Int(parts[1]),
            (0...1 << 40).contains(area)
        else { throw InputError(file.path, "has a damaged recovery of objects") }
        if current != nil { return InstanceRecovery(depth: first, minimumArea: area) }
        // Of depths 1 does best where none was fitted.
        return InstanceRecovery(depth: first == 0 ? .infinity : 1, minimumArea: area)
    }

    private static let stylesName = "styles"
    private static let tonesName = "tones"
    private static let bestName = "best"
    private static let highestName = "highest"
    private static let recoveryName = "watershed"
    private static let olderRecoveryName = "recovery"
    private static let averages = "average."

    /// What the tensors of a network are called that is to be used: its averages, where they were kept.
    static func prefix(_ network: String, in file: TensorFile) -> String {
        let average = averages + network
        return (file.metadata[average + ".step"] == nil ? network : average) + "."
    }

    private static func number(_ file: TensorFile, _ name: String) throws -> Int {
        guard let number = file.metadata[name].flatMap(Int.init), number >= 0 else {
            throw InputError(file.path, "has no valid \(name.printable)")
        }
        return number
    }
}
