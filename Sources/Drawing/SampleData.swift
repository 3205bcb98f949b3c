import Foundation
import Imaging

/// The small data sets that `petri sample-data` writes, each in another layout that Petri reads.
public struct SampleData: Sendable {
    /// The data sets; the name is the folder's.
    public enum Kind: String, CaseIterable, Sendable {
        /// `{train,test}/{images,masks}`, paired by name; images 16-bit TIFF.
        case fluorescence
        /// Cellpose's: `{train,test}/x_img.png` and `x_masks.png`; images 8-bit.
        case phaseContrast = "phase-contrast"
        /// BBBC038's: `{train,test}/x/images/x.png` and `x/masks` with a file for every object; images 8-bit RGB.
        case tissue
        /// The Cell Tracking Challenge's: `01/tTTT.tif`, `01_GT/SEG`, `01_GT/TRA`; images 16-bit TIFF.
        case timeLapse = "time-lapse"

        /// Images, or frames, if no number is asked for.
        public var usualCount: Int {
            switch self {
            case .fluorescence, .phaseContrast: 18
            case .tissue: 4
            case .timeLapse: 12
            }
        }

        fileprivate var phantom: Phantom.Kind? {
            switch self {
            case .fluorescence: .fluorescence
            case .phaseContrast: .phaseContrast
            case .tissue: .tissue
            case .timeLapse: nil
            }
        }
    }

    /// Settings of every picture.
    public var settings: Phantom.Settings
    /// Decides all pictures.
    public var seed: UInt64
    /// Images of each set, a third of them in its test folder, or frames; nil for the usual number.
    public var count: Int?

    /// What is committed to the repository as sample-data.
    public init(settings: Phantom.Settings = Phantom.Settings(), seed: UInt64 = 42, count: Int? = nil) {
        self.settings = settings
        self.seed = seed
        self.count = count
    }

    /// What one file is to hold.
    public enum Content: Equatable, Sendable {
        case image(Image)
        case labels(LabelImage)
        case text(String)
    }

    /// A file of a data set.
    public struct File: Equatable, Sendable {
        /// From the data set's folder on.
        public let path: String
        public let content: Content
    }

    /// What is drawn at once: a picture with its masks, or a whole time-lapse.
    public struct Item: Sendable {
        public let kind: Kind
        /// The image files, from the data set's folder on; all files of the item lie in their folders or beside these.
        public let imagePaths: [String]
        /// The seed of the item alone.
        let seed: UInt64
        let settings: Phantom.Settings

        /// Draws the item's files.
        public func draw() -> [File] {
            switch kind.phantom {
            case nil: Self.files(of: TimeLapse.draw(settings, frames: imagePaths.count, seed: seed))
            case let phantom?: files(of: Phantom.draw(phantom, settings, seed: seed))
            }
        }

        private func files(of phantom: Phantom) -> [File] {
            let path = imagePaths[0]
            let image = File(path: path, content: .image(phantom.image))
            switch kind {
            case .tissue:
                let folder = path.split(separator: "/").dropLast(2).joined(separator: "/") + "/masks/"
                return [image]
                    + (1...max(phantom.labels.maximum, 1)).map { label in
                        let mask = phantom.labels.labels.map { $0 == label ? UInt8(255) : 0 }
                        let (width, height) = (phantom.labels.width, phantom.labels.height)
                        return File(
                            path: folder + "object_\(SampleData.numbered(Int(label))).png",
                            content: .image(Image(width: width, height: height, channels: 1, samples: .uint8(mask))))
                    }
            case .phaseContrast:
                let mask = path.dropLast("_img.png".count) + "_masks.png"
                return [image, File(path: String(mask), content: .labels(phantom.labels))]
            default:
                let mask = path.replacingOccurrences(of: "/images/", with: "/masks/").dropLast("tif".count) + "png"
                return [image, File(path: String(mask), content: .labels(phantom.labels))]
            }
        }

        private static func files(of timeLapse: TimeLapse) -> [File] {
            let frames = timeLapse.frames.enumerated().flatMap { index, frame in
                let number = SampleData.numbered(index)
                return [
                    File(path: "01/t\(number).tif", content: .image(frame.image)),
                    File(path: "01_GT/SEG/man_seg\(number).tif", content: .labels(frame.labels)),
                    File(path: "01_GT/TRA/man_track\(number).tif", content: .labels(frame.labels)),
                ]
            }
            return frames + [File(path: "01_GT/TRA/man_track.txt", content: .text(timeLapse.trackText))]
        }
    }

    /// All that a data set consists of, in the order it is written.
    public func items(_ kind: Kind) -> [Item] {
        let count = max(count ?? kind.usualCount, 1)
        let kindIndex = Kind.allCases.firstIndex(of: kind) ?? 0
        func item(_ index: Int, _ imagePaths: [String]) -> Item {
            var generator = SeededGenerator(seed: seed, part: UInt64(kindIndex * 1_000_000 + index))
            return Item(kind: kind, imagePaths: imagePaths, seed: generator.next(), settings: settings)
        }
        if kind == .timeLapse { return [item(0, (0..<count).map { "01/t\(Self.numbered($0)).tif" })] }
        return (0..<count).map { index in
            let isTest = index >= count - count / 3
            let part = isTest ? "test" : "train"
            let name = part + "_" + Self.numbered((isTest ? index - (count - count / 3) : index) + 1)
            switch kind {
            case .phaseContrast: return item(index, ["\(part)/\(name)_img.png"])
            case .tissue: return item(index, ["\(part)/\(name)/images/\(name).png"])
            default: return item(index, ["\(part)/images/\(name).tif"])
            }
        }
    }

    /// Three digits at least, as the Cell Tracking Challenge has them.
    private static func numbered(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
    }
}
