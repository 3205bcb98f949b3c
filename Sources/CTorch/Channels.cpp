// First: libtorch 1.13 does not compile as C++20 where another of its headers comes before this one.
#include <ATen/core/ivalue.h>

#include <ATen/ATen.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "ChannelKernels.h"
#include "Handles.hpp"
#include "Parallel.h"

namespace petri::channels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

PETRI_KERNEL(moments, (const Planes &p, const float *x, Moments &result), (p, x, result))
PETRI_KERNEL(normalise, (const Norm &k, const float *x, float *out), (k, x, out))
PETRI_KERNEL(
    normaliseGradient,
    (const Norm &k, const float *x, const float *gradient, float *out, float &scale, float &shift),
    (k, x, gradient, out, scale, shift))
PETRI_KERNEL(scale, (int64_t size, const float *x, float factor, float *out), (size, x, factor, out))
PETRI_KERNEL(
    scaleGradient,
    (int64_t size, const float *x, float factor, const float *gradient, float *out, float &factorGradient),
    (size, x, factor, gradient, out, factorGradient))
PETRI_KERNEL(end, (const Ending &k, const float *y, const float *field, float *out), (k, y, field, out))
PETRI_KERNEL(
    endGradient,
    (const Ending &k, const float *y, const float *field, const float *value, const float *gradient, float *out,
     EndingGradient &result),
    (k, y, field, value, gradient, out, result))

/// Whether all are float32 on the processor and no autocast is to change that.
bool arePlain(std::initializer_list<const at::Tensor *> tensors) {
    for (const at::Tensor *tensor : tensors)
        if (!tensor->device().is_cpu() || tensor->scalar_type() != at::kFloat || tensor->layout() != at::kStrided ||
            tensor->numel() == 0)
            return false;
    return c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU);
}

Planes planesOf(const at::Tensor &x) {
    return {x.size(0), x.size(2) * x.size(3), x.size(1) * x.size(2) * x.size(3)};
}

/// Runs `body` for every index; planes of `size` elements are shared among threads from ATen's own grain size on.
template <class Body>
void forEach(int64_t count, int64_t size, const Body &body) {
    petri::parallelFor(0, count, std::max<int64_t>(1, at::internal::GRAIN_SIZE / size), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) body(i);
    });
}

struct NormLeaky : torch::autograd::Function<NormLeaky> {
    static at::Tensor forward(
        AutogradContext *context, const at::Tensor &input, const at::Tensor &scale, const at::Tensor &shift,
        at::Tensor runningMean, at::Tensor runningVariance, double momentum, double epsilon, double slope
    ) {
        const at::Tensor x = input.contiguous();
        const Planes planes = planesOf(x);
        const int64_t channels = x.size(1), count = planes.images * planes.size;
        at::Tensor out = at::empty(x.sizes(), x.options());
        at::Tensor means = at::empty({channels}, x.options()), rates = at::empty({channels}, x.options());
        const float *from = x.data_ptr<float>(), *scales = scale.data_ptr<float>(), *shifts = shift.data_ptr<float>();
        float *to = out.data_ptr<float>(), *mean = means.data_ptr<float>(), *rate = rates.data_ptr<float>();
        float *overallMean = runningMean.data_ptr<float>(), *overallVariance = runningVariance.data_ptr<float>();
        forEach(channels, count, [&](int64_t c) {
            Moments found;
            moments(planes, from + c * planes.size, found);
            mean[c] = static_cast<float>(found.mean);
            rate[c] = static_cast<float>(1 / std::sqrt(found.variance + epsilon));
            const double unbiased = found.variance * count / (count - 1);
            overallMean[c] = static_cast<float>(momentum * found.mean + (1 - momentum) * overallMean[c]);
            overallVariance[c] = static_cast<float>(momentum * unbiased + (1 - momentum) * overallVariance[c]);
            const Norm norm{planes, scales[c], shifts[c], static_cast<float>(slope), mean[c], rate[c]};
            normalise(norm, from + c * planes.size, to + c * planes.size);
        });
        context->save_for_backward({x, scale, shift, means, rates});
        context->saved_data["slope"] = slope;
        return out;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], gradient = gradients[0].contiguous();
        const float slope = static_cast<float>(context->saved_data["slope"].toDouble());
        const Planes planes = planesOf(x);
        at::Tensor out = at::empty(x.sizes(), x.options());
        at::Tensor scale = at::empty_like(saved[1]), shift = at::empty_like(saved[2]);
        const float *from = x.data_ptr<float>(), *incoming = gradient.data_ptr<float>();
        const float *scales = saved[1].data_ptr<float>(), *shifts = saved[2].data_ptr<float>();
        const float *means = saved[3].data_ptr<float>(), *rates = saved[4].data_ptr<float>();
        float *to = out.data_ptr<float>(), *scaleTo = scale.data_ptr<float>(), *shiftTo = shift.data_ptr<float>();
        forEach(x.size(1), planes.images * planes.size, [&](int64_t c) {
            const int64_t first = c * planes.size;
            const Norm norm{planes, scales[c], shifts[c], slope, means[c], rates[c]};
            normaliseGradient(norm, from + first, incoming + first, to + first, scaleTo[c], shiftTo[c]);
        });
        return {out, scale, shift, {}, {}, {}, {}, {}};
    }
};

at::Tensor normLeaky(
    const at::Tensor &x, const at::Tensor &scale, const at::Tensor &shift, const at::Tensor &runningMean,
    const at::Tensor &runningVariance, double momentum, double epsilon, double slope
) {
    // One element a channel has no unbiased variance.
    if (arePlain({&x, &scale, &shift, &runningMean, &runningVariance}) && x.dim() == 4 && x.numel() > x.size(1) &&
        scale.numel() == x.size(1) && shift.numel() == x.size(1) && runningMean.numel() == x.size(1) &&
        runningVariance.numel() == x.size(1) && scale.is_contiguous() && shift.is_contiguous() &&
        runningMean.is_contiguous() && runningVariance.is_contiguous())
        return NormLeaky::apply(x, scale, shift, runningMean, runningVariance, momentum, epsilon, slope);
    return at::leaky_relu(
        at::batch_norm(x, scale, shift, runningMean, runningVariance, true, momentum, epsilon, true), slope);
}

struct ScaledChannels : torch::autograd::Function<ScaledChannels> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &input, const at::Tensor &factors) {
        const at::Tensor x = input.contiguous(), scales = factors.contiguous();
        context->save_for_backward({x, scales});
        at::Tensor out = at::empty(x.sizes(), x.options());
        const int64_t size = x.size(2) * x.size(3);
        const float *from = x.data_ptr<float>(), *factor = scales.data_ptr<float>();
        float *to = out.data_ptr<float>();
        forEach(scales.numel(), size, [&](int64_t i) { scale(size, from + i * size, factor[i], to + i * size); });
        return out;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor gradient = gradients[0].contiguous();
        at::Tensor out = at::empty(saved[0].sizes(), saved[0].options()), factors = at::empty_like(saved[1]);
        const int64_t size = saved[0].size(2) * saved[0].size(3);
        const float *x = saved[0].data_ptr<float>(), *factor = saved[1].data_ptr<float>();
        const float *incoming = gradient.data_ptr<float>();
        float *to = out.data_ptr<float>(), *factorTo = factors.data_ptr<float>();
        forEach(factors.numel(), size, [&](int64_t i) {
            scaleGradient(size, x + i * size, factor[i], incoming + i * size, to + i * size, factorTo[i]);
        });
        return {out, factors};
    }
};

at::Tensor scaledChannels(const at::Tensor &x, const at::Tensor &factors) {
    if (arePlain({&x, &factors}) && x.dim() == 4 && factors.dim() == 2 && factors.size(0) == x.size(0) &&
        factors.size(1) == x.size(1))
        return ScaledChannels::apply(x, factors);
    return x * factors.unsqueeze(2).unsqueeze(3);
}

struct ModulatedEnd : torch::autograd::Function<ModulatedEnd> {
    static at::Tensor forward(
        AutogradContext *context, const at::Tensor &input, const at::Tensor &factors, const at::Tensor &field,
        const at::Tensor &weight, const at::Tensor &bias, double slope
    ) {
        const at::Tensor y = input.contiguous(), scales = factors.contiguous(), fields = field.contiguous();
        at::Tensor out = at::empty(y.sizes(), y.options());
        const int64_t channels = y.size(1), size = y.size(2) * y.size(3);
        const float *from = y.data_ptr<float>(), *scale = scales.data_ptr<float>(), *noise = fields.data_ptr<float>();
        const float *weights = weight.data_ptr<float>(), *biases = bias.data_ptr<float>();
        float *to = out.data_ptr<float>();
        forEach(y.size(0) * channels, size, [&](int64_t i) {
            const int64_t c = i % channels, n = i / channels;
            const Ending ending{size, scale[i], weights[c], biases[c], static_cast<float>(slope)};
            end(ending, from + i * size, noise + n * size, to + i * size);
        });
        context->save_for_backward({y, scales, fields, weight, bias, out});
        context->saved_data["slope"] = slope;
        return out;
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor &y = saved[0], gradient = gradients[0].contiguous();
        const float slope = static_cast<float>(context->saved_data["slope"].toDouble());
        const int64_t images = y.size(0), channels = y.size(1), size = y.size(2) * y.size(3);
        at::Tensor out = at::empty(y.sizes(), y.options()), factors = at::empty_like(saved[1]);
        at::Tensor weight = at::empty_like(saved[3]), bias = at::empty_like(saved[4]);
        const float *values = y.data_ptr<float>(), *scale = saved[1].data_ptr<float>();
        const float *noise = saved[2].data_ptr<float>(), *weights = saved[3].data_ptr<float>();
        const float *biases = saved[4].data_ptr<float>(), *ended = saved[5].data_ptr<float>();
        const float *incoming = gradient.data_ptr<float>();
        float *to = out.data_ptr<float>(), *scaleTo = factors.data_ptr<float>();
        float *weightTo = weight.data_ptr<float>(), *biasTo = bias.data_ptr<float>();
        forEach(channels, images * size, [&](int64_t c) {
            double weightSum = 0, biasSum = 0;
            for (int64_t n = 0; n < images; ++n) {
                const int64_t i = n * channels + c;
                const Ending ending{size, scale[i], weights[c], biases[c], slope};
                EndingGradient found;
                endGradient(
                    ending, values + i * size, noise + n * size, ended + i * size, incoming + i * size, to + i * size,
                    found);
                scaleTo[i] = static_cast<float>(found.factor);
                weightSum += found.weight;
                biasSum += found.bias;
            }
            weightTo[c] = static_cast<float>(weightSum);
            biasTo[c] = static_cast<float>(biasSum);
        });
        return {out, factors, {}, weight, bias, {}};
    }
};

at::Tensor modulatedEnd(
    const at::Tensor &y, const at::Tensor &factors, const at::Tensor &noise, const at::Tensor &weight,
    const at::Tensor &bias, double slope
) {
    if (arePlain({&y, &factors, &noise, &weight, &bias}) && y.dim() == 4 && !noise.requires_grad() &&
        factors.dim() == 2 && factors.size(0) == y.size(0) && factors.size(1) == y.size(1) &&
        noise.numel() == y.size(0) * y.size(2) * y.size(3) && weight.numel() == y.size(1) &&
        bias.numel() == y.size(1) && weight.is_contiguous() && bias.is_contiguous())
        return ModulatedEnd::apply(y, factors, noise, weight, bias, slope);
    return at::leaky_relu(
        y * factors.unsqueeze(2).unsqueeze(3) + at::linear(noise, weight, bias).permute({0, 3, 1, 2}), slope);
}

}  // namespace
}  // namespace petri::channels

using ctorch::guarded;
using ctorch::tensor;

extern "C" {

ct_status ct_batch_norm_leaky(
    ct_tensor x, ct_tensor scale, ct_tensor shift, ct_tensor mean, ct_tensor variance, double momentum, double epsilon,
    double slope, ct_tensor *result
) {
    return guarded([&] {
        *result = ctorch::handle(petri::channels::normLeaky(
            tensor(x), tensor(scale), tensor(shift), tensor(mean), tensor(variance), momentum, epsilon, slope));
    });
}

ct_status ct_scale_channels(ct_tensor x, ct_tensor factors, ct_tensor *result) {
    return guarded([&] { *result = ctorch::handle(petri::channels::scaledChannels(tensor(x), tensor(factors))); });
}

ct_status ct_modulated_end(
    ct_tensor y, ct_tensor factors, ct_tensor noise, ct_tensor weight, ct_tensor bias, double slope, ct_tensor *result
) {
    return guarded([&] {
        *result = ctorch::handle(petri::channels::modulatedEnd(
            tensor(y), tensor(factors), tensor(noise), tensor(weight), tensor(bias), slope));
    });
}

}  // extern "C"
