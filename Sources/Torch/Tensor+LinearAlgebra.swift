private enum Operators {
    static let singularValues = Operator("linalg_svdvals")
    static let qr = Operator("linalg_qr")
}

extension Tensor {
    /// The singular values of a matrix, greatest first.
    public func singularValues() throws -> Tensor { try Operators.singularValues(.tensor(self)) }

    /// The triangular factor R of a matrix M,N with M >= N, N,N: R^T R = self^T self.
    public func triangularFactor() throws -> Tensor {
        let factors = try Operators.qr.tensors([.tensor(self), .text("r")])
        guard let factor = factors.last else { throw TorchError.failed("a QR decomposition gave nothing") }
        return factor
    }
}
