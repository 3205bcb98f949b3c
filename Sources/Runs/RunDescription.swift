import Foundation

/// run.json: what was asked of a run and what it was asked on; written once, when the run is made.
public struct RunDescription<Settings: Codable & Sendable>: Codable, Sendable {
    /// The data the run learns from.
    public struct Dataset: Codable, Equatable, Sendable {
        /// The folders as the user named them, made absolute.
        public var paths: [String]
        /// A hash of the data, so that a resumed run can tell that they changed.
        public var fingerprint: String
        /// The names of the images trained on.
        public var training: [String]
        /// The names of the images that choose the best checkpoint.
        public var validation: [String]

        /// The synthetic samples that the segmenter learns from beside them.
        public var synthetic: Synthetic?

        /// A part of a sample set.
        public struct Synthetic: Codable, Equatable, Sendable {
            /// The set's folder, made absolute.
            public var path: String
            /// A hash of the samples.
            public var fingerprint: String
            /// The samples' names, without their ending.
            public var names: [String]

            public init(path: String, fingerprint: String, names: [String]) {
                (self.path, self.fingerprint, self.names) = (path, fingerprint, names)
            }
        }

        public init(
            paths: [String], fingerprint: String, training: [String], validation: [String],
            synthetic: Synthetic? = nil
        ) {
            self.paths = paths
            self.fingerprint = fingerprint
            self.training = training
            self.validation = validation
            self.synthetic = synthetic
        }
    }

    /// The engine's settings, all of them, defaults included.
    public var settings: Settings
    public var dataset: Dataset
    public var seed: UInt64
    /// Versions by the name of the part: "petri", "libtorch".
    public var versions: [String: String]
    /// "cpu" or "cuda:0".
    public var device: String
    public var threads: Int
    /// The words of the command that made the run.
    public var commandLine: [String]
    public var created: Date

    public init(
        settings: Settings, dataset: Dataset, seed: UInt64, versions: [String: String], device: String, threads: Int,
        commandLine: [String], created: Date
    ) {
        self.settings = settings
        self.dataset = dataset
        self.seed = seed
        self.versions = versions
        self.device = device
        self.threads = threads
        self.commandLine = commandLine
        self.created = created
    }
}

extension RunDescription: Equatable where Settings: Equatable {}

extension RunDirectory {
    /// Writes run.json, which makes the folder a run directory.
    public func write<Settings>(_ description: RunDescription<Settings>) throws {
        try RunDocuments.write(description, to: descriptionPath)
    }

    /// Reads run.json with the engine's settings.
    /// - Throws: `InputError` where it is damaged or its settings are others.
    public func description<Settings>(settings: Settings.Type) throws -> RunDescription<Settings> {
        try RunDocuments.read(RunDescription<Settings>.self, from: descriptionPath)
    }
}
