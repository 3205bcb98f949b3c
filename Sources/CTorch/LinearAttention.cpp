// The fused linear attention (Shen et al. 2021) and its derivative.
//
// For every head: q = softmax over its rows of Wq x, k = softmax over positions of Wk z, v = Wv z, output = Wo
// gelu((v k^T / 8) q) + bias. Neither v nor any of inner x positions is ever stored: v k^T is Wv (k z^T)^T, whose
// "moments" k z^T are inner x channels, and the tiles of q and k are computed anew in the backward pass.
#include "LinearAttention.h"

#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

#include "Handles.hpp"
#include "LinearAttentionPasses.h"

namespace {

using petri::attention::headSize;
using petri::attention::Shape;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const double queryScale = 1 / std::sqrt(static_cast<double>(headSize));

float *data(const at::Tensor &tensor) { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }

/// The two halves of the weight of keys and values, contiguous: inner x channels, heads x 64 x channels.
struct KeyValueWeights {
    at::Tensor key, value;
    KeyValueWeights(const at::Tensor &weight, const Shape &shape) {
        const at::Tensor both = weight.reshape({2, shape.heads, headSize, shape.channels}).contiguous();
        key = both[0], value = both[1];
    }
};

struct LinearAttention : torch::autograd::Function<LinearAttention> {
    static Shape shapeOf(const at::Tensor &x, const at::Tensor &queryWeight) {
        return {x.size(0), x.size(1), queryWeight.size(0) / headSize, x.size(2) * x.size(3)};
    }

    /// channels x inner as heads x channels x 64.
    static at::Tensor byHead(const at::Tensor &outputWeight, const Shape &shape) {
        return outputWeight.reshape({shape.channels, shape.heads, headSize}).transpose(0, 1).contiguous();
    }

    static at::Tensor forward(
        AutogradContext *context, const at::Tensor &x, const at::Tensor &z, const at::Tensor &queryWeight,
        const at::Tensor &keyValueWeight, const at::Tensor &outputWeight, const at::Tensor &bias
    ) {
        const Shape shape = shapeOf(x, queryWeight);
        const KeyValueWeights weights(keyValueWeight, shape);
        const at::Tensor largest = at::empty({shape.images, shape.inner()}, x.options());
        const at::Tensor factors = at::empty_like(largest);
        const at::Tensor moments = at::empty({shape.images, shape.heads, headSize, shape.channels}, x.options());
        const at::Tensor queries = x.contiguous(), keys = z.contiguous();
        petri::attention::gatherKeys(
            shape, data(keys), data(weights.key), {data(largest), data(factors), data(moments)});
        const at::Tensor heads = at::matmul(weights.value * queryScale, moments.transpose(2, 3)).contiguous();
        at::Tensor output = at::empty(x.sizes(), x.options());
        petri::attention::attend(
            shape, data(queries), data(queryWeight.contiguous()), data(heads), data(byHead(outputWeight, shape)),
            data(bias.contiguous()), data(output));
        context->save_for_backward(
            {queries, keys, queryWeight, keyValueWeight, outputWeight, largest, factors, moments, heads});
        return output;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &z = saved[1], &queryWeight = saved[2], &keyValueWeight = saved[3];
        const at::Tensor &outputWeight = saved[4], &largest = saved[5], &factors = saved[6], &moments = saved[7];
        const at::Tensor &heads = saved[8];
        const Shape shape = shapeOf(x, queryWeight);
        const auto wants = [&](size_t input) { return context->needs_input_grad(input); };
        const at::Tensor gradient = gradients[0].contiguous();
        const auto emptyIf = [&](bool wanted, at::IntArrayRef sizes) {
            return wanted ? at::empty(sizes, gradient.options()) : at::Tensor();
        };
        variable_list results(6);

        const bool reachesKeys = wants(1) || wants(3);
        const at::Tensor headsGradient = emptyIf(reachesKeys, heads.sizes());
        const at::Tensor outputGradient = emptyIf(wants(4), {shape.heads, headSize, shape.channels});
        results[0] = emptyIf(wants(0), x.sizes());
        results[2] = emptyIf(wants(2), queryWeight.sizes());
        petri::attention::attendGradients(
            shape, data(x), data(queryWeight.contiguous()), data(heads), data(byHead(outputWeight, shape)),
            data(gradient), {data(results[0]), data(results[2]), data(headsGradient), data(outputGradient)});
        if (wants(4)) results[4] = outputGradient.permute({2, 0, 1}).reshape(outputWeight.sizes());
        if (wants(5)) results[5] = gradient.sum({0, 2, 3});
        if (!reachesKeys) return results;

        // heads = queryScale Wv moments^T
        const KeyValueWeights weights(keyValueWeight, shape);
        const at::Tensor momentsGradient =
            at::matmul(headsGradient.transpose(2, 3), weights.value * queryScale).contiguous();
        results[1] = emptyIf(wants(1), z.sizes());
        const at::Tensor both = emptyIf(wants(3), {2, shape.heads, headSize, shape.channels});
        petri::attention::keyGradients(
            shape, data(z), data(weights.key), {data(largest), data(factors), data(moments)}, data(momentsGradient),
            {data(results[1]), data(both)});
        if (wants(3)) {
            both[1].copy_(at::matmul(headsGradient, moments).sum(0).mul_(queryScale));
            results[3] = both.view(keyValueWeight.sizes());
        }
        return results;
    }
};

bool isPlain(const at::Tensor &tensor) {
    return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.layout() == at::kStrided;
}

void check(
    const at::Tensor &x, const at::Tensor &z, const at::Tensor &queryWeight, const at::Tensor &keyValueWeight,
    const at::Tensor &outputWeight, const at::Tensor &bias
) {
    TORCH_CHECK(x.dim() == 4 && x.numel() > 0 && z.sizes() == x.sizes(), "linear attention: inputs differ in shape");
    TORCH_CHECK(queryWeight.dim() > 0, "linear attention: wrong weights");
    const int64_t channels = x.size(1), inner = queryWeight.size(0);
    TORCH_CHECK(
        inner > 0 && inner % headSize == 0 && queryWeight.numel() == inner * channels &&
            keyValueWeight.numel() == 2 * inner * channels && outputWeight.numel() == inner * channels &&
            bias.numel() == channels,
        "linear attention: weights do not fit ", channels, " channels and heads of ", headSize);
}

}  // namespace

c10::optional<at::Tensor> petri_linear_attention(
    const at::Tensor &x, const at::Tensor &z, const at::Tensor &queryWeight, const at::Tensor &keyValueWeight,
    const at::Tensor &outputWeight, const at::Tensor &bias
) {
    // Under autocast the products are to run in the lower precision.
    if (!c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU)) return c10::nullopt;
    for (const at::Tensor *tensor : {&x, &z, &queryWeight, &keyValueWeight, &outputWeight, &bias})
        if (!isPlain(*tensor)) return c10::nullopt;
    check(x, z, queryWeight, keyValueWeight, outputWeight, bias);
    return LinearAttention::apply(x, z, queryWeight, keyValueWeight, outputWeight, bias);
}

extern "C" ct_status ct_linear_attention(
    ct_tensor x, ct_tensor z, ct_tensor query_weight, ct_tensor key_value_weight, ct_tensor output_weight,
    ct_tensor bias, ct_tensor *result
) {
    return ctorch::guarded([&] {
        using ctorch::tensor;
        const auto output = petri_linear_attention(
            tensor(x), tensor(z), tensor(query_weight), tensor(key_value_weight), tensor(output_weight), tensor(bias));
        *result = output ? ctorch::handle(*output) : nullptr;
    });
}
