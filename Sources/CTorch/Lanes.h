// Vectors of eight floats for the hand-written kernels, in plain C++: each kernel is always inlined into two functions,
// one for any processor and one for AVX2 with fused multiply-add, of which `PETRI_BOTH` picks one at run time.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>

namespace petri {

#define PETRI_INLINE static inline __attribute__((always_inline))

typedef float Lanes __attribute__((vector_size(32)));
typedef float Quad __attribute__((vector_size(16)));
constexpr int64_t laneCount = 8;

template <class Vector>
PETRI_INLINE void load(Vector &value, const float *from) { std::memcpy(&value, from, sizeof value); }
template <class Vector>
PETRI_INLINE void store(float *to, const Vector &value) { std::memcpy(to, &value, sizeof value); }

// `name` calls `nameBody`, which is PETRI_INLINE.
#if defined(__x86_64__)
#define PETRI_BOTH(name, parameters, arguments)                                                              \
    __attribute__((target("avx2,fma"))) void name##Wide parameters { name##Body arguments; }                 \
    void name##Plain parameters { name##Body arguments; }                                                    \
    void name parameters { petri::hasWideLanes() ? name##Wide arguments : name##Plain arguments; }
inline bool hasWideLanes() {
    static const bool answer = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return answer;
}
#else
#define PETRI_BOTH(name, parameters, arguments) \
    void name parameters { name##Body arguments; }
#endif

/// Work space that a thread keeps: fresh pages for every call would cost more than the arithmetic on small maps.
class Scratch {
public:
    float *reserve(int64_t count) {
        if (count > size) {
            // The old block is of no use any more: let it go before taking the new one.
            values.reset();
            size = 0;
            values.reset(new float[static_cast<size_t>(count)]);
            size = count;
        }
        return values.get();
    }

private:
    std::unique_ptr<float[]> values;
    int64_t size = 0;
};

}  // namespace petri
