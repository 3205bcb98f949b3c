#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

#include "Group.hpp"
#include "Handles.hpp"

namespace {

using namespace petri::group;
using ctorch::tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Values a channel as factors of N,C,H,W.
at::Tensor planes(const at::Tensor &values) { return values.view({1, -1, 1, 1}); }

/// Batch normalisation with the statistics of all processes' batches, which are equally large.
struct SynchronisedNorm : torch::autograd::Function<SynchronisedNorm> {
    static at::Tensor forward(
        AutogradContext *context, const at::Tensor &x, const at::Tensor &scale, const at::Tensor &shift,
        const at::Tensor &runningMean, const at::Tensor &runningVariance, double momentum, double epsilon, int64_t handle
    ) {
        Group &group = of(reinterpret_cast<ct_group>(handle));
        const at::Tensor values = x.to(at::kFloat);
        const int64_t channels = x.size(1);
        const double count = static_cast<double>(x.numel() / channels * group.size);
        // Of a sum of rows that are zero but for one's own each, every process has all rows.
        at::Tensor rows = at::zeros({group.size, 2, channels}, values.options());
        auto [ownVariance, ownMean] = at::var_mean(values, at::IntArrayRef{0, 2, 3}, /*unbiased=*/false);
        rows.select(0, group.rank).copy_(at::stack({ownMean, ownVariance}));
        group.sum(rows).wait();
        const at::Tensor means = rows.select(1, 0), mean = means.mean(0);
        const at::Tensor variance = rows.select(1, 1).mean(0) + (means - mean).square().mean(0);
        runningMean.mul_(1 - momentum).add_(mean, momentum);
        runningVariance.mul_(1 - momentum).add_(variance, momentum * count / std::max(count - 1, 1.0));

        const at::Tensor rate = (variance + epsilon).rsqrt();
        context->save_for_backward({x, scale, mean, rate});
        context->saved_data["group"] = handle;
        const at::Tensor factor = scale * rate;
        return (values * planes(factor) + planes(shift - mean * factor)).to(x.scalar_type());
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const auto saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &scale = saved[1], &rate = saved[3];
        Group &group = of(reinterpret_cast<ct_group>(context->saved_data["group"].toInt()));
        const at::Tensor incoming = gradients[0].to(at::kFloat);
        const at::Tensor normed = (x.to(at::kFloat) - planes(saved[2])) * planes(rate);
        const at::Tensor own = at::stack({incoming.sum({0, 2, 3}), (incoming * normed).sum({0, 2, 3})});
        at::Tensor all = own.clone();
        group.sum(all).wait();
        all.div_(static_cast<double>(x.numel() / x.size(1) * group.size));
        const at::Tensor out = (incoming - planes(all[0]) - normed * planes(all[1])) * planes(scale * rate);
        return {out.to(x.scalar_type()), own[1], own[0], {}, {}, {}, {}, {}};
    }
};

}  // namespace

extern "C" ct_status ct_group_norm(
    ct_group group, ct_tensor x, ct_tensor scale, ct_tensor shift, ct_tensor mean, ct_tensor variance, double momentum,
    double epsilon, ct_tensor *result
) {
    return ctorch::guarded([&] {
        *result = ctorch::handle(SynchronisedNorm::apply(
            tensor(x), tensor(scale), tensor(shift), tensor(mean), tensor(variance), momentum, epsilon,
            reinterpret_cast<int64_t>(group)));
    });
}
