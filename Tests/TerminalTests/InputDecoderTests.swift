import Testing

@testable import Terminal

/// The events of bytes; sequences as xterm's ctlseqs and the Linux console's manual say.
struct InputDecoderTests {
    private func events(_ text: String, flush: Bool = true) -> [Event] {
        var decoder = InputDecoder()
        let results = decoder.feed(Array(text.utf8)) + (flush ? decoder.flush() : [])
        return results.compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    @Test(arguments: [
        ("q", "q"), ("G", "G"), ("é", "é"), ("細", "細"), (" ", "space"), ("\r", "enter"), ("\t", "tab"),
        ("\u{7F}", "backspace"), ("\u{08}", "backspace"), ("\u{01}", "ctrl-a"), ("\u{1A}", "ctrl-z"),
        ("\0", "ctrl-space"),
        ("\u{1B}", "esc"), ("\u{1B}x", "alt-x"), ("\u{1B}\r", "alt-enter"), ("\u{1B}é", "alt-é"),
        ("\u{1B}[A", "up"), ("\u{1B}OB", "down"), ("\u{1B}[1;5C", "ctrl-right"), ("\u{1B}[1;2D", "shift-left"),
        ("\u{1B}[1;8A", "ctrl-alt-shift-up"), ("\u{1B}[H", "home"), ("\u{1B}[4~", "end"), ("\u{1B}[5~", "pageup"),
        ("\u{1B}[6;5~", "ctrl-pagedown"), ("\u{1B}[3~", "delete"), ("\u{1B}[Z", "shift-tab"), ("\u{1B}OP", "f1"),
        ("\u{1B}[15~", "f5"), ("\u{1B}[24~", "f12"), ("\u{1B}[[C", "f3"), ("\u{1B}[1;3S", "alt-f4"),
    ]) func sequenceIsItsKey(bytes: String, name: String) {
        let decoded = events(bytes).map { if case .key(let key) = $0 { key.name } else { "?" } }
        #expect(decoded == [name])
        #expect(Key(named: name)?.name == name)
    }

    @Test func sequencesAreWholeInWhateverPortionsTheyCome() {
        let text = "a\u{1B}[1;5C細\u{1B}[<0;10;5M\u{1B}[200~x\u{1B}[20\ny\u{1B}[201~\u{1B}[I\u{1B}OPz"
        let whole = events(text)
        #expect(
            whole == [
                .key(Key("a")), .key(Key(.right, .control)), .key(Key("細")),
                .mouse(Mouse(.press(.left), column: 9, row: 4)), .paste("x\u{1B}[20\ny"), .focus(true),
                .key(Key(.function(1))), .key(Key("z")),
            ])
        for size in 1...7 {
            var decoder = InputDecoder()
            var results: [InputDecoder.Result] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                results += decoder.feed(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(results == whole.map { .event($0) }, "in portions of \(size)")
            #expect(!decoder.isPending)
        }
    }

    @Test func escapeWaitsForWhatMayFollow() {
        var decoder = InputDecoder()
        #expect(decoder.feed([0x1B]).isEmpty && decoder.isPending)
        #expect(decoder.flush() == [.event(.key(Key(.escape)))])
        #expect(!decoder.isPending)
        #expect(events("\u{1B}\u{1B}") == [.key(Key(.escape)), .key(Key(.escape))])
        #expect(events("\u{1B}[") == [.key(Key("[", .alt))])
    }

    @Test func mouseTellsWhatItDid() {
        #expect(events("\u{1B}[<2;1;1m") == [.mouse(Mouse(.release(.right), column: 0, row: 0))])
        #expect(events("\u{1B}[<32;3;4M") == [.mouse(Mouse(.drag(.left), column: 2, row: 3))])
        #expect(events("\u{1B}[<81;3;4M") == [.mouse(Mouse(.wheelDown, column: 2, row: 3, modifiers: .control))])
        // The old form: button 0 at 11, 6; then a release.
        #expect(events("\u{1B}[M +&") == [.mouse(Mouse(.press(.left), column: 10, row: 5))])
        #expect(events("\u{1B}[M#+&") == [.mouse(Mouse(.release(.left), column: 10, row: 5))])
        #expect(events("\u{1B}[<0;0;4M\u{1B}[<0;1M\u{1B}[<66;1;1M").isEmpty)
    }

    @Test func answersAboutModesAreNoKeys() {
        var decoder = InputDecoder()
        #expect(decoder.feed(Array("\u{1B}[?2026;2$yq".utf8)) == [.mode(2026, state: 2), .event(.key(Key("q")))])
        #expect(events("\u{1B}[?62;22c\u{1B}[>1;2c\u{1B}[12;40R").isEmpty)
    }

    @Test func anyBytesAreReadWithoutTrap() {
        var state: UInt64 = 9
        func random(_ count: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % count
        }
        let likely = Array("\u{1B}[[O<;?M~m019$y é".utf8)
        for _ in 0..<3000 {
            var decoder = InputDecoder(isUTF8: random(2) == 0)
            for _ in 0..<random(6) {
                let count = random(12)
                _ = decoder.feed(
                    (0..<count).map { _ in
                        random(4) == 0 ? UInt8(random(256)) : likely[Int(random(UInt64(likely.count)))]
                    })
            }
            _ = decoder.flush()
        }
    }

    @Test func keysThatTheDescriptionNamesAreKnown() {
        var decoder = InputDecoder(sequences: [(Array("\u{1B}[11^".utf8), Key(.function(1), .control))])
        #expect(decoder.feed(Array("\u{1B}[11^".utf8)) == [.event(.key(Key(.function(1), .control)))])
    }
}
