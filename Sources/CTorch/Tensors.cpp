#include <ATen/ATen.h>

#include <cstring>

#include "Handles.hpp"

using ctorch::guarded;
using ctorch::tensor;

extern "C" {

void ct_tensor_release(ct_tensor handle) { delete reinterpret_cast<at::Tensor *>(handle); }

ct_status ct_tensor_from_bytes(const void *data, const int64_t *shape, int32_t rank, int32_t dtype, bool pinned,
                               ct_tensor *result) {
  return guarded([&] {
    const auto options = at::TensorOptions(static_cast<at::ScalarType>(dtype)).pinned_memory(pinned);
    at::Tensor made = at::empty(at::IntArrayRef(shape, rank), options);
    if (made.nbytes() > 0) std::memcpy(made.data_ptr(), data, made.nbytes());
    *result = ctorch::handle(made);
  });
}

ct_status ct_tensor_to_bytes(ct_tensor handle, void *data, int64_t bytes) {
  return guarded([&] {
    const at::Tensor plain = tensor(handle).detach().to(at::kCPU).contiguous();
    if (static_cast<int64_t>(plain.nbytes()) != bytes) throw std::length_error("the buffer does not fit the tensor");
    if (bytes > 0) std::memcpy(data, plain.data_ptr(), bytes);
  });
}

ct_status ct_tensor_item(ct_tensor handle, double *result) {
  return guarded([&] { *result = tensor(handle).item().toDouble(); });
}

int32_t ct_tensor_rank(ct_tensor handle) { return static_cast<int32_t>(tensor(handle).dim()); }

int64_t ct_tensor_size(ct_tensor handle, int32_t dimension) { return tensor(handle).sizes()[dimension]; }

int32_t ct_tensor_dtype(ct_tensor handle) { return static_cast<int32_t>(tensor(handle).scalar_type()); }

bool ct_tensor_is_cuda(ct_tensor handle) { return tensor(handle).is_cuda(); }

int32_t ct_tensor_device_index(ct_tensor handle) { return tensor(handle).get_device(); }

bool ct_tensor_requires_grad(ct_tensor handle) { return tensor(handle).requires_grad(); }

ct_status ct_tensor_set_requires_grad(ct_tensor handle, bool value) {
  return guarded([&] { tensor(handle).set_requires_grad(value); });
}

ct_status ct_tensor_grad(ct_tensor handle, ct_tensor *result) {
  return guarded([&] {
    const at::Tensor &grad = tensor(handle).grad();
    *result = grad.defined() ? ctorch::handle(grad) : nullptr;
  });
}

void ct_tensor_clear_grad(ct_tensor handle) { tensor(handle).mutable_grad().reset(); }

}  // extern "C"
