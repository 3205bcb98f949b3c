/// What a few steps of a training told, before it is begun.
public struct TrainingProbe: Codable, Equatable, Sendable {
    /// Seconds of a step, on average over those after the first, which also loads and tunes.
    public var secondsPerStep: Double
    public var stepsPerEpoch: Int
    public var secondsPerEpoch: Double
    /// Steps that the budget comes to at this pace, without the time for validations.
    public var totalSteps: Int
    /// The most memory that the process held, bytes.
    public var peakMemory: Int
    /// The same of the graphics card, all its processes together; nil on the processor.
    public var gpuMemory: Int?
    /// Images to train on and to validate on.
    public var trainingImages: Int
    public var validationImages: Int
    public var device: String
    public var precision: TrainingSettings.Precision

    public init(
        secondsPerStep: Double, stepsPerEpoch: Int, totalSteps: Int, peakMemory: Int, gpuMemory: Int?,
        trainingImages: Int, validationImages: Int, device: String, precision: TrainingSettings.Precision
    ) {
        (self.secondsPerStep, self.stepsPerEpoch) = (secondsPerStep, stepsPerEpoch)
        secondsPerEpoch = secondsPerStep * Double(stepsPerEpoch)
        (self.totalSteps, self.peakMemory, self.gpuMemory) = (totalSteps, peakMemory, gpuMemory)
        (self.trainingImages, self.validationImages) = (trainingImages, validationImages)
        (self.device, self.precision) = (device, precision)
    }
}
