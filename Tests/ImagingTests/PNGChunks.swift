import Imaging

/// The chunks of a PNG, taken apart and put together again.
enum PNGChunks {
    static func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + content
        return bigEndian(UInt32(content.count)) + body + bigEndian(crc32(body[...]))
    }

    /// Makes the checksums right, as far as the chunks can be followed.
    static func correctChecksums(_ png: inout [UInt8]) {
        var start = 8
        while let end = end(ofChunkAt: start, in: png) {
            png.replaceSubrange(end - 4..<end, with: bigEndian(crc32(png[start + 4..<end - 4])))
            start = end
        }
    }

    /// The data in two chunks, often with another kind of chunk between, which PNG forbids.
    static func splittingData(of png: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard let (start, end) = data(of: png) else { return png }
        let content = png[start + 8..<end - 4]
        let cut = content.startIndex + random.index(below: content.count + 1)
        let kinds = ["", "", "tEXt", "PLTE", "tRNS", "abcd", "ABcd", "a1cd"]
        let between = kinds[random.index(below: kinds.count)]
        var chunks = chunk("IDAT", Array(content[..<cut]))
        if !between.isEmpty { chunks += chunk(between, [UInt8](repeating: 7, count: 3 * random.index(below: 2))) }
        chunks += chunk("IDAT", Array(content[cut...]))
        return replacing(start..<end, of: png, by: chunks)
    }

    /// Rows of random bytes, stored uncompressed, each with a filter from 0 to 4, or rarely one that PNG does not know.
    static func storingRows(of png: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard let (start, end) = data(of: png) else { return png }
        let width = Int(png[18]) << 8 | Int(png[19])
        let height = Int(png[22]) << 8 | Int(png[23])
        let channels = [1, 0, 3, 1, 2, 0, 4][Int(png[25])]
        var raw: [UInt8] = []
        for _ in 0..<height {
            raw.append(UInt8(random.happens(0.005) ? 5 : random.index(below: 5)))
            for _ in 0..<width * channels * Int(png[24]) / 8 { raw.append(UInt8(random.index(below: 256))) }
        }
        guard raw.count <= 65_535 else { return png }
        let count = UInt16(raw.count)
        // zlib's header, one stored block (RFC 1951, 3.2.4), Adler-32.
        var stream: [UInt8] = [
            0x78, 0x01, 1, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8),
        ]
        var sums: (UInt32, UInt32) = (1, 0)
        for byte in raw {
            sums.0 = (sums.0 + UInt32(byte)) % 65_521
            sums.1 = (sums.1 + sums.0) % 65_521
        }
        stream += raw + bigEndian(sums.1 << 16 | sums.0)
        return replacing(start..<end, of: png, by: chunk("IDAT", stream))
    }

    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~sum
    }

    static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func replacing(_ range: Range<Int>, of png: [UInt8], by bytes: [UInt8]) -> [UInt8] {
        var changed = png
        changed.replaceSubrange(range, with: bytes)
        return changed
    }

    /// Where the first chunk of data begins and ends.
    private static func data(of png: [UInt8]) -> (start: Int, end: Int)? {
        var start = 8
        while let end = end(ofChunkAt: start, in: png) {
            if png[start + 4..<start + 8].elementsEqual("IDAT".utf8) { return (start, end) }
            start = end
        }
        return nil
    }

    private static func end(ofChunkAt start: Int, in png: [UInt8]) -> Int? {
        guard start + 12 <= png.count else { return nil }
        let length = (0..<4).reduce(0) { $0 << 8 | Int(png[start + $1]) }
        return start + 12 + length <= png.count ? start + 12 + length : nil
    }
}
