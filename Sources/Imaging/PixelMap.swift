/// What `transform` makes of every pixel. Unlike in `Array.map` no room is checked within the loop, so that it runs as
/// vectors.
@inline(__always)
func mapPixels<Old, New>(_ pixels: [Old], _ transform: (Old) -> New) -> [New] {
    let count = pixels.count
    return pixels.withUnsafeBufferPointer { pixels in
        [New](unsafeUninitializedCapacity: count) { target, initialized in
            for i in 0..<count { target.initializeElement(at: i, to: transform(pixels[i])) }
            initialized = count
        }
    }
}
