import Foundation

/// A tensor to be written.
public struct TensorToWrite {
    public let name: String
    public let type: DataType
    public let shape: [Int]
    let withBytes: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// - Parameter withBytes: calls what it is given, once, with the elements row by row, in the machine's
    ///   (little-endian) order; it is asked only when the tensor's turn has come, so one tensor at a time is in memory.
    public init(
        name: String, type: DataType, shape: [Int],
        withBytes: @escaping ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) {
        self.name = name
        self.type = type
        self.shape = shape
        self.withBytes = withBytes
    }

    public init(name: String, type: DataType, shape: [Int], bytes: [UInt8]) {
        self.init(name: name, type: type, shape: shape) { try bytes.withUnsafeBytes($0) }
    }
}

extension SafetensorsFile {
    /// Writes a file beside `path`, syncs it and renames it over `path`, so that a crash leaves the old file or the new.
    /// The same tensors and metadata give the same bytes. The header keeps the given order; the data lie by element
    /// size, largest first, so that every tensor is aligned, as Python's reader needs.
    /// - Throws: `TensorFileError` where names repeat, bytes and shape disagree, or the disk fails; what a provider throws.
    public static func write(_ path: String, tensors: [TensorToWrite], metadata: [String: String] = [:]) throws {
        let (header, order) = try header(tensors, metadata: metadata, path: path)
        let beside = path + ".\(getpid())-\(UInt32.random(in: 0...UInt32.max)).partial"
        let descriptor = Foundation.open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw TensorFileError(path, "cannot be written: \(systemError(errno))") }
        do {
            defer { close(descriptor) }
            try header.withUnsafeBytes { try write($0, to: descriptor, path: path) }
            for index in order {
                let tensor = tensors[index]
                var written: Int?
                try tensor.withBytes { bytes in
                    guard written == nil, bytes.count == StoredTensor.byteCount(of: tensor.shape, tensor.type)
                    else {
                        throw TensorFileError(
                            path, "\"\(tensor.name)\" has \(bytes.count) bytes, not those of its shape \(tensor.shape)")
                    }
                    try write(bytes, to: descriptor, path: path)
                    written = bytes.count
                }
                guard written != nil else { throw TensorFileError(path, "no bytes for \"\(tensor.name)\"") }
            }
            guard fsync(descriptor) == 0 else {
                throw TensorFileError(path, "cannot be written: \(systemError(errno))")
            }
        } catch {
            unlink(beside)
            throw error
        }
        guard rename(beside, path) == 0 else {
            let problem = systemError(errno)
            unlink(beside)
            throw TensorFileError(path, "cannot be replaced: \(problem)")
        }
        try syncFolder(of: path)
    }

    /// The length and the JSON, padded so that the data begin at a multiple of 8, and the order of the data.
    private static func header(
        _ tensors: [TensorToWrite], metadata: [String: String], path: String
    ) throws -> (bytes: [UInt8], order: [Int]) {
        let order = tensors.indices.sorted {
            (-tensors[$0].type.size, $0) < (-tensors[$1].type.size, $1)
        }
        var ranges = [Range<Int>](repeating: 0..<0, count: tensors.count)
        var end = 0
        for index in order {
            let tensor = tensors[index]
            guard tensor.shape.count <= StoredTensor.maximumRank, tensor.shape.allSatisfy({ $0 >= 0 }),
                let count = StoredTensor.byteCount(of: tensor.shape, tensor.type),
                case (let next, let overflow) = end.addingReportingOverflow(count), !overflow
            else { throw TensorFileError(path, "cannot hold \"\(tensor.name)\" of shape \(tensor.shape)") }
            ranges[index] = end..<next
            end = next
        }
        var names: Set<String> = [SafetensorsHeader.metadataKey]
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"\(SafetensorsHeader.metadataKey)\":{" + pairs.joined(separator: ",") + "}")
        }
        for (tensor, range) in zip(tensors, ranges) {
            guard names.insert(tensor.name).inserted else {
                throw TensorFileError(path, "cannot hold two tensors named \"\(tensor.name)\"")
            }
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.type.safetensorsName)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(range.lowerBound),\(range.upperBound)]}")
        }
        var json = Array("{\(members.joined(separator: ","))}".utf8)
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        guard json.count <= maximumHeader else { throw TensorFileError(path, "cannot hold so many tensors") }
        return ((0..<8).map { UInt8(truncatingIfNeeded: json.count >> ($0 * 8)) } + json, order)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\0"..<" ":
                let code = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
        var done = 0
        while done < bytes.count {
            let part = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = Foundation.write(descriptor, part.baseAddress, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw TensorFileError(path, "cannot be written: \(systemError(errno))") }
            done += count
        }
    }

    /// Makes the rename itself survive a power cut.
    private static func syncFolder(of path: String) throws {
        let folder = Foundation.open((path as NSString).deletingLastPathComponent.orHere, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        defer { close(folder) }
        // Some network file systems cannot sync folders (EINVAL); there, nothing more can be done.
        guard fsync(folder) == 0 || errno == EINVAL else {
            throw TensorFileError(path, "cannot be synced: \(systemError(errno))")
        }
    }
}

extension String {
    /// The path, or "." where it is empty.
    fileprivate var orHere: String { isEmpty ? "." : self }
}
