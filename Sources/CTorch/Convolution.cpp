// First: libtorch 1.13 does not compile as C++20 where another of its headers comes before this one.
#include <ATen/core/ivalue.h>

#include <ATen/ATen.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <tuple>

#include "Convolution.h"
#include "Handles.hpp"
#include "Winograd.h"

namespace {

using petri::winograd::Shape;

/// With few channels, transforming tiles costs more than the multiplications it saves. Where that turns was estimated,
/// not measured; at 64 channels the forward pass is already twice as fast as oneDNN's.
constexpr int64_t leastChannels = 16;
/// Below this many tiles transforming the weight's gradient costs more than its short sums save. On AVX2 (Zen 3, one
/// thread): 12 tiles of 1024 -> 1024 channels 45 GMAC/s (of the direct convolution) against oneDNN's 27.
constexpr int64_t leastGradientTiles = 12;

Shape shapeOf(const at::Tensor &input, const at::Tensor &weight) {
    return {input.size(0), input.size(1), weight.size(0), input.size(2), input.size(3)};
}

bool isPlain(const at::Tensor &tensor) {
    return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.layout() == at::kStrided;
}

bool fits(const at::Tensor &input, const at::Tensor &weight, const c10::optional<at::Tensor> &bias) {
    return isPlain(input) && isPlain(weight) && (!bias || isPlain(*bias)) && input.dim() == 4 && weight.dim() == 4 &&
           weight.size(1) == input.size(1) && weight.size(2) == 3 && weight.size(3) == 3 && input.numel() > 0 &&
           (!bias || (bias->dim() == 1 && bias->size(0) == weight.size(0))) &&
           std::min(input.size(1), weight.size(0)) >= leastChannels &&
           // Under autocast the convolution is to run in the lower precision.
           c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU);
}

at::Tensor gradientOfWeight(
    const Shape &shape, const at::Tensor &input, const at::Tensor &gradient, const at::Tensor &weight
) {
    if (shape.images * ((shape.height + 3) / 4) * ((shape.width + 3) / 4) < leastGradientTiles)
        return std::get<1>(at::convolution_backward(
            gradient, input, weight, c10::nullopt, {1, 1}, {1, 1}, {1, 1}, false, {0, 0}, 1, {false, true, false}));
    at::Tensor result = at::empty(weight.sizes(), gradient.options());
    petri::winograd::weightGradient(
        shape, input.data_ptr<float>(), gradient.data_ptr<float>(), result.data_ptr<float>());
    return result;
}

struct Convolution3x3 : torch::autograd::Function<Convolution3x3> {
    static at::Tensor forward(
        torch::autograd::AutogradContext *context, const at::Tensor &input, const at::Tensor &weight,
        const c10::optional<at::Tensor> &bias
    ) {
        context->save_for_backward({input, weight});
        context->saved_data["input"] = input.requires_grad();
        context->saved_data["weight"] = weight.requires_grad();
        context->saved_data["bias"] = bias && bias->requires_grad();
        const at::Tensor values = input.contiguous(), filters = weight.contiguous();
        const at::Tensor offsets = bias ? bias->contiguous() : at::Tensor();
        const Shape shape = shapeOf(values, filters);
        at::Tensor output = at::empty({shape.images, shape.outputs, shape.height, shape.width}, values.options());
        petri::winograd::convolve(
            shape, values.data_ptr<float>(), filters.data_ptr<float>(),
            offsets.defined() ? offsets.data_ptr<float>() : nullptr, output.data_ptr<float>());
        return output;
    }

    static torch::autograd::variable_list backward(
        torch::autograd::AutogradContext *context, const torch::autograd::variable_list &gradients
    ) {
        const auto saved = context->get_saved_variables();
        const at::Tensor gradient = gradients[0].contiguous(), input = saved[0], weight = saved[1];
        const Shape shape = shapeOf(input, weight);
        at::Tensor inputGradient, weightGradient, biasGradient;
        if (context->saved_data["input"].toBool()) {
            const at::Tensor filters = weight.contiguous();
            inputGradient = at::empty(input.sizes(), gradient.options());
            petri::winograd::inputGradient(
                shape, gradient.data_ptr<float>(), filters.data_ptr<float>(), inputGradient.data_ptr<float>());
        }
        if (context->saved_data["weight"].toBool()) {
            weightGradient = gradientOfWeight(shape, input.contiguous(), gradient, weight);
        }
        if (context->saved_data["bias"].toBool()) biasGradient = gradient.sum({0, 2, 3});
        return {inputGradient, weightGradient, biasGradient};
    }
};

}  // namespace

at::Tensor petri_conv3x3(
    const at::Tensor &input, const at::Tensor &weight, const c10::optional<at::Tensor> &bias
) {
    if (!fits(input, weight, bias)) return at::conv2d(input, weight, bias, 1, 1);
    return Convolution3x3::apply(input, weight, bias);
}

extern "C" ct_status ct_convolve3x3(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor *result) {
    return ctorch::guarded([&] {
        const auto offsets = bias ? c10::optional<at::Tensor>(ctorch::tensor(bias)) : c10::nullopt;
        *result = ctorch::handle(petri_conv3x3(ctorch::tensor(input), ctorch::tensor(weight), offsets));
    });
}
