#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "CTorch.h"

namespace ctorch {

inline at::Tensor &tensor(ct_tensor handle) { return *reinterpret_cast<at::Tensor *>(handle); }

inline ct_tensor handle(at::Tensor value) { return reinterpret_cast<ct_tensor>(new at::Tensor(std::move(value))); }

/// Records the exception in flight as this thread's failure and tells out-of-memory apart.
ct_status failure() noexcept;

/// Runs `body` and turns every exception into a status: nothing may unwind into Swift.
template <typename Body>
ct_status guarded(Body body) noexcept {
  try {
    body();
    return CT_OK;
  } catch (...) {
    return failure();
  }
}

}  // namespace ctorch
