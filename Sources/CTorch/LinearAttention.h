#pragma once

// First: libtorch 1.13 does not compile as C++20 where another of its headers comes before this one.
#include <ATen/core/ivalue.h>

#include <ATen/ATen.h>

/// Multi-head linear attention with autograd (once differentiable): queries from `x`, keys and values from `z`, both
/// N, C, H, W. Weights of 1x1 convolutions: inner, C; 2 inner, C (keys, then values); C, inner and its bias C; inner is
/// a multiple of the head size, 64. Repeatable for a given number of threads. None where it does not apply: another
/// device or type than float32 on the processor, or autocast.
c10::optional<at::Tensor> petri_linear_attention(
    const at::Tensor &x, const at::Tensor &z, const at::Tensor &queryWeight, const at::Tensor &keyValueWeight,
    const at::Tensor &outputWeight, const at::Tensor &bias);
