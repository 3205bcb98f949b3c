import Foundation
import Imaging
import Testing

@testable import Canvas

/// Plots and pictures as image files, looked at pixel by pixel.
struct PlotSheetTests {
    private static let blue = RGB(0, 114, 178)

    private func pixel(_ image: Image, _ x: Int, _ y: Int) -> RGB? {
        guard case .uint8(let samples) = image.samples, x >= 0, y >= 0, x < image.width, y < image.height else {
            return nil
        }
        let start = 3 * (y * image.width + x)
        return RGB(samples[start], samples[start + 1], samples[start + 2])
    }

    /// The rows in which a column has the colour.
    private func rows(_ image: Image, column: Int, _ color: RGB) -> [Int] {
        (0..<image.height).filter { pixel(image, column, $0) == color }
    }

    private func sheet(errors: [Double]) throws -> Image {
        var series = LinePlot.Series("one", x: [0, 1], y: [0.5, 0.5])
        series.errors = errors
        var plot = LinePlot([series], xRange: -0.5...1.5, yRange: 0...1)
        plot.xLabels = [(0, "5"), (1, "10")]
        return try #require(PlotSheet([.init(title: "t", plot: plot, unit: "images", colors: [0])]).image)
    }

    /// The plot's y goes from -0.02 to 1.02 over its frame, so bars of 0.26 and of 0.13 are as 2 to 1.
    @Test func errorBarsReachAsFarAsTheyShould() throws {
        let image = try sheet(errors: [0.26, 0.13])
        let columns = (0..<image.width).filter { rows(image, column: $0, Self.blue).count > 20 }
        // Two bars, each two pixels wide.
        let first = try #require(columns.first)
        let last = try #require(columns.last)
        #expect(last - first > 200 && columns.count <= 6, "\(columns)")
        let (long, short) = (rows(image, column: first, Self.blue), rows(image, column: last, Self.blue))
        #expect(abs(Double(long.count) / Double(short.count) - 2) < 0.1, "\(long.count) \(short.count)")
        // Both stand about the same middle.
        let middles = [long, short].map { Double(($0.first ?? 0) + ($0.last ?? 0)) / 2 }
        #expect(abs(middles[0] - middles[1]) <= 1)
        // Half of a frame of 1.04.
        let unit = Double(long.count) / 0.52
        #expect(unit > 200 && unit < 300, "\(unit)")
    }

    @Test func withoutSpreadThePointIsMarkedAlone() throws {
        let image = try sheet(errors: [.nan, .nan])
        let tallest = (0..<image.width).map { rows(image, column: $0, Self.blue).count }.max()
        #expect(tallest == 6)
    }

    @Test func axesMakeRoomForBars() throws {
        var series = LinePlot.Series("one", x: [0, 1], y: [0.5, 0.6])
        let narrow = try #require(LinePlot([series]).scales(rows: 9))
        series.errors = [0.3, .nan]
        let wide = try #require(LinePlot([series]).scales(rows: 9))
        #expect(
            abs(wide.y.lowerBound - (0.2 - 0.02 * 0.6)) < 1e-9 && abs(wide.y.upperBound - (0.8 + 0.02 * 0.6)) < 1e-9)
        #expect(narrow.y.lowerBound > 0.49)
    }

    @Test func picturesStandBesideEachOtherUnderTheirCaptions() throws {
        func tile(_ color: RGB, _ caption: [String]) -> PictureSheet.Tile {
            let samples = (0..<40 * 30).flatMap { _ in [color.red, color.green, color.blue] }
            return .init(
                caption: caption, picture: Image(width: 40, height: 30, channels: 3, samples: .uint8(samples)))
        }
        let (red, green) = (RGB(200, 10, 10), RGB(10, 200, 10))
        let sheet = PictureSheet(
            "a title", rows: [[tile(red, ["one", "two"]), tile(green, ["far too long for this"])], [tile(red, [])]])
        let image = try #require(sheet.image)
        #expect(image.width == 8 + 48 + 48)
        let reds = (0..<image.height).filter { pixel(image, 20, $0) == red }
        #expect(reds.count == 60)
        #expect((0..<image.height).count { pixel(image, 80, $0) == green } == 30)
        // A caption ends where its picture does.
        for y in 0..<image.height {
            for x in [50, 51, 52, 53, 54, 55, 100, 101, 102, 103] where y > 20 {
                #expect(pixel(image, x, y) == RGB(255, 255, 255))
            }
        }
        #expect(PictureSheet("none", rows: []).image == nil)
    }
}
