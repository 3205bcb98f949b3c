private enum Operators {
    static let sum = Operator("sum", "dim_IntList")
    static let sumAll = Operator("sum")
    static let mean = Operator("mean", "dim")
    static let meanAll = Operator("mean")
    static let variance = Operator("var", "dim")
    static let argmax = Operator("argmax")
    static let minimum = Operator("amin")
    static let maximum = Operator("amax")
    static let all = Operator("all")
}

extension Tensor {
    /// The sum of all elements.
    public func sum() throws -> Tensor { try Operators.sumAll(.tensor(self)) }
    /// Sums over dimensions.
    public func sum(_ dimensions: [Int], keep: Bool = false) throws -> Tensor {
        try Operators.sum(.tensor(self), .ints(dimensions), .bool(keep))
    }
    /// The mean of all elements.
    public func mean() throws -> Tensor { try Operators.meanAll(.tensor(self)) }
    /// Means over dimensions.
    public func mean(_ dimensions: [Int], keep: Bool = false) throws -> Tensor {
        try Operators.mean(.tensor(self), .ints(dimensions), .bool(keep))
    }
    /// Population variances (divided by n) over dimensions.
    public func variance(_ dimensions: [Int], keep: Bool = false) throws -> Tensor {
        try Operators.variance(.tensor(self), .ints(dimensions), .bool(false), .bool(keep))
    }
    /// The index of the largest element along a dimension, int64.
    public func argmax(_ dimension: Int, keep: Bool = false) throws -> Tensor {
        try Operators.argmax(.tensor(self), .int(dimension), .bool(keep))
    }
    /// Minima over dimensions.
    public func minimum(_ dimensions: [Int], keep: Bool = false) throws -> Tensor {
        try Operators.minimum(.tensor(self), .ints(dimensions), .bool(keep))
    }
    /// Maxima over dimensions.
    public func maximum(_ dimensions: [Int], keep: Bool = false) throws -> Tensor {
        try Operators.maximum(.tensor(self), .ints(dimensions), .bool(keep))
    }
    /// Whether every element is true, as a tensor.
    public func all() throws -> Tensor { try Operators.all(.tensor(self)) }
}
