#pragma once

// A C face on libtorch: tensor handles, one boxed call that reaches every ATen operator, autograd, modes.
// Every function that can fail returns a ct_status; the message is then in ct_error_message() of the same thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ct_tensor_s *ct_tensor;
typedef struct ct_operator_s *ct_operator;

typedef enum { CT_OK = 0, CT_FAULT = 1, CT_OUT_OF_MEMORY = 2 } ct_status;

/// The message of this thread's last failure; valid until its next call.
const char *ct_error_message(void);

// Operators

typedef enum {
  CT_DEFAULT = 0,  // take the schema's default
  CT_NONE,
  CT_TENSOR,        // handles[first]
  CT_INT,           // integers[first]
  CT_REAL,          // reals[first]
  CT_BOOL,          // integers[first]
  CT_INTS,          // integers[first ..< first + count]
  CT_REALS,         // reals[first ..< first + count]
  CT_TENSORS,       // handles[first ..< first + count]
  CT_TEXT,          // text + first, zero-terminated
  CT_DEVICE,        // text + first, zero-terminated: "cpu", "cuda:0"
} ct_kind;

/// One argument: its kind and where in the arenas of the call its value lies.
typedef struct {
  int32_t kind;
  int32_t first;
  int32_t count;
} ct_argument;

/// The arenas that a call's arguments point into.
typedef struct {
  const int64_t *integers;
  const double *reals;
  const ct_tensor *handles;
  const char *text;
} ct_arenas;

/// Finds `name` ("aten::conv2d") with `overload` (may be ""); the handle lives as long as the process.
ct_status ct_operator_find(const char *name, const char *overload, ct_operator *result);

/// Calls an operator with positional arguments; arguments left out take the schema's defaults. Tensor results (the
/// members of tensor lists one by one) are written to `results` as new handles, at most `capacity`.
ct_status ct_operator_call(ct_operator op, const ct_argument *arguments, int32_t count, ct_arenas arenas,
                           ct_tensor *results, int32_t capacity, int32_t *result_count);

// Operators of Petri's own

/// 2-D convolution with a 3x3 kernel, stride 1 and padding 1, as aten::conv2d but faster where it can be; once
/// differentiable. `bias` may be null.
ct_status ct_convolve3x3(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor *result);

/// Batch normalisation in training (as aten::batch_norm, the running statistics too), then LeakyReLU; slope 0: ReLU.
/// Once differentiable, like the three below.
ct_status ct_batch_norm_leaky(ct_tensor x, ct_tensor scale, ct_tensor shift, ct_tensor mean, ct_tensor variance,
                              double momentum, double epsilon, double slope, ct_tensor *result);

/// x with elements zeroed with `probability` and the rest scaled, as aten::dropout in training; the default generator
/// gives the seed.
ct_status ct_dropout(ct_tensor x, double probability, ct_tensor *result);

/// x (N, C, H, W) times factors (N, C).
ct_status ct_scale_channels(ct_tensor x, ct_tensor factors, ct_tensor *result);

/// LeakyReLU of y (N, C, H, W) times factors (N, C) plus noise (N, H, W, 1) through a linear layer of weight (C, 1) and
/// bias (C). The noise gets no gradient.
ct_status ct_modulated_end(ct_tensor y, ct_tensor factors, ct_tensor noise, ct_tensor weight, ct_tensor bias,
                           double slope, ct_tensor *result);

/// The constants of one step of Adam.
typedef struct {
  double decay1, decay2, epsilon;
  /// The step size over the first moment's bias correction.
  double rate;
  /// The square root of the second moment's bias correction.
  double root_correction;
} ct_adam;

/// One step of Adam in one pass over `count` parameters, their gradients and moments, all dense float32 on the CPU.
ct_status ct_adam_step(ct_adam constants, const ct_tensor *parameters, const ct_tensor *gradients,
                       const ct_tensor *first_moments, const ct_tensor *second_moments, int32_t count);

// Tensors

/// Releases a handle.
void ct_tensor_release(ct_tensor tensor);
/// A new tensor of `dtype` (c10::ScalarType) that holds a copy of contiguous `data`; `pinned`: in memory that a graphics
/// card can copy from while the processor goes on.
ct_status ct_tensor_from_bytes(const void *data, const int64_t *shape, int32_t rank, int32_t dtype, bool pinned,
                               ct_tensor *result);
/// Copies the tensor's elements, contiguous and on the CPU, to `data` of `bytes` bytes; the sizes must agree.
ct_status ct_tensor_to_bytes(ct_tensor tensor, void *data, int64_t bytes);
/// The first element as a double; waits for the device.
ct_status ct_tensor_item(ct_tensor tensor, double *result);
int32_t ct_tensor_rank(ct_tensor tensor);
int64_t ct_tensor_size(ct_tensor tensor, int32_t dimension);
int32_t ct_tensor_dtype(ct_tensor tensor);
bool ct_tensor_is_cuda(ct_tensor tensor);
int32_t ct_tensor_device_index(ct_tensor tensor);
bool ct_tensor_requires_grad(ct_tensor tensor);
ct_status ct_tensor_set_requires_grad(ct_tensor tensor, bool value);
/// The accumulated gradient as a new handle, or null.
ct_status ct_tensor_grad(ct_tensor tensor, ct_tensor *result);
/// Drops the accumulated gradient.
void ct_tensor_clear_grad(ct_tensor tensor);

// Autograd

/// Accumulates the gradients of sum(output x cotangent) into the leaves; a null cotangent stands for ones.
ct_status ct_backward(ct_tensor output, ct_tensor cotangent, bool retain_graph);
/// The same into `inputs` alone: leaves not named keep their gradients.
ct_status ct_backward_into(ct_tensor output, ct_tensor cotangent, const ct_tensor *inputs, int32_t count,
                           bool retain_graph);
/// Gradients of sum(output) with respect to `inputs`, as new handles; null where an input is not reached.
ct_status ct_gradients(ct_tensor output, ct_tensor cotangent, const ct_tensor *inputs, int32_t count,
                       bool retain_graph, ct_tensor *results);

// Fused operators

/// Multi-head linear attention on the processor in float32; see LinearAttention.h. `result` is null where that does not
/// apply: another device or type, or autocast.
ct_status ct_linear_attention(ct_tensor x, ct_tensor z, ct_tensor query_weight, ct_tensor key_value_weight,
                              ct_tensor output_weight, ct_tensor bias, ct_tensor *result);

// Modes of this thread

/// Sets whether operations are recorded for autograd; returns what was set before.
bool ct_set_grad_enabled(bool enabled);
bool ct_is_grad_enabled(void);
/// Switches autocast to `dtype` on or off for a device kind; returns whether it was on before.
ct_status ct_set_autocast(bool cuda, bool enabled, int32_t dtype, bool *was_enabled);

// Processes that compute together (libtorch's c10d)

typedef struct ct_store_s *ct_store;
typedef struct ct_group_s *ct_group;

/// Connects to the table of keys and values at host:port, where `serves` after opening it there; waits for whoever opens
/// it for so many seconds.
ct_status ct_store_open(const char *host, uint16_t port, bool serves, double seconds, ct_store *result);
void ct_store_release(ct_store store);
ct_status ct_store_set(ct_store store, const char *key, const char *text);
/// The text of a key, for the caller to free, or null where there is none.
ct_status ct_store_get(ct_store store, const char *key, char **result);
/// Adds to a key's number, which begins at 0, for its new value.
ct_status ct_store_add(ct_store store, const char *key, int64_t amount, int64_t *result);

/// Whether this build has NCCL.
bool ct_has_nccl(void);
/// Makes a group of `size` processes that meet in the store: of NCCL, else of Gloo, whose network is that to `host`.
/// All calls that follow must come in the same order in every process of the group.
ct_status ct_group_join(ct_store store, const char *host, int32_t rank, int32_t size, bool nccl, ct_group *result);
void ct_group_release(ct_group group);
/// Whether an operation of the group has failed: then a process is gone.
bool ct_group_is_broken(ct_group group);
/// Replaces a dense tensor by its sum over the group, or by the one of process `root`.
ct_status ct_group_sum(ct_group group, ct_tensor tensor);
ct_status ct_group_broadcast(ct_group group, ct_tensor tensor, int32_t root);
/// The sum over the group, differentiable.
ct_status ct_group_total(ct_group group, ct_tensor x, ct_tensor *result);
/// ct_backward_into with the mean of the outputs over the group in place of the output.
ct_status ct_group_backward(ct_group group, ct_tensor output, const ct_tensor *inputs, int32_t count);
/// Batch normalisation in training with the statistics of the group's batches, which have one size; the running
/// statistics too. Once differentiable.
ct_status ct_group_norm(ct_group group, ct_tensor x, ct_tensor scale, ct_tensor shift, ct_tensor mean,
                        ct_tensor variance, double momentum, double epsilon, ct_tensor *result);

// The library

/// Seeds the default generators of every device.
ct_status ct_seed(uint64_t seed);
void ct_set_threads(int32_t count);
int32_t ct_threads(void);
int32_t ct_cuda_devices(void);
/// Flushes denormal numbers to zero on this thread's vector unit where the processor can.
bool ct_flush_denormals(bool enabled);
/// "1.13.0", and the parallel backend and build settings as libtorch prints them.
const char *ct_version(void);
const char *ct_parallel_information(void);
const char *ct_build_information(void);
/// Asks for deterministic kernels where libtorch has a choice.
void ct_set_deterministic(bool enabled);
/// Lets cuDNN try its convolutions once for every size of input and keep the fastest.
void ct_tune_convolutions(bool enabled);
/// Whether a graphics card may round the factors of float32 products to 11 bits (TF32). libtorch lets cuDNN do so.
ct_status ct_allow_tf32(bool convolutions, bool matrices);

#ifdef __cplusplus
}
#endif
