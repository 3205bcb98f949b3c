/// Why processes that compute together had to end: one of them failed, or is gone.
public struct RankError: Error, CustomStringConvertible, Equatable, Sendable {
    /// The process at fault.
    public let rank: Int
    /// Which one it is and what became of it, in one line.
    public let description: String

    /// - Parameter name: "rank 1 (host, process 4711)".
    init(_ rank: Int, _ name: String, gone reason: String) {
        self.init(rank, "\(name) is gone: \(reason); the others ended too, and petri resume goes on")
    }

    init(_ rank: Int, _ description: String) { (self.rank, self.description) = (rank, description) }
}
