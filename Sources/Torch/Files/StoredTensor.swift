/// Where a tensor lies in a file, and what it is; reading its elements is `TensorFile`'s.
public struct StoredTensor: Equatable, Sendable {
    /// The most dimensions a stored tensor may have.
    public static let maximumRank = 16

    /// The path of the parameter: "e1.conv.0.weight".
    public let name: String
    public let type: DataType
    /// Lengths of the dimensions; empty for a scalar.
    public let shape: [Int]
    /// Elements to step for the next index of each dimension.
    let strides: [Int]
    /// The bytes of the file from the first element to the last.
    public let fileRange: Range<Int>

    /// Elements in all.
    public var count: Int { shape.reduce(1, *) }
    /// Bytes of the elements laid out row by row, without gaps.
    public var byteCount: Int { count * type.size }

    /// Whether the elements lie in the file as they are handed out: row by row, without gaps.
    var isContiguous: Bool {
        count == 0 || zip(zip(shape, strides), Self.rowMajorStrides(shape)).allSatisfy { $0.0 == 1 || $0.1 == $1 }
    }

    /// The strides of a tensor laid out row by row; `shape`'s product must fit an Int.
    static func rowMajorStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for dimension in shape.indices.dropLast().reversed() {
            strides[dimension] = strides[dimension + 1] * max(shape[dimension + 1], 1)
        }
        return strides
    }

    /// Bytes of a tensor of this shape, or nil where they, or the product of the dimensions that are not 0, do not fit
    /// an Int.
    static func byteCount(of shape: [Int], _ type: DataType) -> Int? {
        var product = type.size
        for length in shape where length != 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            if overflow || length < 0 { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }
}
