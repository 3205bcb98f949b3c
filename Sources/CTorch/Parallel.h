// Loops over libtorch's own threads.

#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <mutex>

namespace petri {

/// What one thread of a team does: its number and the number of threads.
using TeamBody = void (*)(void *context, int64_t thread, int64_t threads);

/// Runs `body` on `threads` threads of the OpenMP runtime that libtorch uses; false where none is found.
bool runTeam(int64_t threads, TeamBody body, void *context);

/// Calls `body(first, last)` for parts of `begin..<end`, each of `grain` or more, at the same time. Which part is whose
/// depends on the number of threads alone.
///
/// `at::parallel_for` is a template over `#pragma omp`: without -fopenmp, which would bring clang's own runtime beside
/// libtorch's, it is a serial loop.
template <typename Body>
void parallelFor(int64_t begin, int64_t end, int64_t grain, const Body &body) {
    if (begin >= end) return;
    const int64_t parts = (end - begin + std::max<int64_t>(1, grain) - 1) / std::max<int64_t>(1, grain);
    const int64_t threads = std::min<int64_t>(at::get_num_threads(), parts);
    struct Work {
        const Body &body;
        int64_t begin, end;
        std::mutex mutex{};
        std::exception_ptr failure{};
        static void run(void *context, int64_t thread, int64_t threads) {
            auto &work = *static_cast<Work *>(context);
            const int64_t length = (work.end - work.begin + threads - 1) / threads;
            const int64_t first = work.begin + thread * length;
            const int64_t last = std::min(work.end, first + length);
            if (first >= last) return;
            try {
                work.body(first, last);
            } catch (...) {
                // Nothing may unwind through the runtime.
                const std::lock_guard<std::mutex> lock(work.mutex);
                work.failure = std::current_exception();
            }
        }
    };
    Work work{body, begin, end};
    if (threads <= 1 || at::in_parallel_region() || !runTeam(threads, Work::run, &work)) {
        body(begin, end);
        return;
    }
    if (work.failure) std::rethrow_exception(work.failure);
}

}  // namespace petri
