#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

#include "Handles.hpp"

using ctorch::guarded;

namespace {

/// A list argument of tensors: some schemas want Tensor[], index wants Tensor?[].
c10::IValue tensor_list(const ct_tensor *handles, int32_t count, const c10::TypePtr &type) {
  const auto list = type->cast<c10::ListType>();
  if (list && list->getElementType()->kind() == c10::TypeKind::OptionalType) {
    c10::List<c10::optional<at::Tensor>> values;
    values.reserve(count);
    for (int32_t i = 0; i < count; i++) {
      values.push_back(handles[i] ? c10::optional<at::Tensor>(ctorch::tensor(handles[i])) : c10::nullopt);
    }
    return values;
  }
  c10::List<at::Tensor> values;
  values.reserve(count);
  for (int32_t i = 0; i < count; i++) values.push_back(ctorch::tensor(handles[i]));
  return values;
}

c10::IValue value(const ct_argument &argument, const ct_arenas &arenas, const c10::Argument &parameter) {
  switch (argument.kind) {
    case CT_DEFAULT:
      if (parameter.default_value()) return *parameter.default_value();
      throw std::invalid_argument("argument '" + parameter.name() + "' has no default");
    case CT_NONE: return {};
    case CT_TENSOR: return ctorch::tensor(arenas.handles[argument.first]);
    case CT_INT: return arenas.integers[argument.first];
    case CT_REAL: return arenas.reals[argument.first];
    case CT_BOOL: return arenas.integers[argument.first] != 0;
    case CT_INTS: {
      const auto begin = arenas.integers + argument.first;
      return std::vector<int64_t>(begin, begin + argument.count);
    }
    case CT_REALS: {
      const auto begin = arenas.reals + argument.first;
      return std::vector<double>(begin, begin + argument.count);
    }
    case CT_TENSORS: return tensor_list(arenas.handles + argument.first, argument.count, parameter.type());
    case CT_TEXT: return std::string(arenas.text + argument.first);
    case CT_DEVICE: return c10::Device(std::string(arenas.text + argument.first));
  }
  throw std::invalid_argument("argument '" + parameter.name() + "' is of an unknown kind");
}

struct Results {
  ct_tensor *handles;
  int32_t capacity;
  int32_t count = 0;

  void append(const at::Tensor &tensor) {
    if (count == capacity) throw std::length_error("an operator returned more tensors than there is room for");
    handles[count++] = ctorch::handle(tensor);
  }
};

}  // namespace

extern "C" ct_status ct_operator_find(const char *name, const char *overload, ct_operator *result) {
  return guarded([&] {
    const auto found = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    *result = reinterpret_cast<ct_operator>(new c10::OperatorHandle(found));
  });
}

extern "C" ct_status ct_operator_call(ct_operator op, const ct_argument *arguments, int32_t count, ct_arenas arenas,
                                      ct_tensor *handles, int32_t capacity, int32_t *result_count) {
  Results results{handles, capacity};
  const auto status = guarded([&] {
    const auto &handle = *reinterpret_cast<c10::OperatorHandle *>(op);
    const auto &schema = handle.schema();
    const auto &parameters = schema.arguments();
    if (static_cast<size_t>(count) > parameters.size()) throw std::invalid_argument(schema.name() + ": too many arguments");
    torch::jit::Stack stack;
    stack.reserve(parameters.size());
    for (int32_t i = 0; i < count; i++) stack.push_back(value(arguments[i], arenas, parameters[i]));
    // Fills the defaults of what was left out and checks every type: a wrong call is an error, not a crash.
    schema.checkAndNormalizeInputs(stack);
    handle.callBoxed(&stack);
    for (const auto &output : stack) {
      if (output.isTensor()) {
        results.append(output.toTensor());
      } else if (output.isTensorList()) {
        for (const at::Tensor &tensor : output.toTensorVector()) results.append(tensor);
      }
    }
  });
  if (status != CT_OK) {
    for (int32_t i = 0; i < results.count; i++) ct_tensor_release(handles[i]);
    results.count = 0;
  }
  *result_count = results.count;
  return status;
}
