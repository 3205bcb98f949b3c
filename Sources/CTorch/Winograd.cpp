#include "Winograd.h"


#include <algorithm>

#include "Parallel.h"
#include "WinogradKernels.h"

namespace petri::winograd {
namespace {

thread_local Scratch windowScratch, gradientScratch, filterScratch, rowScratch, productScratch;

/// Filters and tiles' products for `blocks` row blocks of a chunk, then their outputs.
struct Product {
    const float *filters;       // blocks x frequencies x filterStride
    int64_t filterStride, columns, firstRow, rows, blocks;
    const float *windows;       // frequencies x columns x tiles
    const float *bias;
    float *products;            // frequencies x (blocks x rowBlock) x tiles
    float *output;
    int64_t planeSize, imageStride;
};

PETRI_INLINE void produceBody(const Product &p, const Rows &rows) {
    const int64_t rowCount = p.blocks * rowBlock;
    for (int64_t f = 0; f < frequencies; ++f)
        for (int64_t t = 0; t < rows.tiles(); t += tileBlock)
            for (int64_t b = 0; b < p.blocks; ++b)
                multiply(
                    p.filters + (b * frequencies + f) * p.filterStride, p.windows + f * p.columns * rows.stride + t,
                    rows.stride, p.columns, p.products + (f * rowCount + b * rowBlock) * rows.stride + t, rows.stride);
    for (int64_t r = 0; r < rowCount && p.firstRow + r < p.rows; ++r)
        outputTransform(
            p.products + r * rows.stride, rowCount * rows.stride, p.bias ? p.bias[p.firstRow + r] : 0, rows,
            p.output + (p.firstRow + r) * p.planeSize, p.imageStride);
}
PETRI_BOTH(produce, (const Product &p, const Rows &rows), (p, rows))

/// Sums over a chunk's tiles for some blocks of 4 output channels and all input channels, all frequencies.
struct Correlation {
    const float *gradients, *windows;
    int64_t firstRow, rows, columns, blocks;
    float *sums;  // blocks x frequencies x columns x 4
};

PETRI_INLINE void correlateAllBody(const Correlation &p, const Rows &rows) {
    // Columns that stay in the first two caches while several blocks of output channels meet them.
    constexpr int64_t panel = 8 * gradientColumns;
    const int64_t tiles = rows.paddedTiles(), blockSize = frequencies * p.columns * gradientRows;
    for (int64_t f = 0; f < frequencies; ++f) {
        const float *windows = p.windows + f * p.columns * rows.stride;
        for (int64_t first = 0; first < p.columns; first += panel) {
            const int64_t end = std::min(first + panel, p.columns);
            for (int64_t b = 0; b < p.blocks; ++b) {
                const float *gradients = p.gradients + (f * p.rows + p.firstRow + b * gradientRows) * rows.stride;
                float *sums = p.sums + b * blockSize + f * p.columns * gradientRows;
                int64_t c = first;
                for (; c + gradientColumns <= end; c += gradientColumns)
                    correlate<gradientColumns>(
                        gradients, rows.stride, windows + c * rows.stride, rows.stride, tiles, sums + c * gradientRows);
                for (; c < end; ++c)
                    correlate<1>(
                        gradients, rows.stride, windows + c * rows.stride, rows.stride, tiles, sums + c * gradientRows);
            }
        }
    }
}
PETRI_BOTH(correlateAll, (const Correlation &p, const Rows &rows), (p, rows))

#define PETRI_TRANSFORM_PARAMETERS \
    (const float *channel, int64_t imageStride, const Rows &rows, float *scratch, float *out, int64_t stride)
#define PETRI_TRANSFORM_ARGUMENTS (channel, imageStride, rows, scratch, out, stride)
PETRI_INLINE void windowsBody PETRI_TRANSFORM_PARAMETERS { windowTransform PETRI_TRANSFORM_ARGUMENTS; }
PETRI_INLINE void gradientsBody PETRI_TRANSFORM_PARAMETERS { gradientTransform PETRI_TRANSFORM_ARGUMENTS; }
PETRI_BOTH(windows, PETRI_TRANSFORM_PARAMETERS, PETRI_TRANSFORM_ARGUMENTS)
PETRI_BOTH(gradients, PETRI_TRANSFORM_PARAMETERS, PETRI_TRANSFORM_ARGUMENTS)

PETRI_INLINE void filterBody(const Filters &filters, int64_t firstRow, float *out) {
    filterTransform(filters, firstRow, out);
}
PETRI_BOTH(filter, (const Filters &filters, int64_t firstRow, float *out), (filters, firstRow, out))

PETRI_INLINE void filterGradientBody(
    const float *sums, int64_t columns, int64_t rows, float *out, int64_t rowStride
) {
    filterGradientTransform(sums, columns, rows, out, rowStride);
}
PETRI_BOTH(
    filterGradient, (const float *sums, int64_t columns, int64_t rows, float *out, int64_t rowStride),
    (sums, columns, rows, out, rowStride))

/// Some rows of tiles, about `tiles` of them, from row `first` on.
Rows chunk(const Shape &shape, int64_t first, int64_t tiles) {
    Rows rows{};
    rows.height = shape.height;
    rows.width = shape.width;
    rows.tileRows = (shape.height + tileSide - 1) / tileSide;
    rows.tileColumns = (shape.width + tileSide - 1) / tileSide;
    rows.first = first;
    rows.count = std::min(std::max<int64_t>(1, tiles / rows.tileColumns), shape.images * rows.tileRows - first);
    // Whole vectors run over the last tile; an odd number of cache lines keeps channels out of one cache set.
    rows.stride = rows.paddedTiles() + tileBlock;
    if (rows.stride / tileBlock % 2 == 0) rows.stride += tileBlock;
    return rows;
}

int64_t chunkCount(const Shape &shape, const Rows &first) {
    return (shape.images * first.tileRows + first.count - 1) / first.count;
}

/// Transforms all `channels` of a chunk into `out`: frequencies x channels x tiles.
template <class Transform>
void transformChannels(
    Transform transform, const Shape &shape, const float *values, int64_t channels, const Rows &rows, float *out
) {
    const int64_t plane = shape.height * shape.width;
    petri::parallelFor(0, channels, 8, [&](int64_t begin, int64_t end) {
        float *scratch = rowScratch.reserve(windowSide * scratchRow(rows));
        for (int64_t c = begin; c < end; ++c)
            transform(
                values + c * plane, channels * plane, rows, scratch, out + c * rows.stride, channels * rows.stride);
    });
}

void convolve(
    const Shape &shape, const float *input, const Filters &filters, const float *bias, float *output
) {
    // Few enough tiles that a chunk's products stay in the second-level cache.
    const int64_t chunkTiles = 96;
    const Rows whole = chunk(shape, 0, chunkTiles);
    const int64_t chunks = chunkCount(shape, whole), plane = shape.height * shape.width;
    const int64_t blocks = (filters.rows + rowBlock - 1) / rowBlock;
    const int64_t group = filters.columns > 256 ? 2 : 4;
    const int64_t stride = filterStride(filters), blockSize = frequencies * stride;

    // With several chunks the filters are transformed once for all; with one, next to their use, while in the cache.
    float *all = nullptr;
    if (chunks > 1) {
        all = filterScratch.reserve(blocks * blockSize);
        petri::parallelFor(0, blocks, 1, [&](int64_t begin, int64_t end) {
            for (int64_t b = begin; b < end; ++b) filter(filters, b * rowBlock, all + b * blockSize);
        });
    }
    petri::parallelFor(0, chunks, 1, [&](int64_t firstChunk, int64_t endChunk) {
        for (int64_t i = firstChunk; i < endChunk; ++i) {
            const Rows rows = chunk(shape, i * whole.count, chunkTiles);
            float *transformed = windowScratch.reserve(frequencies * filters.columns * rows.stride);
            transformChannels(windows, shape, input, filters.columns, rows, transformed);
            // Inside a parallel region this runs on the chunk's own thread.
            petri::parallelFor(0, blocks, 1, [&](int64_t begin, int64_t end) {
                for (int64_t b = begin; b < end; b += group) {
                    Product p{};
                    p.blocks = std::min(group, end - b);
                    float *own = all ? all + b * blockSize : filterScratch.reserve(group * blockSize);
                    if (!all)
                        for (int64_t j = 0; j < p.blocks; ++j)
                            filter(filters, (b + j) * rowBlock, own + j * blockSize);
                    p.filters = own;
                    p.filterStride = stride;
                    p.columns = filters.columns;
                    p.firstRow = b * rowBlock;
                    p.rows = filters.rows;
                    p.windows = transformed;
                    p.bias = bias;
                    p.products = productScratch.reserve(frequencies * group * rowBlock * rows.stride);
                    p.output = output;
                    p.planeSize = plane;
                    p.imageStride = filters.rows * plane;
                    produce(p, rows);
                }
            });
        }
    });
}

}  // namespace

void convolve(const Shape &shape, const float *input, const float *weight, const float *bias, float *output) {
    convolve(shape, input, Filters{weight, shape.outputs, shape.inputs, shape.inputs * 9, 9, false}, bias, output);
}

void inputGradient(const Shape &shape, const float *gradient, const float *weight, float *output) {
    convolve(
        shape, gradient, Filters{weight, shape.inputs, shape.outputs, 9, shape.inputs * 9, true}, nullptr, output);
}

void weightGradient(const Shape &shape, const float *input, const float *gradient, float *output) {
    // Long sums, so that adding up the lanes at their end costs little, but no more than the last cache holds.
    const int64_t chunkTiles = 384;
    const Rows whole = chunk(shape, 0, chunkTiles);
    const int64_t chunks = chunkCount(shape, whole);
    const int64_t blocks = (shape.outputs + gradientRows - 1) / gradientRows;
    const int64_t sumSize = frequencies * shape.inputs * gradientRows, group = 4;
    float *sums = chunks > 1 ? filterScratch.reserve(blocks * sumSize) : nullptr;
    for (int64_t i = 0; i < chunks; ++i) {
        const Rows rows = chunk(shape, i * whole.count, chunkTiles);
        float *inputs = windowScratch.reserve(frequencies * shape.inputs * rows.stride);
        // The last block of output channels may be short: its rows behind the end are read and not used.
        float *outputs = gradientScratch.reserve(frequencies * shape.outputs * rows.stride + gradientRows * rows.stride);
        transformChannels(windows, shape, input, shape.inputs, rows, inputs);
        transformChannels(gradients, shape, gradient, shape.outputs, rows, outputs);
        petri::parallelFor(0, blocks, 1, [&](int64_t begin, int64_t end) {
            for (int64_t b = begin; b < end; b += group) {
                const int64_t count = std::min(group, end - b);
                float *own = sums ? sums + b * sumSize : productScratch.reserve(group * sumSize);
                if (i == 0) std::fill(own, own + count * sumSize, 0.0f);
                correlateAll(
                    Correlation{outputs, inputs, b * gradientRows, shape.outputs, shape.inputs, count, own}, rows);
                if (i + 1 < chunks) continue;
                for (int64_t j = 0; j < count; ++j) {
                    const int64_t row = (b + j) * gradientRows;
                    filterGradient(
                        own + j * sumSize, shape.inputs, std::min(gradientRows, shape.outputs - row),
                        output + row * shape.inputs * 9, shape.inputs * 9);
                }
            }
        });
    }
}

}  // namespace petri::winograd
