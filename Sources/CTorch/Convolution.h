#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

/// 3x3 convolution, stride 1, padding 1, with autograd (once differentiable).
///
/// input (N, C, H, W), weight (K, C, 3, 3), bias (K) or none. Equal to `at::conv2d` to about 1e-5 of the result's size,
/// and repeatable for a given number of threads. Where Winograd's algorithm cannot be used or does not pay (another
/// device or type, autocast, few channels) this is `at::conv2d` itself.
at::Tensor petri_conv3x3(
    const at::Tensor &input, const at::Tensor &weight, const c10::optional<at::Tensor> &bias = c10::nullopt);
