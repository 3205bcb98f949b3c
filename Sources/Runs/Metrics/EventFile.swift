import Foundation
import Imaging

/// An event file as TensorBoard reads them: TFRecord frames around protocol-buffer messages `Event`, of which only single
/// numbers are written. Sources: tensorflow/core/lib/io/record_writer.h (frames), core/util/event.proto and
/// core/framework/summary.proto (messages).
public final class EventFile {
    private let file: Descriptor

    /// Makes a new file in `folder`. A run that goes on says after which step: what earlier files of the folder have of
    /// later steps is then passed over by readers.
    /// - Throws: `InputError` where the folder may not be written.
    public init(folder: String, afterStep last: Int, at time: Date = Date()) throws {
        try Folder.make(folder)
        // TensorBoard reads a folder's files in the order of their names.
        let name = "events.out.tfevents.\(Int(time.timeIntervalSince1970)).\(RunStatus.thisHost).\(getpid())"
        let path = (0...).lazy.map { "\(folder)/\(name).\($0)" }.first { access($0, F_OK) != 0 } ?? folder + "/" + name
        file = try Descriptor(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL)
        try append(ProtocolMessage(time: time, step: 0).text(3, "brain.Event:2"))
        if last > 0 {
            // SessionLog: status START.
            let start = ProtocolMessage().number(1, 1)
            try append(ProtocolMessage(time: time, step: last + 1).message(7, start))
        }
    }

    /// Appends the values of one step.
    /// - Throws: `InputError` where the disk refuses.
    public func append(step: Int, _ values: [(name: String, value: Double)], at time: Date = Date()) throws {
        var summary = ProtocolMessage()
        for (name, value) in values {
            summary = summary.message(1, ProtocolMessage().text(1, name).float(2, Float(value)))
        }
        try append(ProtocolMessage(time: time, step: step).message(5, summary))
    }

    private func append(_ event: ProtocolMessage) throws {
        try Self.frame(event.bytes).withUnsafeBytes { try file.write($0) }
    }

    /// A record: its length (8 bytes, little endian), the length's checksum, the data, the data's checksum.
    static func frame(_ data: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(data.count))
        return length + littleEndian(CRC32C.masked(length)) + data + littleEndian(CRC32C.masked(data))
    }

    fileprivate static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

/// A message of protocol buffers in the making: fields by their numbers.
private struct ProtocolMessage {
    private(set) var bytes: [UInt8] = []

    init() {}

    /// An `Event` with its time (1: double) and its step (2: int64).
    init(time: Date, step: Int) {
        self.init()
        key(1, wireType: 1)
        bytes += EventFile.littleEndian(time.timeIntervalSince1970.bitPattern)
        self = number(2, step)
    }

    /// A whole number; 0 is what readers take where there is none.
    func number(_ field: Int, _ value: Int) -> ProtocolMessage {
        if value == 0 { return self }
        var message = self
        message.key(field, wireType: 0)
        message.variable(UInt64(bitPattern: Int64(value)))
        return message
    }

    func float(_ field: Int, _ value: Float) -> ProtocolMessage {
        var message = self
        message.key(field, wireType: 5)
        message.bytes += EventFile.littleEndian(value.bitPattern)
        return message
    }

    func text(_ field: Int, _ value: String) -> ProtocolMessage { block(field, Array(value.utf8)) }

    func message(_ field: Int, _ value: ProtocolMessage) -> ProtocolMessage { block(field, value.bytes) }

    private func block(_ field: Int, _ value: [UInt8]) -> ProtocolMessage {
        var message = self
        message.key(field, wireType: 2)
        message.variable(UInt64(value.count))
        message.bytes += value
        return message
    }

    private mutating func key(_ field: Int, wireType: UInt64) { variable(UInt64(field) << 3 | wireType) }

    /// Seven bits a byte, the least first; the eighth says that more follow.
    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// The checksum CRC-32C (Castagnoli's polynomial, RFC 3720).
enum CRC32C {
    /// The polynomial, reflected.
    private static let polynomial: UInt32 = 0x82F6_3B78
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    /// As TFRecord keeps it: turned and shifted, so that a checksum of data that hold checksums is none of them.
    static func masked(_ bytes: [UInt8]) -> UInt32 {
        let checksum = of(bytes)
        return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    }
}
