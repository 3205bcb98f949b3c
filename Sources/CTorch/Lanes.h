// Vectors of eight floats for the hand-written kernels, in plain C++: each kernel is always inlined into three functions,
// for AVX-512, for AVX2 with fused multiply-add and for any processor, of which `PETRI_KERNEL` picks one at run time.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace petri {

#define PETRI_INLINE static inline __attribute__((always_inline))

typedef float Lanes __attribute__((vector_size(32)));
constexpr int64_t laneCount = 8;
/// Twice as many, where sums are to fill the registers: two of AVX2, or one of AVX-512.
typedef float DoubleLanes __attribute__((vector_size(64)));
constexpr int64_t blockWidth = 2 * laneCount;

template <class Vector>
PETRI_INLINE void load(Vector &value, const float *from) { std::memcpy(&value, from, sizeof value); }
template <class Vector>
PETRI_INLINE void store(float *to, const Vector &value) { std::memcpy(to, &value, sizeof value); }

/// Exchanges rows and columns of 8 x 8 values.
PETRI_INLINE void transpose(Lanes *rows) {
    Lanes pairs[8], quads[8];
#pragma unroll
    for (int64_t i = 0; i < 8; i += 2) {
        pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
#pragma unroll
    for (int64_t i = 0; i < 8; i += 4) {
        quads[i] = __builtin_shufflevector(pairs[i], pairs[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        quads[i + 1] = __builtin_shufflevector(pairs[i], pairs[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        quads[i + 2] = __builtin_shufflevector(pairs[i + 1], pairs[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
        quads[i + 3] = __builtin_shufflevector(pairs[i + 1], pairs[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma unroll
    for (int64_t i = 0; i < 4; ++i) {
        rows[i] = __builtin_shufflevector(quads[i], quads[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        rows[i + 4] = __builtin_shufflevector(quads[i], quads[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/// Matrix product of `rows` rows of the left factor and `blockWidth` columns of the right one: out = left x right, or
/// out += left x right. Element (row, k) of the left factor is left[row * rowStride + k * depthStride]. With 6 rows the
/// sums, a row of the right factor and the broadcast fill AVX2's 16 registers.
template <int64_t rows>
PETRI_INLINE void multiplyBlock(
    const float *left, int64_t rowStride, int64_t depthStride, int64_t depth, const float *right, int64_t rightStride,
    float *out, int64_t outStride, bool add
) {
    DoubleLanes sum[rows] = {};
    if (add) {
#pragma unroll
        for (int64_t r = 0; r < rows; ++r) load(sum[r], out + r * outStride);
    }
    for (int64_t k = 0; k < depth; ++k) {
        DoubleLanes columns;
        load(columns, right);
#pragma unroll
        for (int64_t r = 0; r < rows; ++r) sum[r] += left[r * rowStride] * columns;
        // The next block's columns: rows may lie too far apart for the processor to see the pattern.
        __builtin_prefetch(right + blockWidth);
        left += depthStride;
        right += rightStride;
    }
#pragma unroll
    for (int64_t r = 0; r < rows; ++r) store(out + r * outStride, sum[r]);
}

// `name` calls `nameBody`, which is PETRI_INLINE.
#if defined(__x86_64__)
#define PETRI_KERNEL(name, parameters, arguments)                                                            \
    __attribute__((target("avx512f,avx512cd,avx512bw,avx512dq,avx512vl,avx2,fma")))                          \
    void name##Widest parameters { name##Body arguments; }                                                   \
    __attribute__((target("avx2,fma"))) void name##Wide parameters { name##Body arguments; }                 \
    void name##Plain parameters { name##Body arguments; }                                                    \
    void name parameters {                                                                                   \
        switch (petri::instructions()) {                                                                     \
        case petri::Instructions::avx512: return name##Widest arguments;                                     \
        case petri::Instructions::avx2: return name##Wide arguments;                                         \
        case petri::Instructions::any: return name##Plain arguments;                                         \
        }                                                                                                    \
    }
enum class Instructions { any, avx2, avx512 };
inline Instructions instructions() {
    static const Instructions answer = [] {
        if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Instructions::any;
        // The first processors with AVX-512 had but a part of it.
        const bool whole = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
        return whole ? Instructions::avx512 : Instructions::avx2;
    }();
    return answer;
}
#else
#define PETRI_KERNEL(name, parameters, arguments)                                                            \
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
            values.reset(new (alignment) float[static_cast<size_t>(count)]);
            size = count;
        }
        return values.get();
    }

private:
    /// Vectors that lie across two cache lines take two reads.
    static constexpr std::align_val_t alignment{64};
    struct Free {
        void operator()(float *values) const { ::operator delete[](values, alignment); }
    };
    std::unique_ptr<float[], Free> values;
    int64_t size = 0;
};

}  // namespace petri
