#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/utils/lambda_post_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <utility>

#include "Group.hpp"
#include "Handles.hpp"

namespace {

using namespace petri::group;
using ctorch::tensor;
using torch::autograd::variable_list;

/// A shared or, from libtorch 2.13 on, an intrusive pointer.
using NodePointer = decltype(torch::autograd::impl::grad_accumulator(std::declval<const at::Tensor &>()));

/// Bytes that are summed at a time: small enough that the first go out while later ones are still computed, large
/// enough that the network's latency does not count.
constexpr int64_t bucketSize = 8 << 20;

/// Sums gradients over a group while the backward pass goes on: a bucket of parameters at a time, the last parameters
/// first, since their gradients come first. Every process sends the buckets in the same order.
class Summation {
  public:
    Summation(Group &group, const variable_list &leaves) : group(group) {
        for (auto leaf = leaves.rbegin(); leaf != leaves.rend(); ++leaf) {
            if (buckets.empty() || buckets.back().bytes >= bucketSize) buckets.emplace_back();
            buckets.back().leaves.push_back(*leaf);
            buckets.back().bytes += leaf->nbytes();
            buckets.back().missing += 1;
            watch(*leaf, buckets.size() - 1);
        }
    }

    Summation(const Summation &) = delete;

    ~Summation() {
        for (auto &[node, key] : hooks) node->del_post_hook(key);
    }

    /// Sends what is left, for some parameters get no gradient, and puts the sums in the gradients' place.
    void finish() {
        while (next < buckets.size()) send(buckets[next++]);
        for (Bucket &bucket : buckets) {
            bucket.operation.wait();
            int64_t first = 0;
            for (const at::Tensor &leaf : bucket.leaves) {
                at::Tensor &gradient = leaf.mutable_grad();
                if (!gradient.defined()) continue;
                gradient.copy_(bucket.values.narrow(0, first, gradient.numel()).view(gradient.sizes()));
                first += gradient.numel();
            }
        }
    }

  private:
    struct Bucket {
        variable_list leaves;
        int64_t bytes = 0, missing = 0;
        at::Tensor values;
        Operation operation;
    };

    void watch(const at::Tensor &leaf, size_t bucket) {
        NodePointer node = torch::autograd::impl::grad_accumulator(leaf);
        const uintptr_t key = node->add_post_hook(std::make_unique<torch::autograd::utils::LambdaPostHook>(
            [this, bucket](const variable_list &outputs, const variable_list &) {
                buckets[bucket].missing -= 1;
                while (next < buckets.size() && buckets[next].missing == 0) send(buckets[next++]);
                return outputs;
            }));
        hooks.emplace_back(std::move(node), key);
    }

    void send(Bucket &bucket) {
        const at::NoGradGuard plain;
        variable_list parts;
        for (const at::Tensor &leaf : bucket.leaves)
            if (leaf.grad().defined()) parts.push_back(leaf.grad().reshape({-1}));
        if (parts.empty()) return;
        bucket.values = at::cat(parts);
        bucket.operation = group.sum(bucket.values);
    }

    Group &group;
    std::vector<Bucket> buckets;
    /// The bucket that is to be sent next.
    size_t next = 0;
    std::vector<std::pair<NodePointer, uintptr_t>> hooks;
};

/// The sum over the processes; the gradient of a process's summand is the sum of all their gradients.
struct GroupSum : torch::autograd::Function<GroupSum> {
    static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &x, int64_t group) {
        context->saved_data["group"] = group;
        return summed(x, group);
    }

    static variable_list backward(torch::autograd::AutogradContext *context, const variable_list &gradients) {
        return {summed(gradients[0], context->saved_data["group"].toInt()), {}};
    }

    static at::Tensor summed(const at::Tensor &x, int64_t group) {
        at::Tensor sum = x.detach().clone(at::MemoryFormat::Contiguous);
        of(reinterpret_cast<ct_group>(group)).sum(sum).wait();
        return sum;
    }
};

}  // namespace

extern "C" {

ct_status ct_group_backward(ct_group group, ct_tensor output, const ct_tensor *inputs, int32_t count) {
    return ctorch::guarded([&] {
        variable_list leaves;
        for (int32_t i = 0; i < count; ++i) leaves.push_back(tensor(inputs[i]));
        Summation summation(of(group), leaves);
        const at::Tensor share = at::full_like(tensor(output), 1.0 / static_cast<double>(of(group).size));
        torch::autograd::backward({tensor(output)}, {share}, false, false, leaves);
        const at::NoGradGuard plain;
        summation.finish();
    });
}

ct_status ct_group_total(ct_group group, ct_tensor x, ct_tensor *result) {
    return ctorch::guarded([&] {
        *result = ctorch::handle(GroupSum::apply(tensor(x), reinterpret_cast<int64_t>(group)));
    });
}

}  // extern "C"
