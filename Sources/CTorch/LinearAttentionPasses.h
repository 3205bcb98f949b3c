// Linear attention over the positions of images in float32, tile by tile, so that queries, keys and what follows from
// them never leave the caches; see LinearAttention.cpp for the mathematics and the order of the passes.
#pragma once

#include <cstdint>

namespace petri::attention {

/// Rows of a head.
constexpr int64_t headSize = 64;

/// Sizes: images, channels, heads (`inner` rows in all) and positions of one image.
struct Shape {
    int64_t images, channels, heads, positions;
    int64_t inner() const { return heads * headSize; }
};

/// The keys' softmax over positions: largest value and reciprocal sum of each row, N x inner.
/// `moments` is softmax x^T, N x inner x channels.
struct Keys {
    float *largest, *factors, *moments;
};

/// Everything contiguous. Input N x channels x positions, weight inner x channels.
void gatherKeys(const Shape &shape, const float *input, const float *weight, const Keys &keys);

/// output (N x channels x positions) = sum over heads of weightOut gelu(context softmax(weight input)) + bias.
/// `context` N x heads x 64 x 64, `weightOut` heads x channels x 64.
void attend(
    const Shape &shape, const float *input, const float *weight, const float *context, const float *weightOut,
    const float *bias, float *output);

/// Gradients of `attend`'s arguments; those that are null are not wanted. Those of the weights are heads x 64 x
/// channels, that of the output's weight transposed.
struct AttendGradients {
    float *input, *weight, *context, *weightOut;
};
void attendGradients(
    const Shape &shape, const float *input, const float *weight, const float *context, const float *weightOut,
    const float *gradient, const AttendGradients &results);

/// Gradients of `gatherKeys`' arguments (null: not wanted) from the moments' `gradient`, N x inner x channels.
struct KeyGradients {
    float *input, *weight;
};
void keyGradients(
    const Shape &shape, const float *input, const float *weight, const Keys &keys, const float *gradient,
    const KeyGradients &results);

}  // namespace petri::attention
