import Imaging
import Testing

@testable import Drawing

struct TimeLapseTests {
    private static let lapses = (0..<3).map {
        TimeLapse.draw(.init(width: 128, height: 128, density: 2, size: 0.7, touching: 0.5), frames: 16, seed: $0)
    }

    @Test func sameSeedDrawsTheSame() {
        let settings = Phantom.Settings(width: 64, height: 48)
        let one = TimeLapse.draw(settings, frames: 4, seed: 3)
        #expect(one == TimeLapse.draw(settings, frames: 4, seed: 3))
        #expect(one != TimeLapse.draw(settings, frames: 4, seed: 4))
        #expect(one.frames.count == 4 && one.frames[0].image.height == 48)
    }

    /// What the Cell Tracking Challenge demands of man_track.txt.
    @Test func everyTrackIsSeenInItsFramesAndNoOthers() {
        for lapse in Self.lapses {
            let seen = lapse.frames.map { Set($0.labels.presentLabels) }
            #expect(Set(lapse.tracks.map(\.label)) == seen.reduce(into: Set()) { $0.formUnion($1) })
            #expect(Set(lapse.tracks.map(\.label)).count == lapse.tracks.count)
            for track in lapse.tracks {
                for (frame, labels) in seen.enumerated() {
                    #expect(labels.contains(track.label) == (track.first...track.last).contains(frame))
                }
            }
        }
    }

    @Test func daughtersFollowTheirMotherByPairs() {
        for lapse in Self.lapses {
            let tracks = Dictionary(uniqueKeysWithValues: lapse.tracks.map { ($0.label, $0) })
            let daughters = lapse.tracks.filter { $0.parent != 0 }
            #expect(daughters.count >= 4)
            for daughter in daughters {
                let mother = tracks[daughter.parent]
                #expect(mother?.last == daughter.first - 1)
            }
            // The second daughter of a mother at the rim may be out of view.
            let broods = Dictionary(grouping: daughters, by: \.parent)
            #expect(broods.values.allSatisfy { $0.count <= 2 } && broods.values.contains { $0.count == 2 })
        }
    }

    @Test func everyLabelIsOneObject() {
        for lapse in Self.lapses {
            for frame in lapse.frames {
                #expect(Int(frame.labels.components(connectivity: .four).maximum) == frame.labels.presentLabels.count)
            }
        }
    }

    /// From frame to frame a cell stays about where it was: most of it lies on itself.
    @Test func cellsMoveSlowly() {
        var (same, all) = (0, 0)
        for lapse in Self.lapses {
            for (before, after) in zip(lapse.frames, lapse.frames.dropFirst()) {
                for (old, new) in zip(before.labels.labels, after.labels.labels) where old != 0 && new != 0 {
                    all += 1
                    if old == new { same += 1 }
                }
            }
        }
        #expect(Double(same) > 0.8 * Double(all))
    }

    @Test func tracksAreWrittenAsTheChallengeHasThem() {
        let tracks = [
            TimeLapse.Track(label: 1, first: 0, last: 3, parent: 0), .init(label: 4, first: 4, last: 9, parent: 1),
        ]
        #expect(TimeLapse(frames: [], tracks: tracks).trackText == "1 0 3 0\n4 4 9 1\n")
    }
}
