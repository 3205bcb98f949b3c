#include <torch/csrc/autograd/autograd.h>

#include "Handles.hpp"

using ctorch::guarded;
using ctorch::tensor;
using torch::autograd::variable_list;

namespace {

variable_list cotangents(ct_tensor cotangent) {
  return cotangent ? variable_list{tensor(cotangent)} : variable_list{};
}

variable_list list(const ct_tensor *handles, int32_t count) {
  variable_list values;
  values.reserve(count);
  for (int32_t i = 0; i < count; i++) values.push_back(tensor(handles[i]));
  return values;
}

}  // namespace

extern "C" {

ct_status ct_backward(ct_tensor output, ct_tensor cotangent, bool retain_graph) {
  return guarded([&] { torch::autograd::backward({tensor(output)}, cotangents(cotangent), retain_graph); });
}

ct_status ct_backward_into(ct_tensor output, ct_tensor cotangent, const ct_tensor *inputs, int32_t count,
                           bool retain_graph) {
  return guarded([&] {
    torch::autograd::backward({tensor(output)}, cotangents(cotangent), retain_graph, false, list(inputs, count));
  });
}

ct_status ct_gradients(ct_tensor output, ct_tensor cotangent, const ct_tensor *inputs, int32_t count,
                       bool retain_graph, ct_tensor *results) {
  return guarded([&] {
    const auto found = torch::autograd::grad({tensor(output)}, list(inputs, count), cotangents(cotangent),
                                             retain_graph, false, true);
    for (int32_t i = 0; i < count; i++) results[i] = found[i].defined() ? ctorch::handle(found[i]) : nullptr;
  });
}

}  // extern "C"
