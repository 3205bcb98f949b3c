// The part that needs NVIDIA's headers, with USE_C10D_NCCL. The bundle has it in a library of its own, since a libtorch
// without CUDA lacks what it is linked to.
#include "Group.hpp"

#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#else
#include <dlfcn.h>
#endif

#include <stdexcept>

namespace {

using namespace petri::group;
using Maker = void (*)(const Store &, int, int, Backend &);

}  // namespace

#ifdef USE_C10D_NCCL

extern "C" void petri_make_nccl(const Store &store, int rank, int size, Backend &result) {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = std::chrono::duration_cast<std::chrono::milliseconds>(patience);
    result = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}

static Maker maker() { return petri_make_nccl; }

#else

static Maker maker() {
    static void *library = dlopen("libCTorchNCCL.so", RTLD_NOW | RTLD_LOCAL);
    return library ? reinterpret_cast<Maker>(dlsym(library, "petri_make_nccl")) : nullptr;
}

#endif

namespace petri::group {

bool hasNCCL() { return maker() != nullptr; }

Backend makeNCCL(const Store &store, int rank, int size) {
    const Maker make = maker();
    if (!make) throw std::runtime_error("this build of petri-engine has no NCCL");
    Backend made;
    make(store, rank, size, made);
    return made;
}

}  // namespace petri::group
