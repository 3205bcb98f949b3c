import Canvas
import Datasets
import Foundation
import Imaging
import Measures
import Runs
import Workbench

/// The report's plots and examples, as PNG.
struct ExperimentPictures {
    let folder: ExperimentFolder
    let report: ExperimentReport
    private var plan: ExperimentPlan { report.plan }

    init(_ folder: ExperimentFolder, _ report: ExperimentReport) { (self.folder, self.report) = (folder, report) }

    /// The picture of a data set's measure over the number of images, below the experiment's folder.
    static func plot(_ dataSet: String, _ measure: ExperimentMeasure) -> String {
        "plots/\(dataSet)-\(measure.fileName).png"
    }

    /// The picture of a data set's examples.
    static func example(_ dataSet: String) -> String { "examples/\(dataSet).png" }

    /// Draws what there is of these data sets.
    func write(of dataSets: Set<String>) throws {
        for source in plan.dataSets where dataSets.contains(source.name) {
            for measure in ExperimentMeasure.allCases {
                guard let image = Self.sheet(report, source, measure).image else { continue }
                try ImageFile.write(image, to: folder.path + "/" + Self.plot(source.name, measure))
            }
            if let image = try examples(source)?.image {
                try ImageFile.write(image, to: folder.path + "/" + Self.example(source.name))
            }
        }
    }

    // MARK: - Curves over the number of images

    /// A panel for each budget that has results.
    static func sheet(
        _ report: ExperimentReport, _ source: ExperimentPlan.DataSource, _ measure: ExperimentMeasure
    ) -> PlotSheet {
        PlotSheet(
            report.plan.budgets.compactMap { budget in
                let curves = ExperimentCurves(report, budget.kind, source, measure)
                guard !curves.arms.isEmpty else { return nil }
                return PlotSheet.Panel(
                    title: "\(source.name): \(measure.rawValue) at \(budget.text), mean and SD over seeds",
                    plot: curves.plot, unit: "training images", colors: curves.arms.map(\.place))
            })
    }

    // MARK: - Examples

    /// How many test images are shown.
    private static let count = 3
    /// The most pixels of an image that are shown each way, from its middle, and those that a picture has at least.
    private static let (most, least) = (320, 200)

    /// Some test images with the true outlines, and with what each arm found: of the first seed, the largest number of
    /// images and the first budget with results. Chosen by name alone: the first, the middle and the last.
    private func examples(_ source: ExperimentPlan.DataSource) throws -> PictureSheet? {
        let cells = report.cells.map(\.cell).filter { $0.dataSet == source.name }
        guard let budget = plan.budgets.first(where: { budget in cells.contains { $0.budget == budget } }) else {
            return nil
        }
        let alike = cells.filter { $0.budget == budget }
        let images = alike.map(\.images).max() ?? 0
        let seed = alike.filter { $0.images == images }.map(\.seed).min() ?? 0
        let shown = plan.arms.compactMap { arm in
            alike.first { $0.arm == arm && $0.images == images && $0.seed == seed }
        }
        let pairs = try DataSet(source.test).pairs
        let places = Set((0..<Self.count).map { $0 * max(pairs.count - 1, 0) / (Self.count - 1) }).sorted()
        let rows = try places.map { place in
            let pair = pairs[place]
            let (image, mask) = try pair.read()
            let example = Example(image, truth: mask.labels, most: Self.most, least: Self.least)
            return [example.truthTile(name: pair.name)]
                + (try shown.map { cell in
                    let path = "\(folder.masksPath(of: cell))/\(pair.name).png"
                    return try example.tile(cell.arm.rawValue, predicted: LabelImage.read(path), path: path)
                })
        }
        return PictureSheet(
            "\(source.name), \(images) training images, seed \(seed), \(budget.text). Green: found, orange: wrong, "
                + "blue: missed", rows: rows)
    }
}

/// The middle of a test image, with outlines over it.
private struct Example {
    private let picture: Image
    /// The same without colours, which would hide those of outlines.
    private let grey: Image
    private let truth: LabelImage
    private let region: LabelImage.Box
    private let scale: Int

    // Seen on dark and on bright grey, and told apart by the colour blind.
    private static let found = RGB(0, 190, 100)
    private static let wrong = RGB(255, 110, 0)
    private static let missed = RGB(50, 130, 255)

    init(_ image: Image, truth: LabelImage, most: Int, least: Int) {
        let (width, height) = (min(image.width, most), min(image.height, most))
        region = LabelImage.Box(
            x: (image.width - width) / 2, y: (image.height - height) / 2, width: width, height: height)
        scale = max(1, (least + max(width, height) - 1) / max(width, height))
        self.truth = truth
        let scene = Scene(
            image, palette: InstanceColors(LabelImage(width: 0, height: 0)), region: region,
            window: Window.auto.limits(of: image), layer: .image)
        picture = scene.picture(scale: scale)
        grey = picture.colourless
    }

    func truthTile(name: String) -> PictureSheet.Tile {
        let objects = Set(truth.labels).subtracting([0]).count
        return .init(
            caption: [name, "truth: \(objects) objects"], picture: outlined(picture, [(truth, { _ in Self.found })]))
    }

    func tile(_ arm: String, predicted: LabelImage, path: String) throws -> PictureSheet.Tile {
        let table = try OverlapTable(truth: truth, predicted: predicted, name: path)
        let matches = table.matches(threshold: 0.5)
        let right = Set(matches.map { table.predictedLabels[$0.predicted] })
        let seen = Set(matches.map { table.truthLabels[$0.truth] })
        var missed = truth
        for index in missed.labels.indices where seen.contains(missed.labels[index]) { missed.labels[index] = 0 }
        let (wrong, lost) = (table.predictedLabels.count - right.count, table.truthLabels.count - seen.count)
        return .init(
            caption: [arm, "\(right.count) found, \(wrong) wrong, \(lost) missed"],
            picture: outlined(
                grey,
                [
                    (missed, { _ in Self.missed }), (predicted, { right.contains($0) ? Self.found : Self.wrong }),
                ]))
    }

    /// The picture with the objects' outlines over it, each in the colour of its label.
    private func outlined(_ picture: Image, _ layers: [(labels: LabelImage, color: (Int32) -> RGB)]) -> Image {
        guard case .uint8(var samples) = picture.samples else { return picture }
        for (labels, color) in layers {
            let outlines = labels.outlines()
            for y in 0..<picture.height {
                for x in 0..<picture.width {
                    let index = (region.y + y / scale) * labels.width + region.x + x / scale
                    guard outlines[index] != 0 else { continue }
                    let color = color(labels.labels[index])
                    let start = 3 * (y * picture.width + x)
                    (samples[start], samples[start + 1], samples[start + 2]) = (color.red, color.green, color.blue)
                }
            }
        }
        return Image(width: picture.width, height: picture.height, channels: 3, samples: .uint8(samples))
    }
}

extension Image {
    /// An RGB image of 8 bits with the luma of Rec. 601 in all channels.
    fileprivate var colourless: Image {
        guard channels == 3, case .uint8(var samples) = samples else { return self }
        for start in stride(from: 0, to: samples.count - 2, by: 3) {
            let luma =
                (299 * Int(samples[start]) + 587 * Int(samples[start + 1]) + 114 * Int(samples[start + 2])) / 1000
            let value = UInt8(clamping: luma)
            (samples[start], samples[start + 1], samples[start + 2]) = (value, value, value)
        }
        return Image(width: width, height: height, channels: 3, samples: .uint8(samples))
    }
}
