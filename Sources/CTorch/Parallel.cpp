#include "Parallel.h"

#include <dlfcn.h>

namespace petri {

namespace {

/// Entries that GNU's runtime has and that LLVM's and Intel's offer under the same names.
struct Runtime {
    using Parallel = void (*)(void (*)(void *), void *, unsigned, unsigned);
    using Number = int (*)();
    const Parallel parallel = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
    const Number thread = reinterpret_cast<Number>(dlsym(RTLD_DEFAULT, "omp_get_thread_num"));
    const Number threads = reinterpret_cast<Number>(dlsym(RTLD_DEFAULT, "omp_get_num_threads"));
};

const Runtime &runtime() {
    static const Runtime found;
    return found;
}

struct Team {
    TeamBody body;
    void *context;
};

void enter(void *team) {
    const auto &entered = *static_cast<Team *>(team);
    entered.body(entered.context, runtime().thread(), runtime().threads());
}

}  // namespace

bool runTeam(int64_t threads, TeamBody body, void *context) {
    const Runtime &found = runtime();
    if (!found.parallel || !found.thread || !found.threads) return false;
    Team team{body, context};
    found.parallel(enter, &team, static_cast<unsigned>(threads), 0);
    return true;
}

}  // namespace petri
