import Imaging
import Testing

@testable import Runs

/// What launchers of several processes say in the environment.
@Suite struct RankEnvironmentTests {
    private static let plain = [
        "RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "MASTER_ADDR": "node0", "MASTER_PORT": "29500",
    ]
    private static let slurm = [
        "SLURM_PROCID": "3", "SLURM_NTASKS": "4", "SLURM_LOCALID": "1", "SLURM_STEP_ID": "0", "SLURM_JOB_ID": "123456",
        "SLURM_JOB_NODELIST": "gpu[07-08]", "SLURM_LAUNCH_NODE_IPADDR": "10.0.0.1",
    ]

    @Test func oneProcessWorksAlone() throws {
        #expect(try RankEnvironment([:]) == nil)
        #expect(try RankEnvironment(["WORLD_SIZE": "1", "RANK": "0"]) == nil)
        #expect(try RankEnvironment(Self.slurm.merging(["SLURM_NTASKS": "1"]) { $1 }) == nil)
        // The script of a job with several tasks is no task.
        #expect(try RankEnvironment(Self.slurm.filter { $0.key != "SLURM_STEP_ID" }) == nil)
    }

    @Test func kubeflowNamesTheMaster() throws {
        var variables = Self.plain
        #expect(
            try RankEnvironment(variables)
                == RankEnvironment(rank: 5, count: 8, localRank: 1, host: "node0", port: 29500))
        variables["LOCAL_RANK"] = nil
        #expect(try RankEnvironment(variables)?.localRank == 0)
    }

    @Test func theAgentOfTorchrunKeepsItsPort() throws {
        var variables = Self.plain.merging(["TORCHELASTIC_RUN_ID": "none"]) { $1 }
        #expect(try RankEnvironment(variables)?.port == 29501)
        variables["MASTER_PORT"] = "65535"
        #expect(try RankEnvironment(variables)?.port == 65534)
    }

    @Test func tasksOfSLURMMeetOnTheFirstNode() throws {
        #expect(
            try RankEnvironment(Self.slurm)
                == RankEnvironment(rank: 3, count: 4, localRank: 1, host: "gpu07", port: 23456))
        var variables = Self.slurm
        variables["SLURM_JOB_NODELIST"] = nil
        #expect(try RankEnvironment(variables)?.host == "10.0.0.1")
        variables["MASTER_ADDR"] = "elsewhere"
        variables["MASTER_PORT"] = "4000"
        #expect(try RankEnvironment(variables)?.host == "elsewhere" && RankEnvironment(variables)?.port == 4000)
    }

    @Test func eachProcessHasTheCardOfItsPlace() throws {
        let second = try #require(try RankEnvironment(Self.plain))
        #expect(second.card(of: nil) == "1")
        #expect(second.card(of: "4,7") == "7")
        #expect(second.card(of: "GPU-aaaa,GPU-bbbb,GPU-cccc") == "GPU-bbbb")
        // One card that the launcher chose, or cards that somebody hid.
        #expect(second.card(of: "4") == nil)
        #expect(second.card(of: "") == nil)
    }

    @Test func piecesOfWorkAreSharedOut() throws {
        let sixth = try #require(try RankEnvironment(Self.plain))
        #expect((0..<20).filter(sixth.has) == [5, 13])
        #expect((0..<10).map(sixth.owner) == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1])
    }

    @Test(arguments: [
        ("gpu01", "gpu01"), ("gpu01,gpu02", "gpu01"), ("gpu[03-05,9],login", "gpu03"), ("n[12]", "n12"), ("", nil),
    ])
    func theFirstOfAListOfNodes(list: String, first: String?) {
        #expect(RankEnvironment.firstNode(list) == first)
    }

    @Test(arguments: [
        ("WORLD_SIZE", "zero"), ("WORLD_SIZE", "0"), ("WORLD_SIZE", ""), ("RANK", "8"), ("RANK", "-1"),
        ("LOCAL_RANK", "x"), ("MASTER_PORT", "70000"), ("MASTER_PORT", "port"),
    ])
    func whatIsWrongIsNamed(name: String, value: String) {
        let variables = Self.plain.merging([name: value]) { $1 }
        let error = #expect(throws: InputError.self) { try RankEnvironment(variables) }
        #expect(error?.subject == name && error?.problem.contains("\"\(value)\"") == true)
    }

    @Test(arguments: ["RANK", "MASTER_ADDR", "MASTER_PORT"]) func whatIsMissingIsNamed(name: String) {
        let error = #expect(throws: InputError.self) { try RankEnvironment(Self.plain.filter { $0.key != name }) }
        #expect(error?.subject == name && error?.problem.contains("is not in the environment") == true)
    }
}
