import CTorch

extension Tensor {
    /// Multi-head linear attention (Shen et al. 2021) in one pass that keeps no tensor as large as the queries, with
    /// autograd: queries from self, keys and values from `source`, both N,C,H,W; heads of 64; GELU before the output.
    ///
    /// The weights are those of 1x1 convolutions: `query` inner,C,1,1; `keyValue` 2 inner,C,1,1 (keys first); `output`
    /// C,inner,1,1 with its bias. Returns nil where this path does not apply: it is for float32 on the processor, outside
    /// autocast.
    public func linearAttention(
        over source: Tensor, query: Tensor, keyValue: Tensor, output: Tensor, bias: Tensor
    ) throws -> Tensor? {
        var result: ct_tensor?
        try TorchError.check(
            ct_linear_attention(
                handle, source.handle, query.handle, keyValue.handle, output.handle, bias.handle, &result))
        // Swift may let go of an object after its last use, and the call only has the handles.
        withExtendedLifetime([self, source, query, keyValue, output, bias]) {}
        guard let result else { return nil }
        // Queries, keys, values, context, what is attended to, output, as if each were called.
        let (inner, channels, places) = (query.size(0), size(1), count / size(1))
        let context = 2 * 64 * inner
        OperationCount.add(places * inner * channels, self, query)
        OperationCount.add(2 * places * inner * channels, source, keyValue)
        OperationCount.add(places * context, query, keyValue)
        OperationCount.add(places * inner * channels, query, output)
        return Tensor(owning: result)
    }
}
