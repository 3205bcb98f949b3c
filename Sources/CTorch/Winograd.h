// 3x3 convolutions of float32 planes on the processor by Winograd's algorithm; see WinogradKernels.h.
#pragma once

#include <cstdint>

namespace petri::winograd {

/// Sizes of a convolution: images, input and output channels, and the planes' sides.
struct Shape {
    int64_t images, inputs, outputs, height, width;
};

/// output = input * weight + bias. Contiguous (N, C, H, W), (K, C, 3, 3), (K) or null, (N, K, H, W).
void convolve(const Shape &shape, const float *input, const float *weight, const float *bias, float *output);

/// The input's gradient from the output's; `shape` is that of the forward convolution.
void inputGradient(const Shape &shape, const float *gradient, const float *weight, float *output);

/// The weight's gradient from the output's.
void weightGradient(const Shape &shape, const float *input, const float *gradient, float *output);

}  // namespace petri::winograd
