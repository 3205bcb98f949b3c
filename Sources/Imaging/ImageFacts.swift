/// What an image file says it holds, from its header alone.
public struct ImageFacts: Equatable, Sendable, Codable {
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int
    /// Samples a pixel as `ImageFile.read` gives them; a palette counts as its colours.
    public let channels: Int
    /// Bits a sample has in the file; 8 for the colours of a palette.
    public let bits: Int
    /// How the bits of a sample are read.
    public let format: Image.Format
    /// Images in the file, as the format counts them; `stack` says what they are.
    public let pages: Int
    /// How the file is written.
    public let container: Container
    /// Whether the file holds indices into a palette.
    public let isPalette: Bool
    /// How many planes there are to choose from, and by what they differ.
    public let stack: StackShape
    /// How large a pixel is, where the file says it.
    public let pixelSize: PixelSize?
    /// Bits of a sample that say something, where the file tells and they are fewer than `bits`: a 12-bit camera's counts
    /// are kept in 16. Only the samples themselves tell for sure.
    public let significantBits: Int?

    init(
        width: Int, height: Int, channels: Int, bits: Int, format: Image.Format, pages: Int, container: Container,
        isPalette: Bool, stack: StackShape = StackShape(), pixelSize: PixelSize? = nil, significantBits: Int? = nil
    ) {
        self.width = width
        self.height = height
        self.channels = channels
        self.bits = bits
        self.format = format
        self.pages = pages
        self.container = container
        self.isPalette = isPalette
        self.stack = stack
        self.pixelSize = pixelSize
        self.significantBits = significantBits
    }

    /// The file formats that are read; JPEG, which changes samples, is not written.
    public enum Container: String, Codable, Sendable { case png, tiff, jpeg }
}
