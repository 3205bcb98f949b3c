import Command
import Foundation
import Imaging

/// Weights that others published, known by the hash of their file.
struct PublishedWeights {
    /// What is said of them: "torchvision's VGG19 weights".
    let name: String
    /// The published file's name.
    let file: String
    /// The first hexadecimal digits of its SHA-256, as many as its publisher names.
    let digest: String

    /// https://download.pytorch.org/models/vgg19-dcbb9e9d.pth; torchvision puts the digest's beginning into the name.
    static let vgg19 = PublishedWeights(
        name: "torchvision's VGG19 weights", file: "vgg19-dcbb9e9d.pth", digest: "dcbb9e9d")

    /// https://github.com/mseitzer/pytorch-fid/releases/tag/fid_weights, which names the digest in the same way.
    static let inception = PublishedWeights(
        name: "pytorch-fid's Inception weights", file: "pt_inception-2015-12-05-6726825d.pth", digest: "6726825d")

    /// Refuses a `.pth` file that is another than the published one, damaged on its way for instance. A file converted
    /// to another format has another hash: then a warning says that it was not checked.
    /// - Throws: `InputError`.
    func check(_ path: String) throws {
        guard path.lowercased().hasSuffix(".pth") else {
            return StandardError.write("petri: \(path.printable): not a .pth file, so not checked to be \(name)\n")
        }
        let found = try Self.sha256(path)
        guard found.hasPrefix(digest) else {
            throw InputError(
                path, "is not \(name): its SHA-256 begins with \(found.prefix(digest.count)), not \(digest)",
                advice: "download \(file) again")
        }
    }

    /// The SHA-256 of a file, 64 hexadecimal digits, from coreutils' `sha256sum`.
    static func sha256(_ path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        let input = FileHandle(forReadingAtPath: path)
        let output = Pipe()
        (process.standardInput, process.standardOutput) = (input, output)
        guard input != nil, (try? process.run()) != nil else { throw InputError(path, "cannot be read") }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, text.count > 64 else { throw InputError(path, "cannot be read") }
        return String(text.prefix(64))
    }
}
