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
    int64_t windowStride;       // from one frequency's windows to the next's
    const float *bias;
    float *products;            // frequencies x (blocks x rowBlock) x tiles
    int64_t productStride;
    float *output;
    int64_t planeSize, imageStride;
};

PETRI_INLINE void produceBody(const Product &p, const Rows &rows) {
    // Input channels whose windows stay in the first cache while blocks of filters meet them, and blocks that stay in
    // the second while they meet all tiles.
    constexpr int64_t panel = 256, together = 32;
    for (int64_t f = 0; f < frequencies; ++f)
        for (int64_t c = 0; c < p.columns; c += panel)
            for (int64_t first = 0; first < p.blocks; first += together)
                for (int64_t t = 0; t < rows.tiles(); t += tileBlock) {
                    const int64_t columns = std::min(panel, p.columns - c);
                    const float *windows = p.windows + f * p.windowStride + c * rows.stride + t;
                    for (int64_t b = first; b < std::min(first + together, p.blocks); ++b) {
                        const float *filters = p.filters + (b * frequencies + f) * p.filterStride + c * rowBlock;
                        float *out = p.products + f * p.productStride + b * rowBlock * rows.stride + t;
                        multiplyBlock<rowBlock>(
                            filters, 1, rowBlock, columns, windows, rows.stride, out, rows.stride, c > 0);
                    }
                }
    for (int64_t r = 0; r < p.blocks * rowBlock && p.firstRow + r < p.rows; ++r)
        outputTransform(
            p.products + r * rows.stride, p.productStride, p.bias ? p.bias[p.firstRow + r] : 0, rows,
            p.output + (p.firstRow + r) * p.planeSize, p.imageStride);
}
PETRI_KERNEL(produce, (const Product &p, const Rows &rows), (p, rows))

/// Sums over a chunk's tiles for some blocks of output channels and all input channels, all frequencies.
struct Correlation {
    const float *gradients;     // blocks x frequencies x gradientSize: tiles x rowBlock
    const float *windows;       // columns / tileBlock x frequencies x windowSize: tiles x tileBlock
    int64_t gradientSize, windowSize, tiles, columns, blocks;
    float *sums;                // blocks x frequencies x rowBlock x columns
    bool adds;
};

PETRI_INLINE void correlateBody(const Correlation &p) {
    for (int64_t f = 0; f < frequencies; ++f)
        for (int64_t c = 0; c < p.columns; c += tileBlock) {
            const float *windows = p.windows + (c / tileBlock * frequencies + f) * p.windowSize;
            for (int64_t b = 0; b < p.blocks; ++b) {
                const float *gradients = p.gradients + (b * frequencies + f) * p.gradientSize;
                float *sums = p.sums + (b * frequencies + f) * rowBlock * p.columns + c;
                multiplyBlock<rowBlock>(
                    gradients, 1, rowBlock, p.tiles, windows, tileBlock, sums, p.columns, p.adds);
            }
        }
}
PETRI_KERNEL(correlate, (const Correlation &p), (p))

#define PETRI_TRANSFORM_PARAMETERS \
    (const float *channel, int64_t imageStride, const Rows &rows, float *scratch, float *out, int64_t stride)
#define PETRI_TRANSFORM_ARGUMENTS (channel, imageStride, rows, scratch, out, stride)
PETRI_INLINE void windowsBody PETRI_TRANSFORM_PARAMETERS { windowTransform PETRI_TRANSFORM_ARGUMENTS; }
PETRI_INLINE void gradientsBody PETRI_TRANSFORM_PARAMETERS { gradientTransform PETRI_TRANSFORM_ARGUMENTS; }
PETRI_KERNEL(windows, PETRI_TRANSFORM_PARAMETERS, PETRI_TRANSFORM_ARGUMENTS)
PETRI_KERNEL(gradients, PETRI_TRANSFORM_PARAMETERS, PETRI_TRANSFORM_ARGUMENTS)

PETRI_INLINE void filterBody(const Filters &filters, int64_t firstRow, float *out) {
    filterTransform(filters, firstRow, out);
}
PETRI_KERNEL(filter, (const Filters &filters, int64_t firstRow, float *out), (filters, firstRow, out))

#define PETRI_PACK_PARAMETERS (const float *from, int64_t stride, int64_t tiles, float *out)
#define PETRI_PACK_ARGUMENTS (from, stride, tiles, out)
PETRI_INLINE void packGradientsBody PETRI_PACK_PARAMETERS { pack<rowBlock> PETRI_PACK_ARGUMENTS; }
PETRI_INLINE void packWindowsBody PETRI_PACK_PARAMETERS { pack<tileBlock> PETRI_PACK_ARGUMENTS; }
PETRI_KERNEL(packGradients, PETRI_PACK_PARAMETERS, PETRI_PACK_ARGUMENTS)
PETRI_KERNEL(packWindows, PETRI_PACK_PARAMETERS, PETRI_PACK_ARGUMENTS)

PETRI_INLINE void filterGradientBody(const float *sums, int64_t columns, int64_t rows, int64_t inputs, float *out) {
    filterGradientTransform(sums, columns, rows, inputs, out);
}
PETRI_KERNEL(
    filterGradient, (const float *sums, int64_t columns, int64_t rows, int64_t inputs, float *out),
    (sums, columns, rows, inputs, out))

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

/// Floats from one frequency of `channels` to the next: an odd number of cache lines, so that the 36 places that one
/// window is written to are not all in one cache set.
int64_t frequencyStride(int64_t channels, const Rows &rows) {
    const int64_t stride = channels * rows.stride;
    return stride / tileBlock % 2 == 0 ? stride + tileBlock : stride;
}

/// Transforms all `channels` of a chunk into `out`: frequencies x channels x tiles.
template <class Transform>
void transformChannels(
    Transform transform, const Shape &shape, const float *values, int64_t channels, const Rows &rows, float *out
) {
    const int64_t plane = shape.height * shape.width;
    const int64_t stride = frequencyStride(channels, rows);
    petri::parallelFor(0, channels, 8, [&](int64_t begin, int64_t end) {
        float *scratch = rowScratch.reserve(windowSide * scratchRow(rows));
        for (int64_t c = begin; c < end; ++c)
            transform(values + c * plane, channels * plane, rows, scratch, out + c * rows.stride, stride);
    });
}

/// Transforms all `channels` of a chunk, in blocks of `width` with a tile's channels side by side:
/// blocks x frequencies x `size`.
template <int64_t width, class Transform, class Pack>
void packChannels(
    Transform transform, Pack pack, const Shape &shape, const float *values, int64_t channels, const Rows &rows,
    float *out, int64_t size
) {
    const int64_t plane = shape.height * shape.width;
    // One row of tiles at a time, so that what is transformed is packed while in the cache.
    const Rows row = chunk(shape, 0, 1);
    petri::parallelFor(0, (channels + width - 1) / width, 1, [&](int64_t begin, int64_t end) {
        float *scratch = rowScratch.reserve(windowSide * scratchRow(row));
        float *line = productScratch.reserve(frequencies * width * row.stride);
        for (int64_t b = begin; b < end; ++b) {
            const int64_t count = std::min(width, channels - b * width);
            if (count < width) std::fill(line, line + frequencies * width * row.stride, 0.0f);
            for (int64_t r = 0; r < rows.count; ++r) {
                Rows one = row;
                one.first = rows.first + r;
                for (int64_t c = 0; c < count; ++c)
                    transform(
                        values + (b * width + c) * plane, channels * plane, one, scratch, line + c * row.stride,
                        width * row.stride);
                for (int64_t f = 0; f < frequencies; ++f)
                    pack(
                        line + f * width * row.stride, row.stride, row.tileColumns,
                        out + (b * frequencies + f) * size + r * row.tileColumns * width);
            }
        }
    });
}

void convolve(
    const Shape &shape, const float *input, const Filters &filters, const float *bias, float *output
) {
    // So many tiles that a frequency's windows of a panel stay in the second cache, and that deep layers' filters, which
    // no cache holds, are read from memory seldom enough.
    const int64_t chunkTiles = 192;
    const Rows whole = chunk(shape, 0, chunkTiles);
    const int64_t chunks = chunkCount(shape, whole), plane = shape.height * shape.width;
    const int64_t blocks = (filters.rows + rowBlock - 1) / rowBlock;
    // Blocks whose products are kept until their outputs are made; the windows are read again for every group. With one
    // chunk the group's own filters, of a deep layer, are to stay in the cache too.
    const int64_t group = chunks > 1 ? 64 : 8;
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
            float *transformed = windowScratch.reserve(frequencies * frequencyStride(filters.columns, rows));
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
                    p.windowStride = frequencyStride(filters.columns, rows);
                    p.bias = bias;
                    p.productStride = frequencyStride(p.blocks * rowBlock, rows);
                    p.products = productScratch.reserve(frequencies * p.productStride);
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
    // As many tiles as a block of either side has in the first cache.
    const int64_t chunkTiles = 192, group = 4;
    const Rows whole = chunk(shape, 0, chunkTiles);
    const int64_t chunks = chunkCount(shape, whole);
    const int64_t blocks = (shape.outputs + rowBlock - 1) / rowBlock;
    const int64_t panels = (shape.inputs + tileBlock - 1) / tileBlock, columns = panels * tileBlock;
    const int64_t gradientSize = packedSize(whole.tiles(), rowBlock), windowSize = packedSize(whole.tiles(), tileBlock);
    const int64_t sumSize = frequencies * columns * rowBlock;
    float *inputs = windowScratch.reserve(panels * frequencies * windowSize);
    float *outputs = gradientScratch.reserve(blocks * frequencies * gradientSize);
    float *sums = chunks > 1 ? filterScratch.reserve(blocks * sumSize) : nullptr;
    for (int64_t i = 0; i < chunks; ++i) {
        const Rows rows = chunk(shape, i * whole.count, chunkTiles);
        packChannels<tileBlock>(windows, packWindows, shape, input, shape.inputs, rows, inputs, windowSize);
        packChannels<rowBlock>(gradients, packGradients, shape, gradient, shape.outputs, rows, outputs, gradientSize);
        petri::parallelFor(0, blocks, 1, [&](int64_t begin, int64_t end) {
            for (int64_t b = begin; b < end; b += group) {
                const int64_t count = std::min(group, end - b);
                float *own = sums ? sums + b * sumSize : productScratch.reserve(group * sumSize);
                correlate(Correlation{
                    outputs + b * frequencies * gradientSize, inputs, gradientSize, windowSize, rows.tiles(), columns,
                    count, own, i > 0});
                if (i + 1 < chunks) continue;
                for (int64_t j = 0; j < count; ++j) {
                    const int64_t row = (b + j) * rowBlock;
                    filterGradient(
                        own + j * sumSize, columns, std::min(rowBlock, shape.outputs - row), shape.inputs,
                        output + row * shape.inputs * 9);
                }
            }
        });
    }
}

}  // namespace petri::winograd
