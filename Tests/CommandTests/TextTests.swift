import Foundation
import Testing

@testable import Command

@Suite struct TextTests {
    static let durations: [(Double, String)] = [
        (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (123.0, "2 min 03 s"),
        (3600.0, "1 h 00 min"), (3900.0, "1 h 05 min"), (273_600.0, "3 d 04 h"), (-1.0, "?"),
    ]

    @Test(arguments: durations)
    func `durations are said in two units at most`(seconds: Double, text: String) {
        #expect(Duration.seconds(seconds).brief == text)
    }

    @Test func `a table aligns words to the left and numbers to the right`() {
        let table = TextTable(header: ["arm", "F1"], rows: [["conventional", "0.8"], ["b", "0.75", "x"], ["c"]])
        #expect(
            table.text == """
                arm             F1
                conventional   0.8
                b             0.75  x
                c

                """)
    }

    @Test func `what is no number becomes null in JSON and keys are sorted`() throws {
        let text = try JSONText.of(["b": Double.nan, "a": -Double.infinity, "c": 0.5])
        #expect(text == "{\n  \"a\" : null,\n  \"b\" : null,\n  \"c\" : 0.5\n}")
        #expect(try JSONText.of(["a/b é"]) == "[\n  \"a/b é\"\n]")
        #expect(try JSONText.of([Date(timeIntervalSince1970: 86_400)]) == "[\n  \"1970-01-02T00:00:00Z\"\n]")
    }
}
