// First: libtorch 1.13 does not compile as C++20 where another of its headers comes before this one.
#include <ATen/core/ivalue.h>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "Handles.hpp"
#include "Lanes.h"
#include "Parallel.h"

namespace petri::dropout {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What decides about one block of elements.
struct Rule {
    uint32_t first, second;  // keys of this block
    uint32_t threshold;      // elements whose number lies below are dropped
    float factor;            // the others are multiplied by it
};

/// Elements that share their keys.
constexpr int64_t blockSize = 1 << 16;

/// MurmurHash3's 32-bit finaliser (Appleby), a bijection in which every input bit reaches every output bit.
PETRI_INLINE uint32_t mixed(uint32_t x) {
    x = (x ^ (x >> 16)) * 0x85ebca6bu;
    x = (x ^ (x >> 13)) * 0xc2b2ae35u;
    return x ^ (x >> 16);
}

PETRI_INLINE void dropBody(const Rule &rule, int64_t count, const float *x, float *out) {
    const uint32_t size = static_cast<uint32_t>(count);
    for (uint32_t i = 0; i < size; ++i)
        out[i] = mixed(mixed(i ^ rule.first) ^ rule.second) < rule.threshold ? 0 : x[i] * rule.factor;
}
PETRI_KERNEL(drop, (const Rule &rule, int64_t count, const float *x, float *out), (rule, count, x, out))

/// The keys of a block: SplitMix64 (Steele et al. 2014) from the call's seed.
uint64_t keys(uint64_t seed, int64_t block) {
    uint64_t z = seed + (static_cast<uint64_t>(block) + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/// Zeroes elements of `x` and scales the rest. What is dropped depends on `seed` alone, not on the threads.
at::Tensor dropped(const at::Tensor &input, uint64_t seed, double probability) {
    const at::Tensor x = input.contiguous();
    at::Tensor out = at::empty(x.sizes(), x.options());
    const float *from = x.data_ptr<float>();
    float *to = out.data_ptr<float>();
    const int64_t count = x.numel(), blocks = (count + blockSize - 1) / blockSize;
    const double range = 4294967296.0, threshold = std::floor(probability * range);
    Rule rule{0, 0, static_cast<uint32_t>(threshold), static_cast<float>(1 / (1 - threshold / range))};
    petri::parallelFor(0, blocks, 1, [&](int64_t begin, int64_t end) {
        Rule own = rule;
        for (int64_t b = begin; b < end; ++b) {
            const uint64_t key = keys(seed, b);
            own.first = static_cast<uint32_t>(key);
            own.second = static_cast<uint32_t>(key >> 32);
            const int64_t offset = b * blockSize;
            drop(own, std::min(blockSize, count - offset), from + offset, to + offset);
        }
    });
    return out;
}

/// The mask is made again in the backward pass, not kept.
struct Dropout : torch::autograd::Function<Dropout> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, int64_t seed, double probability) {
        context->saved_data["seed"] = seed;
        context->saved_data["probability"] = probability;
        return dropped(x, static_cast<uint64_t>(seed), probability);
    }

    static variable_list backward(AutogradContext *context, const variable_list &gradients) {
        const uint64_t seed = static_cast<uint64_t>(context->saved_data["seed"].toInt());
        return {dropped(gradients[0], seed, context->saved_data["probability"].toDouble()), {}, {}};
    }
};

/// libtorch draws its mask one element after another on one thread.
at::Tensor dropout(const at::Tensor &x, double probability) {
    if (!x.device().is_cpu() || x.scalar_type() != at::kFloat || x.numel() == 0 || !(probability >= 0) ||
        !(probability < 1))
        return at::dropout(x, probability, true);
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const uint64_t seed = [&] {
        const std::lock_guard<std::mutex> lock(generator.mutex());
        return at::check_generator<at::CPUGeneratorImpl>(generator)->random64();
    }();
    return Dropout::apply(x, static_cast<int64_t>(seed), probability);
}

}  // namespace
}  // namespace petri::dropout

extern "C" ct_status ct_dropout(ct_tensor x, double probability, ct_tensor *result) {
    return ctorch::guarded([&] { *result = ctorch::handle(petri::dropout::dropout(ctorch::tensor(x), probability)); });
}
