// Passes over the planes of one channel: what stands around a convolution (normalisation, scaling, noise, LeakyReLU),
// with each tensor read from memory once. Sums run over the images and the plane, in double beyond short runs.
#pragma once

#include "Lanes.h"

namespace petri::channels {

/// Elements that are added in float before the sum goes on in double.
constexpr int64_t sumRun = 2048;

/// The planes of one channel: `images` of `size` elements, `stride` elements from one to the next.
struct Planes {
    int64_t images, size, stride;
};

template <class Value>
PETRI_INLINE Value read(const float *from) {
    Value value;
    load(value, from);
    return value;
}

/// x where positive, slope x elsewhere.
template <class Value>
PETRI_INLINE Value leaky(const Value &x, float slope) { return x > 0 ? x : x * slope; }
/// The gradient of `leaky` at `x`.
template <class Value>
PETRI_INLINE Value leakyGradient(const Value &x, const Value &gradient, float slope) {
    return x > 0 ? gradient : gradient * slope;
}

/// A sum over vectors and single elements.
struct Sum {
    Lanes wide{};
    float rest = 0;
    double total = 0;
    void add(const Lanes &value) __attribute__((always_inline)) { wide += value; }
    void add(float value) __attribute__((always_inline)) { rest += value; }
    void settle() __attribute__((always_inline)) {
        for (int64_t i = 0; i < laneCount; ++i) total += wide[i];
        total += rest;
        wide = Lanes{};
        rest = 0;
    }
};

#define PETRI_EACH [&](auto kind, int64_t i) __attribute__((always_inline))

/// Calls `body` for the vectors and then the single elements of begin ..< end.
template <class Body>
PETRI_INLINE void over(int64_t begin, int64_t end, const Body &body) {
    int64_t i = begin;
    for (; i + laneCount <= end; i += laneCount) body(Lanes{}, i);
    for (; i < end; ++i) body(0.0f, i);
}

/// The same for one plane in short runs, after each of which the sums are settled.
template <class Body>
PETRI_INLINE void summing(int64_t size, Sum &first, Sum &second, const Body &body) {
    for (int64_t begin = 0; begin < size; begin += sumRun) {
        over(begin, begin + sumRun < size ? begin + sumRun : size, body);
        first.settle();
        second.settle();
    }
}

/// Batch normalisation and LeakyReLU of one channel.
struct Norm {
    Planes planes;
    float scale, shift, slope;
    /// The channel's mean and 1 / its deviation.
    float mean, rate;
};

/// A channel's mean and variance (over n, not n - 1).
struct Moments {
    double mean, variance;
};

PETRI_INLINE void momentsBody(const Planes &p, const float *x, Moments &result) {
    const double count = static_cast<double>(p.images * p.size);
    Sum sum, unused;
    for (int64_t n = 0; n < p.images; ++n) {
        const float *plane = x + n * p.stride;
        summing(p.size, sum, unused, PETRI_EACH { sum.add(read<decltype(kind)>(plane + i)); });
    }
    result.mean = sum.total / count;
    const float mean = static_cast<float>(result.mean);
    Sum squares;
    for (int64_t n = 0; n < p.images; ++n) {
        const float *plane = x + n * p.stride;
        summing(p.size, squares, unused, PETRI_EACH {
            const auto distance = read<decltype(kind)>(plane + i) - mean;
            squares.add(distance * distance);
        });
    }
    result.variance = squares.total / count;
}

PETRI_INLINE void normaliseBody(const Norm &k, const float *x, float *out) {
    const float factor = k.scale * k.rate;
    for (int64_t n = 0; n < k.planes.images; ++n) {
        const float *from = x + n * k.planes.stride;
        float *to = out + n * k.planes.stride;
        over(0, k.planes.size, PETRI_EACH {
            const auto value = (read<decltype(kind)>(from + i) - k.mean) * factor + k.shift;
            store(to + i, leaky(value, k.slope));
        });
    }
}

/// The gradients of `normalise` with batch statistics.
PETRI_INLINE void normaliseGradientBody(
    const Norm &k, const float *x, const float *gradient, float *out, float &scaleGradient, float &shiftGradient
) {
    const float factor = k.scale * k.rate;
    Sum sum, products;
    for (int64_t n = 0; n < k.planes.images; ++n) {
        const float *values = x + n * k.planes.stride, *from = gradient + n * k.planes.stride;
        summing(k.planes.size, sum, products, PETRI_EACH {
            const auto distance = read<decltype(kind)>(values + i) - k.mean;
            const auto g = leakyGradient(distance * factor + k.shift, read<decltype(kind)>(from + i), k.slope);
            sum.add(g);
            products.add(g * distance);
        });
    }
    const double count = static_cast<double>(k.planes.images * k.planes.size);
    const float mean = static_cast<float>(sum.total / count);
    const float along = static_cast<float>(products.total / count * k.rate * k.rate);
    for (int64_t n = 0; n < k.planes.images; ++n) {
        const float *values = x + n * k.planes.stride, *from = gradient + n * k.planes.stride;
        float *to = out + n * k.planes.stride;
        over(0, k.planes.size, PETRI_EACH {
            const auto distance = read<decltype(kind)>(values + i) - k.mean;
            const auto g = leakyGradient(distance * factor + k.shift, read<decltype(kind)>(from + i), k.slope);
            store(to + i, (g - mean - distance * along) * factor);
        });
    }
    scaleGradient = static_cast<float>(products.total * k.rate);
    shiftGradient = static_cast<float>(sum.total);
}

/// out = x scale for one plane.
PETRI_INLINE void scaleBody(int64_t size, const float *x, float factor, float *out) {
    over(0, size, PETRI_EACH { store(out + i, read<decltype(kind)>(x + i) * factor); });
}

/// The gradients of `scale`.
PETRI_INLINE void scaleGradientBody(
    int64_t size, const float *x, float factor, const float *gradient, float *out, float &factorGradient
) {
    Sum sum, unused;
    summing(size, sum, unused, PETRI_EACH {
        const auto g = read<decltype(kind)>(gradient + i);
        sum.add(g * read<decltype(kind)>(x + i));
        store(out + i, g * factor);
    });
    factorGradient = static_cast<float>(sum.total);
}

/// How the output of a modulated convolution ends, on one plane: LeakyReLU of y factor + field weight + bias.
struct Ending {
    int64_t size;
    float factor, weight, bias, slope;
};

/// Gradients of an ending's numbers.
struct EndingGradient {
    double factor, weight, bias;
};

PETRI_INLINE void endBody(const Ending &k, const float *y, const float *field, float *out) {
    over(0, k.size, PETRI_EACH {
        const auto offset = read<decltype(kind)>(field + i) * k.weight + k.bias;
        store(out + i, leaky(read<decltype(kind)>(y + i) * k.factor + offset, k.slope));
    });
}

/// `value` is the ending's result, whose sign is that of what went into LeakyReLU.
PETRI_INLINE void endGradientBody(
    const Ending &k, const float *y, const float *field, const float *value, const float *gradient, float *out,
    EndingGradient &result
) {
    Sum factor, weight, bias;
    for (int64_t begin = 0; begin < k.size; begin += sumRun) {
        over(begin, begin + sumRun < k.size ? begin + sumRun : k.size, PETRI_EACH {
            const auto g = leakyGradient(
                read<decltype(kind)>(value + i), read<decltype(kind)>(gradient + i), k.slope);
            factor.add(g * read<decltype(kind)>(y + i));
            weight.add(g * read<decltype(kind)>(field + i));
            bias.add(g);
            store(out + i, g * k.factor);
        });
        factor.settle(), weight.settle(), bias.settle();
    }
    result = {factor.total, weight.total, bias.total};
}

}  // namespace petri::channels
