/// A colour as terminals and PNG files take it: sRGB, 8 bits a channel.
public struct RGB: Hashable, Sendable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The nearest colour to channels given as 0...255.
    init(_ channels: SIMD4<Float>) {
        let rounded = channels.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255)).nearestWhole
        self.init(UInt8(rounded.x), UInt8(rounded.y), UInt8(rounded.z))
    }

    /// The channels as 0...255, and a zero.
    var channels: SIMD4<Float> { SIMD4(Float(red), Float(green), Float(blue), 0) }

    /// The colour half way to another.
    public func mixed(with other: RGB) -> RGB { RGB((channels + other.channels) / 2) }

    /// The sum of squared channel differences.
    func squaredDistance(to other: RGB) -> Int {
        let red = Int(red) - Int(other.red)
        let green = Int(green) - Int(other.green)
        let blue = Int(blue) - Int(other.blue)
        return red * red + green * green + blue * blue
    }
}

// Processors' oldest common instructions do not round, and a call for each channel takes longer than all else; but they
// round sums to 24 bits, to even ones of two as near.
private let roundingOffset: Float = 0x1.8p23

extension Float {
    /// The nearest whole number, for less than 2^22 either side of 0.
    @inline(__always)
    var nearestWhole: Float { (self + roundingOffset) - roundingOffset }
}

extension SIMD4<Float> {
    /// The nearest whole numbers, for less than 2^22 either side of 0.
    @inline(__always)
    var nearestWhole: SIMD4<Float> { (self + roundingOffset) - roundingOffset }
}
