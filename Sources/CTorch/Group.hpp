#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/distributed/c10d/Store.hpp>
#include <torch/csrc/distributed/c10d/Work.hpp>
#include <torch/version.h>

#include <atomic>
#include <chrono>
#include <memory>

// libtorch 1 derives its backends from ProcessGroup, libtorch 2 from Backend.
#if TORCH_VERSION_MAJOR < 2
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#else
#include <torch/csrc/distributed/c10d/Backend.hpp>
#endif

#include "CTorch.h"

namespace petri::group {

#if TORCH_VERSION_MAJOR < 2
using Backend = c10::intrusive_ptr<c10d::ProcessGroup>;
#else
using Backend = c10::intrusive_ptr<c10d::Backend>;
#endif
using Store = c10::intrusive_ptr<c10d::Store>;

/// How long an operation waits for the other processes: longer than any pause. That one of them is gone is found
/// out elsewhere.
constexpr auto patience = std::chrono::hours(24 * 30);

/// Whether this build has NCCL, and a group of it.
bool hasNCCL();
Backend makeNCCL(const Store &store, int rank, int size);

struct Group;

/// An operation between the processes that may still be under way.
class Operation {
  public:
    Operation() = default;
    Operation(Group *group, c10::intrusive_ptr<c10d::Work> work, at::Tensor target, at::Tensor staged)
        : group(group), work(std::move(work)), target(std::move(target)), staged(std::move(staged)) {}
    /// Waits for the end, or on a graphics card has what follows wait.
    void wait();

  private:
    Group *group = nullptr;
    c10::intrusive_ptr<c10d::Work> work;
    at::Tensor target;
    /// What Gloo works on where the target is on a graphics card, else undefined.
    at::Tensor staged;
};

/// Processes that compute together.
struct Group {
    Backend backend;
    int64_t rank, size;
    /// Whether tensors must come to the processor for it.
    bool isOnHost;
    /// Whether an operation failed: a process is gone.
    std::atomic<bool> isBroken{false};

    /// Begins to replace a dense tensor by the sum over all processes, or by that of the process `root`.
    Operation sum(const at::Tensor &tensor);
    Operation broadcast(const at::Tensor &tensor, int64_t root);
};

inline Group &of(ct_group handle) { return *reinterpret_cast<Group *>(handle); }

}  // namespace petri::group
