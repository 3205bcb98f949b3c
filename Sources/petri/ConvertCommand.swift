import ArgumentParser
import Command
import Datasets
import Foundation
import Imaging

/// `petri convert`: a data set in another layout.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a data set in another layout, every object pixel for pixel.",
        discussion: """
            SRC is any data set that `petri info` reads; its parts (train, test...) become folders of DST. Layouts:

              images-masks  images/x.tif and masks/x.png, 16-bit labels (StarDist, cGAN-Seg)
              bbbc038       x/images/x.png and x/masks/*.png, one file per object
              cellpose      x.tif and x_masks.png, 16-bit labels
              ctc           01/t000.tif and 01_GT/SEG/man_seg000.tif; petri-conversion.json keeps the names
              coco          images/x.tif and annotations.json with run lengths

            Images are copied as they are; ctc turns them into TIFF, and of a stack one plane is taken. What an \
            interrupted conversion has written is kept when the same command is given again.

            Examples:
              petri convert stage1_train my-data --to images-masks
              petri convert LIVECell/images --masks livecell_coco_val.json livecell-val --to cellpose
            """)

    @Argument(help: "The data set.", completion: .directory)
    var source: String

    @Argument(help: "The folder to write to; made if it is not there.", completion: .directory)
    var destination: String

    @Option(
        name: .customLong("to"),
        help: "\(Conversion.Layout.allCases.map(\.rawValue).joined(separator: ", ")).")
    var layout: Conversion.Layout

    @Option(help: "The folder of the masks, or a COCO file, where SRC is the folder of the images.")
    var masks: String?

    @Flag(help: "Write over what is there.")
    var force = false

    func run() throws {
        keepFreedMemory()
        let dataSet = try masks.map { try DataSet(images: source, masks: $0) } ?? DataSet(source)
        for line in warningLines(dataSet.warnings) { StandardError.write(line + "\n") }
        let progress = ProgressLine("Converting", total: dataSet.pairs.count, unit: "pairs", delay: .seconds(1))
        let outcome = try Conversion(dataSet, to: layout, in: destination, force: force).run { progress.update($0) }
        progress.finish()
        for line in warningLines(outcome.warnings) { StandardError.write(line + "\n") }
        let kept = outcome.kept > 0 ? ", \(outcome.kept) were there" : ""
        print("\(destination.printable): \(outcome.written) pairs written as \(layout.rawValue)\(kept)")
    }
}

extension Conversion.Layout: ExpressibleByArgument {}
