// Compiled with USE_C10D_NCCL where libtorch has CUDA and the headers of NCCL and of CUDA's runtime are there.
#include "Group.hpp"

#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <stdexcept>

namespace petri::group {

#ifdef USE_C10D_NCCL

bool hasNCCL() { return true; }

Backend makeNCCL(const Store &store, int rank, int size) {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = std::chrono::duration_cast<std::chrono::milliseconds>(patience);
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}

#else

bool hasNCCL() { return false; }

Backend makeNCCL(const Store &, int, int) { throw std::runtime_error("this build of petri-engine has no NCCL"); }

#endif

}  // namespace petri::group
