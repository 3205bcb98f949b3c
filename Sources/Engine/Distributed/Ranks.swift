import Foundation
import Imaging
import Runs
import Torch

/// This process and the others that it computes with.
public final class Ranks {
    public let environment: RankEnvironment
    /// "rank 1 (host, process 4711)", one a rank.
    let names: [String]
    /// How many of the processes are on this machine.
    public let neighbours: Int
    /// Carries decisions, which lie in the processor's memory.
    let control: ProcessGroup
    /// Carries tensors between the devices.
    let tensors: ProcessGroup
    let store: GroupStore
    private let watch: RankWatch

    /// How long to wait for processes that start later, seconds.
    private static let joining = 600.0

    /// Whether this is the process that decides and writes.
    public var isFirst: Bool { environment.rank == 0 }
    public var count: Int { environment.count }
    var share: BatchShare { BatchShare(rank: environment.rank, count: environment.count) }

    /// What carries tensors, in words.
    public let carrier: String
    /// Whether rank 0 has told the others that the training is over.
    var isOver = false

    /// Runs `body` together with the other processes that the environment speaks of, alone where it speaks of none. Where
    /// one of them fails or is gone, all end.
    /// - Throws: `RankError`, `InputError`, or what `body` throws.
    public static func together(
        _ environment: RankEnvironment?, on device: Device, _ body: (Ranks?) throws -> Void
    ) throws {
        guard let environment else { return try body(nil) }
        let ranks = try Ranks(environment, device: device)
        do {
            try body(ranks)
            ranks.watch.leave()
        } catch {
            if error is Interrupted && ranks.isOver {
                ranks.watch.leave()
                throw error
            }
            let explained = ranks.explained(error)
            let signalled = "interrupted by a signal"
            if let fault = explained as? RankError {
                // The signal came to all.
                throw fault.description.hasSuffix(signalled) && Interruption.received != nil ? Interrupted() : fault
            }
            ranks.watch.fail(explained is Interrupted ? signalled : "\(explained)")
            throw explained
        }
    }

    private init(_ environment: RankEnvironment, device: Device) throws {
        self.environment = environment
        let (host, port, rank) = (environment.host, environment.port, environment.rank)
        func connect(serves: Bool) throws -> GroupStore {
            do {
                return try GroupStore(host: host, port: port, serves: serves, seconds: Self.joining)
            } catch {
                let what = serves ? "cannot be listened at" : "does not answer: is rank 0 there?"
                throw InputError("\(host):\(port) (MASTER_ADDR, MASTER_PORT)", "\(what) (\(error))")
            }
        }
        let store = try connect(serves: rank == 0)
        self.store = store
        guard try store.add("claims/\(rank)", 1) == 1 else {
            throw InputError("RANK", "is \(rank) in two processes", advice: "each wants a number of its own")
        }
        try store.set("name/\(rank)", "rank \(rank) (\(RunStatus.thisHost), process \(getpid()))")
        names = try Self.names(environment, store)
        let here = "(\(RunStatus.thisHost), "
        neighbours = names.count { $0.contains(here) }
        watch = RankWatch(rank: rank, names: names, store: try connect(serves: false))
        func group(_ backend: ProcessGroup.Backend) throws -> ProcessGroup {
            try ProcessGroup(backend, store: store, host: host, rank: rank, size: environment.count)
        }
        control = try group(.gloo)
        let usesNCCL = device != .cpu && ProcessGroup.hasNCCL
        tensors = try usesNCCL ? group(.nccl) : control
        carrier =
            usesNCCL ? "NCCL" : device == .cpu ? "Gloo" : "Gloo by way of the processor: this build has no NCCL"
    }

    /// Waits until all are there, and says who they are.
    private static func names(_ environment: RankEnvironment, _ store: GroupStore) throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(joining)
        var names = [String?](repeating: nil, count: environment.count)
        while true {
            for rank in names.indices where names[rank] == nil { names[rank] = try store.text("name/\(rank)") }
            let absent = names.indices.filter { names[$0] == nil }
            if absent.isEmpty { return names.compactMap { $0 } }
            if Interruption.received != nil { throw Interrupted() }
            guard ContinuousClock.now < deadline else {
                let listed = absent.prefix(8).map(String.init).joined(separator: ", ")
                throw InputError(
                    "WORLD_SIZE", "is \(environment.count), but of the ranks \(listed) did not come within 10 minutes")
            }
            usleep(100_000)
        }
    }

    /// Whether a signal asked any of the processes to leave.
    var isInterrupted: Bool { watch.isInterrupted }

    /// Who is gone or failed, as far as that is known.
    var fault: RankError? { watch.fault }

    /// Who is to blame where the common table failed; waits a while to find out.
    var verdict: RankError? { watch.verdict() }

    /// The reason behind an error that an operation between the processes gave: who is gone, or what failed elsewhere.
    func explained(_ error: any Error) -> any Error {
        guard !(error is RankError), control.isBroken || tensors.isBroken else { return error }
        return watch.verdict() ?? error
    }

    /// Has the run's status say why it ended, also where this process must be ended while it waits for the others: that is
    /// rank 0's to do or, where that one is gone, rank 1's.
    func keepLastWords(in run: RunDirectory, _ prepare: @escaping @Sendable () -> Void = {}) {
        let rank = environment.rank
        watch.setLastWords { error in
            guard rank == (error.rank == 0 ? 1 : 0) else { return }
            prepare()
            run.markFailed("\(error)")
        }
    }
}

extension RunDirectory {
    /// Has the status say that the run failed, if it does not say how it ended.
    func markFailed(_ message: String) {
        guard var status = try? status(), status.state.isActive else { return }
        (status.state, status.lastError, status.heartbeat) = (.failed, message, Date())
        try? RunLog(logPath).append("failed: \(message)")
        try? write(status)
    }
}
