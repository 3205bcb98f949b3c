#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include "Handles.hpp"

using ctorch::guarded;

extern "C" {

bool ct_set_grad_enabled(bool enabled) {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled);
  return before;
}

bool ct_is_grad_enabled(void) { return c10::GradMode::is_enabled(); }

ct_status ct_set_autocast(bool cuda, bool enabled, int32_t dtype, bool *was_enabled) {
  return guarded([&] {
    const auto type = static_cast<at::ScalarType>(dtype);
#if TORCH_VERSION_MAJOR >= 2 && TORCH_VERSION_MINOR >= 4
    const auto device = cuda ? at::kCUDA : at::kCPU;
    *was_enabled = at::autocast::is_autocast_enabled(device);
    at::autocast::set_autocast_enabled(device, enabled);
    if (enabled) at::autocast::set_autocast_dtype(device, type);
#else
    *was_enabled = cuda ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
    if (cuda) {
      at::autocast::set_enabled(enabled);
      if (enabled) at::autocast::set_autocast_gpu_dtype(type);
    } else {
      at::autocast::set_cpu_enabled(enabled);
      if (enabled) at::autocast::set_autocast_cpu_dtype(type);
    }
#endif
    // Casts of the parameters are kept for the length of one scope.
    if (!enabled) at::autocast::clear_cache();
  });
}

ct_status ct_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); });
}

void ct_set_threads(int32_t count) { at::set_num_threads(count); }

int32_t ct_threads(void) { return at::get_num_threads(); }

int32_t ct_cuda_devices(void) {
  try {
    return at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0;
  } catch (...) {
    return 0;
  }
}

bool ct_flush_denormals(bool enabled) { return at::globalContext().setFlushDenormal(enabled); }

const char *ct_version(void) { return TORCH_VERSION; }

const char *ct_parallel_information(void) {
  static const std::string text = at::get_parallel_info();
  return text.c_str();
}

const char *ct_build_information(void) {
  static const std::string text = at::show_config();
  return text.c_str();
}

void ct_set_deterministic(bool enabled) {
  at::globalContext().setDeterministicAlgorithms(enabled, /*warn_only=*/true);
  at::globalContext().setDeterministicCuDNN(enabled);
}

void ct_tune_convolutions(bool enabled) { at::globalContext().setBenchmarkCuDNN(enabled); }

ct_status ct_allow_tf32(bool convolutions, bool matrices) {
  return guarded([&] {
    at::globalContext().setAllowTF32CuDNN(convolutions);
    at::globalContext().setAllowTF32CuBLAS(matrices);
  });
}

}  // extern "C"
