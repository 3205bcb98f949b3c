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
    /// Images in the file.
    public let pages: Int
    /// How the file is written.
    public let container: Container
    /// Whether the file holds indices into a palette.
    public let isPalette: Bool

    /// The file formats that are read and written.
    public enum Container: String, Codable, Sendable { case png, tiff }
}
