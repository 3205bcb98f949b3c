// Arithmetic of the fused linear attention on tiles: some rows (channels) by `tileWidth` positions, dense, in a cache.
// Everything is plain C++ over fixed-size vectors and always inlined; see Lanes.h.
#pragma once

#include <cfloat>

#include "Lanes.h"
#include "LinearAttentionPasses.h"

namespace petri::attention {

/// Positions in a tile: a multiple of `columnBlock`, so few that a head's tiles stay in the second cache.
constexpr int64_t tileWidth = 96;
/// Rows and columns that a matrix product works on at once.
constexpr int64_t rowBlock = 6, columnBlock = blockWidth;

typedef int32_t Integers __attribute__((vector_size(32)));

PETRI_INLINE Lanes all(float value) { return Lanes{} + value; }
PETRI_INLINE Lanes larger(Lanes a, Lanes b) { return a > b ? a : b; }

/// e^x for x <= 0, to 3 units in the last place; below the smallest normal number, that number. NaN stays NaN.
PETRI_INLINE Lanes exponential(Lanes x) {
    const Lanes least = all(-87.33f);
    x = x < least ? least : x;
    // Adding 1.5 x 2^23 rounds to an integer, which is then in the low bits.
    const Lanes shift = all(12582912.0f);
    const Lanes shifted = x * 1.44269504f + shift;
    const Lanes power = shifted - shift;
    // log 2 in two parts, the first with few enough bits that its multiples are exact.
    const Lanes r = (x - power * 0.693359375f) + power * 2.12194440e-4f;
    // e^r for |r| <= log(2) / 2: least largest relative error of degree 6 (2e-9), by iterated weighted least squares.
    Lanes value = r * 1.38368E-3f + 8.37482E-3f;
    value = value * r + 4.166823E-2f;
    value = value * r + 0.1666642f;
    value = value * r + 0.49999992f;
    value = value * r + 1.00000004f;
    value = value * r + 1.0f;
    const Integers exponent = (((Integers)shifted - (Integers)shift) << 23) + (127 << 23);
    return value * (Lanes)exponent;
}

/// The normal distribution's cumulative function at x, and e^(-x^2 / 2).
PETRI_INLINE void normal(Lanes x, Lanes &cumulative, Lanes &bell) {
    const Lanes size = x < Lanes{} ? -x : x;
    bell = exponential(size * size * -0.5f);
    // The tail is e^(-x^2 / 2) times a smooth function of 1 / (1 + 0.3 |x|): largest relative error 6e-8 up to 14.
    const Lanes t = 1.0f / (1.0f + 0.3f * size);
    Lanes tail = t * 0.03837828331f - 0.16916608278f;
    tail = tail * t + 0.22866002525f;
    tail = tail * t - 0.07650641824f;
    tail = tail * t + 0.14253548687f;
    tail = tail * t + 0.09468353744f;
    tail = tail * t + 0.12192033890f;
    tail = tail * t + 0.11948768936f;
    tail = (tail * t + 7.168855362e-6f) * bell;
    cumulative = x < Lanes{} ? tail : 1.0f - tail;
}

/// The left factor of a product, read in place: element (row, k) is values[row * rowStride + k * depthStride].
struct Left {
    const float *values;
    int64_t rows, depth, rowStride, depthStride;
    Left(const float *values, int64_t rows, int64_t depth, int64_t stride)
        : values(values), rows(rows), depth(depth), rowStride(stride), depthStride(1) {}
    Left transposed() const {
        Left result = *this;
        result.rows = depth, result.depth = rows, result.rowStride = depthStride, result.depthStride = rowStride;
        return result;
    }
};

/// The product's rows from `row` on.
template <int64_t rows>
PETRI_INLINE void multiplyRows(
    const Left &left, int64_t row, const float *right, int64_t rightStride, float *out, int64_t outStride, bool add
) {
    multiplyBlock<rows>(
        left.values + row * left.rowStride, left.rowStride, left.depthStride, left.depth, right, rightStride,
        out + row * outStride, outStride, add);
}

/// out = left x right, or out += left x right; `columns` is a multiple of `columnBlock`.
PETRI_INLINE void multiplyBody(
    const Left &left, const float *right, int64_t rightStride, int64_t columns, float *out, int64_t outStride, bool add
) {
    for (int64_t c = 0; c < columns; c += columnBlock) {
        int64_t r = 0;
        for (; r + rowBlock <= left.rows; r += rowBlock)
            multiplyRows<rowBlock>(left, r, right + c, rightStride, out + c, outStride, add);
        for (; r + 4 <= left.rows; r += 4) multiplyRows<4>(left, r, right + c, rightStride, out + c, outStride, add);
        for (; r < left.rows; ++r) multiplyRows<1>(left, r, right + c, rightStride, out + c, outStride, add);
    }
}

/// The transpose of a tile of `rows` rows (a multiple of 8): tileWidth x rows.
PETRI_INLINE void transposeBody(const float *tile, int64_t rows, float *out) {
    for (int64_t r = 0; r < rows; r += laneCount) {
        for (int64_t p = 0; p < tileWidth; p += laneCount) {
            Lanes block[laneCount];
#pragma unroll
            for (int64_t i = 0; i < laneCount; ++i) load(block[i], tile + (r + i) * tileWidth + p);
            transpose(block);
#pragma unroll
            for (int64_t i = 0; i < laneCount; ++i) store(out + (p + i) * rows + r, block[i]);
        }
    }
}

/// Softmax over the rows of a head's tile, for every position by itself.
PETRI_INLINE void softmaxBody(float *tile) {
    for (int64_t p = 0; p < tileWidth; p += laneCount) {
        float *column = tile + p;
        Lanes most, sum{}, value;
        load(most, column);
        for (int64_t r = 1; r < headSize; ++r) {
            load(value, column + r * tileWidth);
            most = larger(value, most);
        }
        for (int64_t r = 0; r < headSize; ++r) {
            load(value, column + r * tileWidth);
            value = exponential(value - most);
            sum += value;
            store(column + r * tileWidth, value);
        }
        const Lanes factor = 1.0f / sum;
        for (int64_t r = 0; r < headSize; ++r) {
            load(value, column + r * tileWidth);
            store(column + r * tileWidth, value * factor);
        }
    }
}

/// `gradient` of a softmax's results to that of its arguments: s (g - sum over rows of s g).
PETRI_INLINE void softmaxGradientBody(const float *softmax, float *gradient) {
    for (int64_t p = 0; p < tileWidth; p += laneCount) {
        Lanes dot{}, s, g;
        for (int64_t i = p; i < p + headSize * tileWidth; i += tileWidth) {
            load(s, softmax + i), load(g, gradient + i);
            dot += s * g;
        }
        for (int64_t i = p; i < p + headSize * tileWidth; i += tileWidth) {
            load(s, softmax + i), load(g, gradient + i);
            store(gradient + i, s * (g - dot));
        }
    }
}

/// GELU in place.
PETRI_INLINE void geluBody(float *tile) {
    for (int64_t i = 0; i < headSize * tileWidth; i += laneCount) {
        Lanes x, cumulative, bell;
        load(x, tile + i);
        normal(x, cumulative, bell);
        store(tile + i, x * cumulative);
    }
}

/// GELU in place, and the gradient of its results to that of its arguments.
PETRI_INLINE void geluGradientBody(float *tile, float *gradient) {
    for (int64_t i = 0; i < headSize * tileWidth; i += laneCount) {
        Lanes x, g, cumulative, bell;
        load(x, tile + i), load(g, gradient + i);
        normal(x, cumulative, bell);
        store(tile + i, x * cumulative);
        store(gradient + i, g * (cumulative + x * (bell * 0.398942280f)));
    }
}

/// Largest and sum of the lanes.
PETRI_INLINE float largest(Lanes x) {
    float result = x[0];
    for (int64_t i = 1; i < laneCount; ++i) result = x[i] > result ? x[i] : result;
    return result;
}
PETRI_INLINE float total(Lanes x) {
    return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7]));
}

/// One more tile of a softmax over positions, whose sums are not known before the last tile: the row's values become
/// e^(value - largest so far), and what `sums` and `products` (headSize x width) hold is scaled to a new largest.
PETRI_INLINE void accumulateSoftmaxBody(float *tile, float *largestSoFar, float *sums, float *products, int64_t width) {
    for (int64_t r = 0; r < headSize; ++r) {
        float *row = tile + r * tileWidth;
        Lanes value, most = all(largestSoFar[r]), sum{};
        for (int64_t p = 0; p < tileWidth; p += laneCount) {
            load(value, row + p);
            most = larger(value, most);
        }
        const float now = largest(most), factor = exponential(all(largestSoFar[r] - now))[0];
        for (int64_t p = 0; p < tileWidth; p += laneCount) {
            load(value, row + p);
            value = exponential(value - now);
            sum += value;
            store(row + p, value);
        }
        if (now != largestSoFar[r])
            for (int64_t c = 0; c < width; ++c) products[r * width + c] *= factor;
        sums[r] = sums[r] * factor + total(sum);
        largestSoFar[r] = now;
    }
}

/// The softmax over positions, whose largest values and reciprocal sums are known.
PETRI_INLINE void finishedSoftmaxBody(float *tile, const float *largest, const float *factor) {
    for (int64_t r = 0; r < headSize; ++r) {
        for (int64_t p = 0; p < tileWidth; p += laneCount) {
            Lanes value;
            load(value, tile + r * tileWidth + p);
            store(tile + r * tileWidth + p, exponential(value - largest[r]) * factor[r]);
        }
    }
}

/// gradient = softmax (gradient - dot), with one dot product for every row.
PETRI_INLINE void rowSoftmaxGradientBody(const float *softmax, float *gradient, const float *dots) {
    for (int64_t r = 0; r < headSize; ++r) {
        for (int64_t p = r * tileWidth; p < (r + 1) * tileWidth; p += laneCount) {
            Lanes s, g;
            load(s, softmax + p), load(g, gradient + p);
            store(gradient + p, s * (g - dots[r]));
        }
    }
}

}  // namespace petri::attention
