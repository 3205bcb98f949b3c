import Imaging

/// Something to be shown.
public enum Picture: Sendable {
    /// An image, its values windowed.
    case image(Image, Window = .auto)
    /// Instance labels, each in a colour of its own.
    case labels(LabelImage)
    /// An image with instance labels of the same size over it.
    case overlaid(Image, LabelImage, Overlay = .outline, Window = .auto)

    /// Pixels across and down.
    public var size: (width: Int, height: Int) {
        switch self {
        case .image(let image, _): (image.width, image.height)
        case .labels(let labels): (labels.width, labels.height)
        case .overlaid(let image, _, _, _): (image.width, image.height)
        }
    }
}

/// How labels are drawn over an image.
public enum Overlay: String, CaseIterable, Sendable {
    /// The rim of each object in its colour.
    case outline
    /// Each object's area half in its colour.
    case tint
}
