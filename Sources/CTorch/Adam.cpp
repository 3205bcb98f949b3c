#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "Handles.hpp"
#include "Lanes.h"
#include "Parallel.h"

namespace {

using namespace petri;
using ctorch::tensor;

/// Elements that one thread takes at a time: a few pages, so that tensors of all sizes share the threads evenly.
constexpr int64_t chunkSize = 1 << 14;

struct Constants {
    float decay1, gain1, decay2, gain2, epsilon, rate, rootCorrection;
};

/// Neighbouring elements of one parameter.
struct Chunk {
    float *parameter, *first, *second;
    const float *gradient;
    int64_t count;
};

template <class Values>
PETRI_INLINE void step(const Constants &k, Values &parameter, Values &first, Values &second, const Values &gradient) {
    first = first * k.decay1 + gradient * k.gain1;
    second = second * k.decay2 + gradient * gradient * k.gain2;
    parameter = parameter - k.rate * first / (__builtin_elementwise_sqrt(second) / k.rootCorrection + k.epsilon);
}

PETRI_INLINE void updateBody(const Constants &k, const Chunk &chunk) {
    int64_t i = 0;
    for (; i + laneCount <= chunk.count; i += laneCount) {
        Lanes parameter, first, second, gradient;
        load(parameter, chunk.parameter + i), load(first, chunk.first + i), load(second, chunk.second + i);
        load(gradient, chunk.gradient + i);
        step(k, parameter, first, second, gradient);
        store(chunk.parameter + i, parameter), store(chunk.first + i, first), store(chunk.second + i, second);
    }
    for (; i < chunk.count; ++i)
        step(k, chunk.parameter[i], chunk.first[i], chunk.second[i], chunk.gradient[i]);
}
PETRI_KERNEL(update, (const Constants &k, const Chunk &chunk), (k, chunk))

float *values(const at::Tensor &tensor, int64_t count) {
    if (!tensor.device().is_cpu() || tensor.scalar_type() != at::kFloat || !tensor.is_contiguous() ||
        tensor.numel() != count)
        throw std::invalid_argument("Adam wants dense float32 tensors of one size on the processor");
    return tensor.data_ptr<float>();
}

}  // namespace

extern "C" ct_status ct_adam_step(
    ct_adam constants, const ct_tensor *parameters, const ct_tensor *gradients, const ct_tensor *first,
    const ct_tensor *second, int32_t count
) {
    return ctorch::guarded([&] {
        const Constants k{
            // 1 - decay is rounded once: from the rounded decay it would be off in the fifth digit.
            static_cast<float>(constants.decay1), static_cast<float>(1 - constants.decay1),
            static_cast<float>(constants.decay2), static_cast<float>(1 - constants.decay2),
            static_cast<float>(constants.epsilon), static_cast<float>(constants.rate),
            static_cast<float>(constants.root_correction)};
        std::vector<at::Tensor> dense;
        std::vector<Chunk> chunks;
        for (int32_t i = 0; i < count; ++i) {
            const int64_t size = tensor(parameters[i]).numel();
            dense.push_back(tensor(gradients[i]).contiguous());
            const Chunk all{
                values(tensor(parameters[i]), size), values(tensor(first[i]), size), values(tensor(second[i]), size),
                values(dense.back(), size), size};
            for (int64_t at = 0; at < size; at += chunkSize)
                chunks.push_back(Chunk{
                    all.parameter + at, all.first + at, all.second + at, all.gradient + at,
                    std::min(chunkSize, size - at)});
        }
        petri::parallelFor(0, static_cast<int64_t>(chunks.size()), 1, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) update(k, chunks[i]);
        });
        // Autograd is to notice that the values changed.
        for (int32_t i = 0; i < count; ++i) tensor(parameters[i]).unsafeGetTensorImpl()->bump_version();
    });
}
