#define USE_C10D_GLOO

#include "Group.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#if __has_include(<gloo/context.h>)
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#define PETRI_GLOO 1
#endif

#include <cstdlib>
#include <cstring>

#include "Handles.hpp"

namespace petri::group {

namespace {

/// Runs `body`; where it fails, the group is broken.
template <class Body>
auto marking(Group &group, Body body) {
    try {
        return body();
    } catch (...) {
        group.isBroken = true;
        throw;
    }
}

/// The tensor that a group works on, in a list as it wants it; `staged` is set where that is a copy.
std::vector<at::Tensor> operand(const Group &group, const at::Tensor &tensor, at::Tensor &staged) {
    if (group.isOnHost && !tensor.is_cpu()) staged = tensor.cpu();
    return {staged.defined() ? staged : tensor};
}

}  // namespace

void Operation::wait() {
    if (!work) return;
    marking(*group, [&] { return work->wait(); });
    work.reset();
    if (staged.defined()) target.copy_(staged);
}

Operation Group::sum(const at::Tensor &tensor) {
    at::Tensor staged;
    auto list = operand(*this, tensor, staged);
    return Operation(this, marking(*this, [&] { return backend->allreduce(list); }), tensor, staged);
}

Operation Group::broadcast(const at::Tensor &tensor, int64_t root) {
    at::Tensor staged;
    auto list = operand(*this, tensor, staged);
    c10d::BroadcastOptions options;
    options.rootRank = root;
    return Operation(this, marking(*this, [&] { return backend->broadcast(list, options); }), tensor, staged);
}

namespace {

Store &store(ct_store handle) { return *reinterpret_cast<Store *>(handle); }

/// A group over TCP. GLOO_SOCKET_IFNAME names the network to take, as everywhere; where the processes meet at the
/// loopback address, all are on this machine.
Backend makeGloo(const Store &store, const char *host, int rank, int size) {
#ifdef PETRI_GLOO
    auto options = c10d::ProcessGroupGloo::Options::create(
        std::chrono::duration_cast<std::chrono::milliseconds>(patience));
    const char *interface = std::getenv("GLOO_SOCKET_IFNAME");
    const std::string name = host;
    if (interface && *interface)
        options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForInterface(interface));
    else if (name == "localhost" || name == "::1" || name.rfind("127.", 0) == 0)
        options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(name));
    else
        options->devices.push_back(c10d::ProcessGroupGloo::createDefaultDevice());
    return c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("gloo", store), rank, size, options);
#else
    throw std::runtime_error("this build of petri-engine has no Gloo: build it where libgloo-dev is installed");
#endif
}

}  // namespace
}  // namespace petri::group

using ctorch::guarded;
using ctorch::tensor;
using namespace petri::group;

extern "C" {

ct_status ct_store_open(const char *host, uint16_t port, bool serves, double seconds, ct_store *result) {
    return guarded([&] {
        c10d::TCPStoreOptions options;
        options.port = port;
        options.isServer = serves;
        options.waitWorkers = false;
        options.timeout = std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
        *result = reinterpret_cast<ct_store>(new Store(c10::make_intrusive<c10d::TCPStore>(host, options)));
    });
}

void ct_store_release(ct_store handle) { delete reinterpret_cast<Store *>(handle); }

ct_status ct_store_set(ct_store handle, const char *key, const char *text) {
    return guarded([&] { store(handle)->set(key, std::vector<uint8_t>(text, text + std::strlen(text))); });
}

ct_status ct_store_get(ct_store handle, const char *key, char **result) {
    return guarded([&] {
        *result = nullptr;
        if (!store(handle)->check({key})) return;
        const std::vector<uint8_t> bytes = store(handle)->get(key);
        *result = strndup(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        if (!*result) throw std::bad_alloc();
    });
}

ct_status ct_store_add(ct_store handle, const char *key, int64_t amount, int64_t *result) {
    return guarded([&] { *result = store(handle)->add(key, amount); });
}

bool ct_has_nccl(void) { return hasNCCL(); }

ct_status ct_group_join(ct_store handle, const char *host, int32_t rank, int32_t size, bool nccl, ct_group *result) {
    return guarded([&] {
        const Backend backend =
            nccl ? makeNCCL(c10::make_intrusive<c10d::PrefixStore>("nccl", store(handle)), rank, size)
                 : makeGloo(store(handle), host, rank, size);
        *result = reinterpret_cast<ct_group>(new Group{backend, rank, size, !nccl});
    });
}

void ct_group_release(ct_group handle) { delete reinterpret_cast<Group *>(handle); }

bool ct_group_is_broken(ct_group handle) { return of(handle).isBroken; }

ct_status ct_group_sum(ct_group group, ct_tensor value) {
    return guarded([&] { of(group).sum(tensor(value)).wait(); });
}

ct_status ct_group_broadcast(ct_group group, ct_tensor value, int32_t root) {
    return guarded([&] { of(group).broadcast(tensor(value), root).wait(); });
}

}  // extern "C"
