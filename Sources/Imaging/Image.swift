/// One page of samples as a file holds them: rows top to bottom, pixels left to right, channels interleaved.
public struct Image: Equatable, Sendable {
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int
    /// Samples a pixel: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha; microscopes also write others.
    public let channels: Int
    /// Bits a sample has in the file: 1 to 16, 32 or 64.
    public let bits: Int
    /// Whether the last channel says how opaque a pixel is.
    public let hasAlpha: Bool
    /// How large a pixel is, where that is known; written along with the samples.
    public var pixelSize: PixelSize?
    /// `width * height * channels` samples.
    public var samples: Samples

    /// Samples in the narrowest Swift type that holds what the file holds.
    public enum Samples: Equatable, Sendable {
        case uint8([UInt8])
        case uint16([UInt16])
        case uint32([UInt32])
        case int8([Int8])
        case int16([Int16])
        case int32([Int32])
        case float([Float])

        /// The number of samples.
        public var count: Int {
            switch self {
            case .uint8(let values): values.count
            case .uint16(let values): values.count
            case .uint32(let values): values.count
            case .int8(let values): values.count
            case .int16(let values): values.count
            case .int32(let values): values.count
            case .float(let values): values.count
            }
        }
    }

    /// How the bits of a sample are read.
    public enum Format: String, Codable, Sendable { case uint, int, float }

    /// An image of the given samples; `bits` defaults to the width of their type, and of 2 or 4 channels the last is taken for
    /// alpha unless `hasAlpha` says otherwise. The count must fit the sizes.
    public init(
        width: Int, height: Int, channels: Int, bits: Int? = nil, hasAlpha: Bool? = nil, pixelSize: PixelSize? = nil,
        samples: Samples
    ) {
        precondition(samples.count == width * height * channels, "sample count does not fit the image's size")
        self.width = width
        self.height = height
        self.channels = channels
        self.pixelSize = pixelSize
        self.samples = samples
        self.hasAlpha = channels > 1 && (hasAlpha ?? (channels == 2 || channels == 4))
        self.bits =
            bits
            ?? {
                switch samples {
                case .uint8, .int8: 8
                case .uint16, .int16: 16
                case .uint32, .int32, .float: 32
                }
            }()
    }

    /// How the samples are to be read.
    public var format: Format {
        switch samples {
        case .uint8, .uint16, .uint32: .uint
        case .int8, .int16, .int32: .int
        case .float: .float
        }
    }
}
