import Runs
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// What the images' discriminator looks at.
    @Suite struct PatchDiscriminatorTests {
        private func discriminator(_ view: TrainingSettings.DiscriminatorView) throws -> PatchDiscriminator {
            let network = try PatchDiscriminator(channels: 1, base: 4, fan: .in, view: view, device: .cpu)
            try Torch.seed(1)
            try network.store.initialise()
            network.store.isTraining = true
            return network
        }

        /// Statistics of a batch hide how an image differs from the others in it.
        @Test(arguments: [TrainingSettings.DiscriminatorView.image, .details])
        func detailsAreSeenImageByImage(_ view: TrainingSettings.DiscriminatorView) throws {
            let network = try discriminator(view)
            let image = try Tensor.normal([1, 1, 32, 32])
            let alone = try network(.concatenated([image, image], dimension: 0)).array(of: Float.self)
            let beside = try network(.concatenated([image, image * 3], dimension: 0)).array(of: Float.self)
            let same = zip(alone, beside).prefix(alone.count / 2).allSatisfy { abs($0 - $1) < 1e-5 }
            #expect(same == (view == .details))
            #expect(network.store.entries.contains { $0.name.contains("running_mean") } == (view == .image))
        }

        /// A checkerboard of 0.5 and -0.5 by hand: 13 of the 25 pixels about one are of its kind, and the mean is a 25th of it.
        @Test func detailsAreDifferencesFromTheMeanAround() throws {
            let network = try discriminator(.details)
            let board = (0..<144).map { ($0 / 12 + $0 % 12) % 2 == 0 ? Float(0.5) : -0.5 }
            let seen = try network.seen(Tensor(board, shape: [1, 1, 12, 12])).array(of: Float.self)
            #expect(seen.count == 288 && seen[0..<144].elementsEqual(board.map { $0 / 4 }))
            let detail: Float = 8 * 0.5 * 24 / 25
            #expect(board[65] == 0.5 && abs(seen[144 + 65] - detail) < 1e-5)
            #expect(board[66] == -0.5 && abs(seen[144 + 66] + detail) < 1e-5)
            // What is flat has no details, at the edges neither.
            let flat = try network.seen(.full([1, 1, 12, 12], 0.75)).array(of: Float.self)
            #expect(flat[144...].allSatisfy { abs($0) < 1e-5 })
        }
    }
}
