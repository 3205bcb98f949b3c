#include "LinearAttentionPasses.h"


#include <algorithm>
#include <cmath>
#include <vector>

#include "LinearAttentionKernels.h"
#include "Parallel.h"

namespace petri::attention {
namespace {

PETRI_KERNEL(
    multiply,
    (const Left &left, const float *right, int64_t rightStride, int64_t columns, float *out, int64_t outStride, bool add),
    (left, right, rightStride, columns, out, outStride, add))
PETRI_KERNEL(transpose, (const float *tile, int64_t rows, float *out), (tile, rows, out))
PETRI_KERNEL(softmax, (float *tile), (tile))
PETRI_KERNEL(softmaxGradient, (const float *softmax, float *gradient), (softmax, gradient))
PETRI_KERNEL(gelu, (float *tile), (tile))
PETRI_KERNEL(geluGradient, (float *tile, float *gradient), (tile, gradient))
PETRI_KERNEL(
    accumulateSoftmax, (float *tile, float *largestSoFar, float *sums, float *products, int64_t width),
    (tile, largestSoFar, sums, products, width))
PETRI_KERNEL(
    finishedSoftmax, (float *tile, const float *largest, const float *factor), (tile, largest, factor))
PETRI_KERNEL(
    rowSoftmaxGradient, (const float *softmax, float *gradient, const float *dots), (softmax, gradient, dots))

thread_local Scratch scratch;

/// The scratch of one thread, dealt out from the front.
class Workspace {
public:
    explicit Workspace(int64_t count) : next(scratch.reserve(count)) {}
    float *take(int64_t count) {
        float *result = next;
        next += count;
        return result;
    }

private:
    float *next;
};

constexpr int64_t headTile = headSize * tileWidth;

/// Channels rounded up to whole blocks of columns; the rest of a tile's rows are zero.
int64_t paddedChannels(const Shape &shape) { return (shape.channels + columnBlock - 1) / columnBlock * columnBlock; }

/// Some positions of one image.
struct Tile {
    int64_t image, first, count;
};

/// Copies a tile's positions of every channel, zeros behind them.
void gather(const Shape &shape, const Tile &tile, const float *values, float *out) {
    const float *from = values + tile.image * shape.channels * shape.positions + tile.first;
    for (int64_t c = 0; c < shape.channels; ++c, from += shape.positions, out += tileWidth) {
        std::memcpy(out, from, sizeof(float) * tile.count);
        std::memset(out + tile.count, 0, sizeof(float) * (tileWidth - tile.count));
    }
    std::memset(out, 0, sizeof(float) * tileWidth * (paddedChannels(shape) - shape.channels));
}

void scatter(const Shape &shape, const Tile &tile, const float *values, float *out) {
    float *to = out + tile.image * shape.channels * shape.positions + tile.first;
    for (int64_t c = 0; c < shape.channels; ++c, to += shape.positions, values += tileWidth)
        std::memcpy(to, values, sizeof(float) * tile.count);
}

/// What lies behind a tile's positions must not count in a softmax over positions.
void mask(const Tile &tile, float *keys) {
    if (tile.count == tileWidth) return;
    for (int64_t r = 0; r < headSize; ++r)
        std::fill(keys + r * tileWidth + tile.count, keys + (r + 1) * tileWidth, -FLT_MAX);
}

/// The tiles of an image are dealt to as many workers as there are threads, always the same way, so that sums come out
/// the same every time.
struct Partition {
    int64_t tiles, workers;

    explicit Partition(const Shape &shape)
        : tiles((shape.positions + tileWidth - 1) / tileWidth),
          workers(std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), tiles))) {}

    /// Runs body(worker, tile) over all tiles of an image.
    template <class Body>
    void forEach(const Shape &shape, int64_t image, Body body) const {
        petri::parallelFor(0, workers, 1, [&](int64_t begin, int64_t end) {
            for (int64_t w = begin; w < end; ++w)
                for (int64_t t = tiles * w / workers; t < tiles * (w + 1) / workers; ++t) {
                    const int64_t first = t * tileWidth;
                    body(w, Tile{image, first, std::min(tileWidth, shape.positions - first)});
                }
        });
    }
};

/// Sums of the workers, each `size` floats, from zero; none where they are not wanted.
class Sums {
public:
    Sums(bool wanted, int64_t workers, int64_t size) : size(size), workers(workers) {
        if (wanted) values.resize(static_cast<size_t>(workers * size));
    }
    float *of(int64_t worker) { return values.empty() ? nullptr : values.data() + worker * size; }
    void clear() { std::fill(values.begin(), values.end(), 0.0f); }

    /// Adds all up into rows of `width`, of which `kept` are kept.
    void total(int64_t width, int64_t kept, float *out) const {
        if (values.empty()) return;
        for (int64_t row = 0; row < size / width; ++row)
            for (int64_t c = 0; c < kept; ++c) {
                float sum = 0;
                for (int64_t w = 0; w < workers; ++w) sum += values[w * size + row * width + c];
                out[row * kept + c] = sum;
            }
    }

private:
    std::vector<float> values;
    int64_t size, workers;
};

/// A head's 64 rows of a weight.
Left headRows(const Shape &shape, const float *weight, int64_t head) {
    return Left(weight + head * headSize * shape.channels, headSize, shape.channels, shape.channels);
}

/// A head's part of the output's weight.
Left headColumns(const Shape &shape, const float *weightOut, int64_t head) {
    return Left(weightOut + head * shape.channels * headSize, shape.channels, headSize, headSize);
}

Left headContext(const Shape &shape, const float *context, int64_t image, int64_t head) {
    return Left(context + (image * shape.heads + head) * headSize * headSize, headSize, headSize, headSize);
}

void onTile(const Left &left, const float *right, float *out, bool add = false) {
    multiply(left, right, tileWidth, tileWidth, out, tileWidth, add);
}

/// out += tile other^T, with `otherTransposed` tileWidth x width.
void addCorrelation(const float *tile, const float *otherTransposed, int64_t width, float *out) {
    multiply(Left(tile, headSize, tileWidth, tileWidth), otherTransposed, width, width, out, width, true);
}

}  // namespace

void gatherKeys(const Shape &shape, const float *input, const float *weight, const Keys &keys) {
    const Partition partition(shape);
    const int64_t padded = paddedChannels(shape), inner = shape.inner();
    Sums moments(true, partition.workers, inner * padded), sums(true, partition.workers, inner);
    std::vector<float> largest(static_cast<size_t>(partition.workers * inner));
    for (int64_t image = 0; image < shape.images; ++image) {
        moments.clear();
        sums.clear();
        std::fill(largest.begin(), largest.end(), -FLT_MAX);
        partition.forEach(shape, image, [&](int64_t worker, const Tile &tile) {
            Workspace space(2 * padded * tileWidth + headTile);
            float *x = space.take(padded * tileWidth), *xTransposed = space.take(padded * tileWidth);
            float *k = space.take(headTile);
            gather(shape, tile, input, x);
            transpose(x, padded, xTransposed);
            for (int64_t h = 0; h < shape.heads; ++h) {
                const int64_t row = h * headSize;
                float *products = moments.of(worker) + row * padded;
                onTile(headRows(shape, weight, h), x, k);
                mask(tile, k);
                accumulateSoftmax(
                    k, largest.data() + worker * inner + row, sums.of(worker) + row, products, padded);
                addCorrelation(k, xTransposed, padded, products);
            }
        });
        for (int64_t r = 0; r < inner; ++r) {
            float most = -FLT_MAX, sum = 0;
            for (int64_t w = 0; w < partition.workers; ++w) most = std::max(most, largest[w * inner + r]);
            float *out = keys.moments + (image * inner + r) * shape.channels;
            std::fill(out, out + shape.channels, 0.0f);
            for (int64_t w = 0; w < partition.workers; ++w) {
                const float factor = std::exp(largest[w * inner + r] - most);
                sum += sums.of(w)[r] * factor;
                const float *part = moments.of(w) + r * padded;
                for (int64_t c = 0; c < shape.channels; ++c) out[c] += part[c] * factor;
            }
            for (int64_t c = 0; c < shape.channels; ++c) out[c] /= sum;
            keys.largest[image * inner + r] = most;
            keys.factors[image * inner + r] = 1 / sum;
        }
    }
}

void attend(
    const Shape &shape, const float *input, const float *weight, const float *context, const float *weightOut,
    const float *bias, float *output
) {
    const Partition partition(shape);
    const int64_t padded = paddedChannels(shape);
    for (int64_t image = 0; image < shape.images; ++image)
        partition.forEach(shape, image, [&](int64_t, const Tile &tile) {
            Workspace space(2 * padded * tileWidth + 2 * headTile);
            float *x = space.take(padded * tileWidth), *sum = space.take(padded * tileWidth);
            float *q = space.take(headTile), *attended = space.take(headTile);
            gather(shape, tile, input, x);
            for (int64_t c = 0; c < shape.channels; ++c)
                std::fill(sum + c * tileWidth, sum + (c + 1) * tileWidth, bias[c]);
            for (int64_t h = 0; h < shape.heads; ++h) {
                onTile(headRows(shape, weight, h), x, q);
                softmax(q);
                onTile(headContext(shape, context, image, h), q, attended);
                gelu(attended);
                onTile(headColumns(shape, weightOut, h), attended, sum, true);
            }
            scatter(shape, tile, sum, output);
        });
}

void attendGradients(
    const Shape &shape, const float *input, const float *weight, const float *context, const float *weightOut,
    const float *gradient, const AttendGradients &results
) {
    const Partition partition(shape);
    const int64_t padded = paddedChannels(shape), inner = shape.inner(), channelTile = padded * tileWidth;
    Sums weights(results.weight, partition.workers, inner * padded);
    Sums weightsOut(results.weightOut, partition.workers, inner * padded);
    Sums contexts(results.context, partition.workers, inner * headSize);
    for (int64_t image = 0; image < shape.images; ++image) {
        contexts.clear();
        partition.forEach(shape, image, [&](int64_t worker, const Tile &tile) {
            Workspace space(5 * channelTile + 5 * headTile);
            float *x = space.take(channelTile), *xTransposed = space.take(channelTile);
            float *g = space.take(channelTile), *gTransposed = space.take(channelTile);
            float *sum = space.take(channelTile);
            float *q = space.take(headTile), *qTransposed = space.take(headTile), *qGradient = space.take(headTile);
            float *attended = space.take(headTile), *attendedGradient = space.take(headTile);
            gather(shape, tile, input, x);
            gather(shape, tile, gradient, g);
            if (results.weight) transpose(x, padded, xTransposed);
            if (results.weightOut) transpose(g, padded, gTransposed);
            for (int64_t h = 0; h < shape.heads; ++h) {
                const Left rows = headRows(shape, weight, h), turn = headContext(shape, context, image, h);
                const int64_t row = h * headSize;
                onTile(rows, x, q);
                softmax(q);
                onTile(turn, q, attended);
                onTile(headColumns(shape, weightOut, h).transposed(), g, attendedGradient);
                geluGradient(attended, attendedGradient);
                if (results.weightOut)
                    addCorrelation(attended, gTransposed, padded, weightsOut.of(worker) + row * padded);
                if (results.context) {
                    transpose(q, headSize, qTransposed);
                    addCorrelation(attendedGradient, qTransposed, headSize, contexts.of(worker) + row * headSize);
                }
                if (!results.input && !results.weight) continue;
                onTile(turn.transposed(), attendedGradient, qGradient);
                softmaxGradient(q, qGradient);
                if (results.weight) addCorrelation(qGradient, xTransposed, padded, weights.of(worker) + row * padded);
                if (results.input) onTile(rows.transposed(), qGradient, sum, h > 0);
            }
            if (results.input) scatter(shape, tile, sum, results.input);
        });
        if (results.context) contexts.total(headSize, headSize, results.context + image * inner * headSize);
    }
    weights.total(padded, shape.channels, results.weight);
    weightsOut.total(padded, shape.channels, results.weightOut);
}

void keyGradients(
    const Shape &shape, const float *input, const float *weight, const Keys &keys, const float *gradient,
    const KeyGradients &results
) {
    const Partition partition(shape);
    const int64_t padded = paddedChannels(shape), inner = shape.inner(), channelTile = padded * tileWidth;
    Sums weights(results.weight, partition.workers, inner * padded);
    std::vector<float> dots(static_cast<size_t>(shape.images * inner));
    for (size_t r = 0; r < dots.size(); ++r)
        for (int64_t c = 0; c < shape.channels; ++c)
            dots[r] += gradient[r * shape.channels + c] * keys.moments[r * shape.channels + c];
    for (int64_t image = 0; image < shape.images; ++image)
        partition.forEach(shape, image, [&](int64_t worker, const Tile &tile) {
            Workspace space(3 * channelTile + 2 * headTile);
            float *x = space.take(channelTile), *xTransposed = space.take(channelTile), *sum = space.take(channelTile);
            float *k = space.take(headTile), *kGradient = space.take(headTile);
            gather(shape, tile, input, x);
            if (results.weight) transpose(x, padded, xTransposed);
            for (int64_t h = 0; h < shape.heads; ++h) {
                const Left rows = headRows(shape, weight, h);
                const Left moments = headRows(shape, gradient + image * inner * shape.channels, h);
                const int64_t row = image * inner + h * headSize;
                onTile(rows, x, k);
                mask(tile, k);
                finishedSoftmax(k, keys.largest + row, keys.factors + row);
                onTile(moments, x, kGradient);
                rowSoftmaxGradient(k, kGradient, dots.data() + row);
                if (results.weight)
                    addCorrelation(kGradient, xTransposed, padded, weights.of(worker) + h * headSize * padded);
                if (!results.input) continue;
                onTile(moments.transposed(), k, sum, h > 0);
                onTile(rows.transposed(), kGradient, sum, true);
            }
            if (results.input) scatter(shape, tile, sum, results.input);
        });
    weights.total(padded, shape.channels, results.weight);
}

}  // namespace petri::attention
