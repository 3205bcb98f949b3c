import Foundation
import Imaging

/// What torchrun, SLURM or Kubeflow says in the environment of each of several processes that are to work together.
public struct RankEnvironment: Equatable, Sendable {
    /// This process among all, 0..<`count`.
    public let rank: Int
    /// How many there are, 2 or more.
    public let count: Int
    /// This process among those on its machine, which chooses the graphics card.
    public let localRank: Int
    /// Where the processes meet: process 0 listens there.
    public let host: String
    public let port: UInt16

    public init(rank: Int, count: Int, localRank: Int = 0, host: String, port: UInt16) {
        (self.rank, self.count, self.localRank, self.host, self.port) = (rank, count, localRank, host, port)
    }

    /// What the environment says: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT, else SLURM's variables of a
    /// task that srun started. Nil where this process works alone.
    /// - Throws: `InputError` that names a variable which is missing or wrong.
    public init?(_ variables: [String: String] = ProcessInfo.processInfo.environment) throws {
        if variables["WORLD_SIZE"] != nil {
            try self.init(general: Variables(variables))
        } else if variables["SLURM_PROCID"] != nil, variables["SLURM_STEP_ID"] ?? variables["SLURM_STEPID"] != nil {
            // A batch script has SLURM_PROCID too, and no other process beside it.
            try self.init(slurm: Variables(variables))
        } else {
            return nil
        }
    }

    private init?(general variables: Variables) throws {
        count = try variables.number("WORLD_SIZE", 1...Self.most)
        if count == 1 { return nil }
        rank = try variables.number("RANK", 0...count - 1)
        localRank = try variables.number("LOCAL_RANK", 0...count - 1, default: 0)
        host = try variables.text("MASTER_ADDR")
        let port = try variables.number("MASTER_PORT", 1...65535)
        // torchrun's agent listens at that port itself, with a table of libtorch's own version, which may be another.
        let isTaken = variables["TORCHELASTIC_RUN_ID"] != nil || variables["TORCHELASTIC_USE_AGENT_STORE"] != nil
        self.port = UInt16(!isTaken ? port : port < 65535 ? port + 1 : port - 1)
    }

    private init?(slurm variables: Variables) throws {
        let size = variables["SLURM_STEP_NUM_TASKS"] == nil ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS"
        count = try variables.number(size, 1...Self.most)
        if count == 1 { return nil }
        rank = try variables.number("SLURM_PROCID", 0...count - 1)
        localRank = try variables.number("SLURM_LOCALID", 0...count - 1, default: 0)
        // Task 0 is on the first of the nodes; where srun was called may be elsewhere.
        let nodes = variables["SLURM_STEP_NODELIST"] ?? variables["SLURM_JOB_NODELIST"] ?? variables["SLURM_NODELIST"]
        host =
            try variables["MASTER_ADDR"] ?? nodes.flatMap(Self.firstNode)
            ?? variables.text("SLURM_LAUNCH_NODE_IPADDR")
        if variables["MASTER_PORT"] != nil {
            port = UInt16(try variables.number("MASTER_PORT", 1...65535))
        } else {
            // Jobs on one node do not meet.
            port = UInt16(20000 + (try variables.number("SLURM_JOB_ID", 0...Int.max)) % 20000)
        }
    }

    /// The process whose piece `index` of work that is shared out is.
    public func owner(of index: Int) -> Int { index % count }

    /// Whether that is this process.
    public func has(_ index: Int) -> Bool { owner(of: index) == rank }

    /// Has whatever this process starts work alone, each on the graphics card of its place on the machine.
    public func leave() {
        for name in ["WORLD_SIZE", "SLURM_PROCID"] { unsetenv(name) }
        let visible = ProcessInfo.processInfo.environment["CUDA_VISIBLE_DEVICES"]
        if let card = card(of: visible) { setenv("CUDA_VISIBLE_DEVICES", card, 1) }
    }

    /// What CUDA_VISIBLE_DEVICES, which is `visible` now, is to be for this process's card alone; nil: it stays.
    func card(of visible: String?) -> String? {
        guard let visible else { return "\(localRank)" }
        // A launcher may have shown each process its own card alone, or none at all.
        let cards = visible.split(separator: ",")
        return localRank < cards.count ? String(cards[localRank]) : nil
    }

    /// The most processes there may be.
    private static let most = 65536

    /// The first node of a list as SLURM writes it: "gpu[03-05,9],login" begins with gpu03.
    static func firstNode(_ list: String) -> String? {
        let first = list.prefix { $0 != "," && $0 != "[" }
        guard !first.isEmpty else { return nil }
        let rest = list.dropFirst(first.count)
        guard rest.first == "[" else { return String(first) }
        return String(first + rest.dropFirst().prefix { $0.isNumber })
    }

    /// Environment variables, and what is wrong with them.
    private struct Variables {
        private let values: [String: String]

        init(_ values: [String: String]) { self.values = values }

        /// A variable's value; an empty one counts as absent.
        subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

        func text(_ name: String) throws -> String {
            guard let text = self[name] else { throw missing(name) }
            return text
        }

        func number(_ name: String, _ range: ClosedRange<Int>, default standard: Int? = nil) throws -> Int {
            guard let text = values[name] else {
                if let standard { return standard }
                throw missing(name)
            }
            guard let number = Int(text), range.contains(number) else {
                let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
                throw InputError(name, "is \"\(text)\" in the environment, not \(wanted)")
            }
            return number
        }

        private func missing(_ name: String) -> InputError {
            let launcher = values["WORLD_SIZE"] == nil ? "SLURM_PROCID" : "WORLD_SIZE"
            return InputError(
                name, "is not in the environment, though \(launcher) is",
                advice: "start all processes by torchrun or srun, or unset that")
        }
    }
}
