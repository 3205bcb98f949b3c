/// What is measured on images and compared between a real and a synthetic set.
public enum Quantity: String, Codable, CaseIterable, Sendable {
    /// Pixel intensity, each image scaled from its own minimum and maximum to 0...1, as the engine takes images.
    case intensity
    /// Pixel intensity as a fraction of the file's full scale.
    case absoluteIntensity
    /// Scaled intensity of the pixels within cells.
    case insideIntensity
    /// Scaled intensity of the pixels of the background.
    case outsideIntensity
    /// Logarithm of the power at each spatial frequency.
    case spectrum
    /// Pixels of a cell.
    case area
    /// Eccentricity of a cell: 0 for a disc, towards 1 for a line.
    case eccentricity
    /// Cells per million pixels of an image.
    case density
    /// Share of an image's pixels that cells cover.
    case cover
    /// Share of an image's cells that touch another.
    case touching
    /// Mean scaled intensity within a cell minus that of the ring of background around it.
    case contrast

    /// What people call it.
    public var title: String {
        switch self {
        case .intensity: "intensity"
        case .absoluteIntensity: "intensity, absolute"
        case .insideIntensity: "intensity inside cells"
        case .outsideIntensity: "intensity outside cells"
        case .spectrum: "radial power spectrum"
        case .area: "cell area"
        case .eccentricity: "cell eccentricity"
        case .density: "cell density"
        case .cover: "cover"
        case .touching: "touching cells"
        case .contrast: "local contrast"
        }
    }

    /// What its values are counted in.
    public var unit: String {
        switch self {
        case .intensity, .insideIntensity, .outsideIntensity: "of the image's range"
        case .absoluteIntensity: "of full scale"
        case .spectrum: "log10 power"
        case .area: "pixels"
        case .eccentricity: "0 disc, 1 line"
        case .density: "cells per megapixel"
        case .cover: "share of the pixels"
        case .touching: "share of the cells"
        case .contrast: "of the image's range"
        }
    }

    /// The smallest spread that distances are given in units of, so that a real set in which all values agree has
    /// finite ones: about the least difference that means anything.
    var resolution: Double {
        switch self {
        case .intensity, .absoluteIntensity, .insideIntensity, .outsideIntensity, .contrast: 1.0 / 255
        case .spectrum, .eccentricity, .cover, .touching: 0.01
        case .area, .density: 1
        }
    }
}
