import Imaging

extension VariedCrop {
    /// Pixels between the points whose displacement is drawn; between them it changes linearly.
    private static let bendingGrid = 32

    /// Displaces the pixels of image and labels smoothly by normally distributed amounts of standard deviation `amplitude`
    /// pixels in either direction. Beyond the edge the edge's pixels go on.
    mutating func bend(by amplitude: Double, using generator: inout SeededGenerator) {
        let across = displacement(amplitude, using: &generator)
        let down = displacement(amplitude, using: &generator)
        planes = planes.map { bent($0, across, down) }
        labels = bentLabels(across, down)
    }

    /// One displacement for every pixel.
    private func displacement(_ amplitude: Double, using generator: inout SeededGenerator) -> [Float] {
        let width = labels.width / Self.bendingGrid + 2
        let height = labels.height / Self.bendingGrid + 2
        let drawn = (0..<width * height).map { _ in Float(generator.normal() * amplitude) }
        return Plane(width: width, height: height, values: drawn).resized(width: labels.width, height: labels.height)
            .values
    }

    private func bent(_ plane: Plane, _ across: [Float], _ down: [Float]) -> Plane {
        let (width, height) = (plane.width, plane.height)
        let values = [Float](unsafeUninitializedCapacity: width * height) { target, initialized in
            plane.values.withUnsafeBufferPointer { values in
                forEachSource(across, down) { i, x, y in
                    let (left, top) = (Int(x), Int(y))
                    let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
                    let (partX, partY) = (x - Float(left), y - Float(top))
                    let upper = values[top * width + left] * (1 - partX) + values[top * width + right] * partX
                    let lower = values[bottom * width + left] * (1 - partX) + values[bottom * width + right] * partX
                    target[i] = upper * (1 - partY) + lower * partY
                }
            }
            initialized = width * height
        }
        return Plane(width: width, height: height, values: values)
    }

    private func bentLabels(_ across: [Float], _ down: [Float]) -> LabelImage {
        var bent = labels
        labels.labels.withUnsafeBufferPointer { values in
            bent.labels.withUnsafeMutableBufferPointer { target in
                forEachSource(across, down) { i, x, y in
                    target[i] = values[Int(y + 0.5) * labels.width + Int(x + 0.5)]
                }
            }
        }
        return bent
    }

    /// Calls `body` with the index of every pixel and the column and row, within the sample, where its value comes from.
    @inline(__always)
    private func forEachSource(_ across: [Float], _ down: [Float], _ body: (Int, Float, Float) -> Void) {
        let (width, height) = (labels.width, labels.height)
        across.withUnsafeBufferPointer { across in
            down.withUnsafeBufferPointer { down in
                for y in 0..<height {
                    for x in 0..<width {
                        let i = y * width + x
                        body(
                            i, min(max(Float(x) + across[i], 0), Float(width - 1)),
                            min(max(Float(y) + down[i], 0), Float(height - 1)))
                    }
                }
            }
        }
    }
}
