import Foundation
import Imaging
import TestSupport

extension TemporaryFolder {
    /// Makes the folder of the file `name` and returns the file's path.
    func file(_ name: String) throws -> String {
        let path = path(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        return path
    }

    /// Writes a grey image of 4 x 3 pixels of `bits` (8 or 16) bits.
    func write(_ name: String, _ values: [Int] = Array(0..<12), bits: Int = 8) throws {
        let samples: Image.Samples = bits == 8 ? .uint8(values.map(UInt8.init)) : .uint16(values.map(UInt16.init))
        try ImageFile.write(Image(width: 4, height: values.count / 4, channels: 1, samples: samples), to: file(name))
    }

    /// Writes raw bytes.
    func write(_ name: String, bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }
}
