private enum Operators {
    static let add = Operator("add", "Tensor")
    static let addScalar = Operator("add", "Scalar")
    static let sub = Operator("sub", "Tensor")
    static let rsub = Operator("rsub", "Scalar")
    static let mul = Operator("mul", "Tensor")
    static let mulScalar = Operator("mul", "Scalar")
    static let div = Operator("div", "Tensor")
    static let pow = Operator("pow", "Tensor_Scalar")
    static let abs = Operator("abs")
    static let sqrt = Operator("sqrt")
    static let rsqrt = Operator("rsqrt")
    static let neg = Operator("neg")
    static let clamp = Operator("clamp")
    static let greater = Operator("gt", "Scalar")
    static let equal = Operator("eq", "Scalar")
    static let lerp = Operator("lerp", "Scalar")
    static let matmul = Operator("matmul")
    static let isFinite = Operator("isfinite")
}

extension Tensor {
    public static func + (a: Tensor, b: Tensor) throws -> Tensor { try Operators.add(.tensor(a), .tensor(b)) }
    public static func + (a: Tensor, b: Double) throws -> Tensor { try Operators.addScalar(.tensor(a), .real(b)) }
    public static func - (a: Tensor, b: Tensor) throws -> Tensor { try Operators.sub(.tensor(a), .tensor(b)) }
    public static func - (a: Tensor, b: Double) throws -> Tensor { try Operators.addScalar(.tensor(a), .real(-b)) }
    public static func - (a: Double, b: Tensor) throws -> Tensor { try Operators.rsub(.tensor(b), .real(a)) }
    public static func * (a: Tensor, b: Tensor) throws -> Tensor { try Operators.mul(.tensor(a), .tensor(b)) }
    public static func * (a: Tensor, b: Double) throws -> Tensor { try Operators.mulScalar(.tensor(a), .real(b)) }
    public static func * (a: Double, b: Tensor) throws -> Tensor { try b * a }
    public static func / (a: Tensor, b: Tensor) throws -> Tensor { try Operators.div(.tensor(a), .tensor(b)) }
    public static func / (a: Tensor, b: Double) throws -> Tensor { try a * (1 / b) }
    public static prefix func - (a: Tensor) throws -> Tensor { try Operators.neg(.tensor(a)) }

    /// Each element to the power `exponent`.
    public func power(_ exponent: Double) throws -> Tensor { try Operators.pow(.tensor(self), .real(exponent)) }
    /// Absolute values.
    public func absolute() throws -> Tensor { try Operators.abs(.tensor(self)) }
    /// Square roots.
    public func squareRoot() throws -> Tensor { try Operators.sqrt(.tensor(self)) }
    /// 1 / square root.
    public func reciprocalSquareRoot() throws -> Tensor { try Operators.rsqrt(.tensor(self)) }
    /// Elements limited to `range`.
    public func clamped(to range: ClosedRange<Double>) throws -> Tensor {
        try Operators.clamp(.tensor(self), .real(range.lowerBound), .real(range.upperBound))
    }
    /// True where an element is greater than `value`.
    public func isGreater(than value: Double) throws -> Tensor { try Operators.greater(.tensor(self), .real(value)) }
    /// True where an element equals `value`.
    public func isEqual(to value: Double) throws -> Tensor { try Operators.equal(.tensor(self), .real(value)) }
    /// True where an element is neither NaN nor infinite.
    public func isFinite() throws -> Tensor { try Operators.isFinite(.tensor(self)) }
    /// self + weight x (end - self).
    public func interpolated(to end: Tensor, weight: Double) throws -> Tensor {
        try Operators.lerp(.tensor(self), .tensor(end), .real(weight))
    }
    /// The matrix product over the last two dimensions.
    public func matmul(_ other: Tensor) throws -> Tensor {
        let result = try Operators.matmul(.tensor(self), .tensor(other))
        OperationCount.add(result.count * size(shape.count - 1), self, other)
        return result
    }
}

extension Tensor {
    /// The sum of tensors of one shape; there must be at least one.
    public static func sum(of terms: [Tensor]) throws -> Tensor {
        guard var total = terms.first else { throw TorchError.failed("the sum of no tensors") }
        for term in terms.dropFirst() { total = try total + term }
        return total
    }
}
