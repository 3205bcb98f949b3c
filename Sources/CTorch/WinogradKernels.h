// Tile arithmetic of Winograd's minimal filtering F(4x4, 3x3) for 3x3 convolutions: Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks" (arXiv:1509.09308, 2015). Each 4x4 tile of the output takes 36 multiplications for
// every pair of channels instead of 144.
//
// Everything here is plain C++ over fixed-size vectors and always inlined, so that Winograd.cpp can compile it for each
// of the instruction sets of Lanes.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "Lanes.h"

namespace petri::winograd {

/// Side of an output tile, side of the input window under it, and the number of products each tile takes.
constexpr int64_t tileSide = 4, windowSide = 6, frequencies = windowSide * windowSide;
/// Tiles and output channels that the matrix product works on at once.
constexpr int64_t tileBlock = blockWidth, rowBlock = 6;

/// B^T d for one column of the 6x6 window.
template <class Vector>
PETRI_INLINE void windowColumn(const Vector *d, int64_t step, Vector *out, int64_t outStep) {
    const Vector d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
    const Vector a = d4 - 4.0f * d2, b = d3 - 4.0f * d1, c = d4 - d2, e = 2.0f * (d3 - d1);
    out[0] = 4.0f * d0 - 5.0f * d2 + d4;
    out[outStep] = a + b;
    out[2 * outStep] = a - b;
    out[3 * outStep] = c + e;
    out[4 * outStep] = c - e;
    out[5 * outStep] = 4.0f * d1 - 5.0f * d3 + d5;
}

/// A^T m for one column of the 6x6 products: 6 values to 4.
template <class Vector>
PETRI_INLINE void outputColumn(const Vector *m, int64_t step, Vector *out, int64_t outStep) {
    const Vector m0 = m[0], m1 = m[step], m2 = m[2 * step], m3 = m[3 * step], m4 = m[4 * step], m5 = m[5 * step];
    const Vector a = m1 + m2, b = m1 - m2, c = m3 + m4, d = m3 - m4;
    out[0] = m0 + a + c;
    out[outStep] = b + 2.0f * d;
    out[2 * outStep] = a + 4.0f * c;
    out[3 * outStep] = b + 8.0f * d + m5;
}

/// A y for one column of the 4x4 output gradient: 4 values to 6 (the transpose of `outputColumn`).
template <class Vector>
PETRI_INLINE void gradientColumn(const Vector *y, int64_t step, Vector *out, int64_t outStep) {
    const Vector y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
    const Vector even = y0 + y2, odd = y1 + y3, even2 = y0 + 4.0f * y2, odd2 = 2.0f * y1 + 8.0f * y3;
    out[0] = y0;
    out[outStep] = even + odd;
    out[2 * outStep] = even - odd;
    out[3 * outStep] = even2 + odd2;
    out[4 * outStep] = even2 - odd2;
    out[5 * outStep] = y3;
}

/// G g for one column of the 3x3 filter: 3 values to 6.
template <class Vector>
PETRI_INLINE void filterColumn(const Vector *g, int64_t step, Vector *out, int64_t outStep) {
    const Vector g0 = g[0], g1 = g[step], g2 = g[2 * step];
    const Vector a = (g0 + g2) * (-1.0f / 6), b = g1 * (1.0f / 6);
    const Vector c = g0 * (1.0f / 24) + g2 * (1.0f / 6), d = g1 * (1.0f / 12);
    out[0] = g0 * 0.25f;
    out[outStep] = a - b;
    out[2 * outStep] = a + b;
    out[3 * outStep] = c + d;
    out[4 * outStep] = c - d;
    out[5 * outStep] = g2;
}

/// G^T u for one column of the filter's 6x6 gradient: 6 values to 3 (the transpose of `filterColumn`).
template <class Vector>
PETRI_INLINE void filterGradientColumn(const Vector *u, int64_t step, Vector *out, int64_t outStep) {
    const Vector u0 = u[0], u5 = u[5 * step];
    const Vector near = u[step] + u[2 * step], nearOdd = u[2 * step] - u[step];
    const Vector far = u[3 * step] + u[4 * step], farOdd = u[3 * step] - u[4 * step];
    out[0] = u0 * 0.25f - near * (1.0f / 6) + far * (1.0f / 24);
    out[outStep] = nearOdd * (1.0f / 6) + farOdd * (1.0f / 12);
    out[2 * outStep] = (far - near) * (1.0f / 6) + u5;
}

/// Splits 32 neighbouring values into 4 vectors by their index modulo 4: lane t of `phase[j]` is value 4t + j.
PETRI_INLINE void split(const float *from, Lanes *phase) {
    Lanes a, b, c, d;
    load(a, from), load(b, from + 8), load(c, from + 16), load(d, from + 24);
    const Lanes ab02 = __builtin_shufflevector(a, b, 0, 4, 8, 12, 2, 6, 10, 14);
    const Lanes ab13 = __builtin_shufflevector(a, b, 1, 5, 9, 13, 3, 7, 11, 15);
    const Lanes cd02 = __builtin_shufflevector(c, d, 0, 4, 8, 12, 2, 6, 10, 14);
    const Lanes cd13 = __builtin_shufflevector(c, d, 1, 5, 9, 13, 3, 7, 11, 15);
    phase[0] = __builtin_shufflevector(ab02, cd02, 0, 1, 2, 3, 8, 9, 10, 11);
    phase[2] = __builtin_shufflevector(ab02, cd02, 4, 5, 6, 7, 12, 13, 14, 15);
    phase[1] = __builtin_shufflevector(ab13, cd13, 0, 1, 2, 3, 8, 9, 10, 11);
    phase[3] = __builtin_shufflevector(ab13, cd13, 4, 5, 6, 7, 12, 13, 14, 15);
}

/// The inverse of `split`.
PETRI_INLINE void join(const Lanes *phase, float *to) {
    const Lanes low01 = __builtin_shufflevector(phase[0], phase[1], 0, 8, 1, 9, 4, 12, 5, 13);
    const Lanes high01 = __builtin_shufflevector(phase[0], phase[1], 2, 10, 3, 11, 6, 14, 7, 15);
    const Lanes low23 = __builtin_shufflevector(phase[2], phase[3], 0, 8, 1, 9, 4, 12, 5, 13);
    const Lanes high23 = __builtin_shufflevector(phase[2], phase[3], 2, 10, 3, 11, 6, 14, 7, 15);
    store(to, __builtin_shufflevector(low01, low23, 0, 1, 8, 9, 2, 3, 10, 11));
    store(to + 8, __builtin_shufflevector(high01, high23, 0, 1, 8, 9, 2, 3, 10, 11));
    store(to + 16, __builtin_shufflevector(low01, low23, 4, 5, 12, 13, 6, 7, 14, 15));
    store(to + 24, __builtin_shufflevector(high01, high23, 4, 5, 12, 13, 6, 7, 14, 15));
}

/// The tiles of some rows of tiles, over all images: row r is row r % tileRows of image r / tileRows.
struct Rows {
    int64_t first, count;       // rows of tiles
    int64_t height, width;      // of one image
    int64_t tileRows, tileColumns;
    int64_t stride;             // floats from one channel's tiles to the next's: the tiles, padded
    int64_t tiles() const { return count * tileColumns; }
    int64_t paddedTiles() const { return (tiles() + tileBlock - 1) / tileBlock * tileBlock; }
};

/// Floats a scratch row takes: a border column on the left, the tiles, and what whole vectors read beyond.
PETRI_INLINE int64_t scratchRow(const Rows &rows) {
    return (rows.tileColumns + 2 * laneCount) * tileSide;
}

/// Copies image row `y` into `scratch`, `border` columns in, with zeros around.
PETRI_INLINE void copyRow(const float *plane, const Rows &rows, int64_t y, int64_t border, float *scratch) {
    if (y < 0 || y >= rows.height) {
        std::memset(scratch, 0, sizeof(float) * scratchRow(rows));
        return;
    }
    scratch[0] = 0;
    std::memcpy(scratch + border, plane + y * rows.width, sizeof(float) * rows.width);
    const int64_t end = border + rows.width;
    std::memset(scratch + end, 0, sizeof(float) * (scratchRow(rows) - end));
}

/// B^T d B of every tile of one channel: `out[f * frequencyStride + tile]`.
/// `channel` is its first value; `scratch` holds 6 scratch rows. Behind the last tile whole vectors leave rubbish.
PETRI_INLINE void windowTransform(
    const float *channel, int64_t imageStride, const Rows &rows, float *scratch, float *out, int64_t frequencyStride
) {
    const int64_t length = scratchRow(rows);
    for (int64_t r = 0; r < rows.count; ++r) {
        const int64_t image = (rows.first + r) / rows.tileRows, tileRow = (rows.first + r) % rows.tileRows;
        const float *plane = channel + image * imageStride;
        for (int64_t i = 0; i < windowSide; ++i)
            copyRow(plane, rows, tileRow * tileSide + i - 1, 1, scratch + i * length);
        for (int64_t x = 0; x < rows.tileColumns; x += laneCount) {
            Lanes half[frequencies];
            Lanes phases[windowSide * 8];
            for (int64_t i = 0; i < windowSide; ++i) {
                const float *from = scratch + i * length + x * tileSide;
                split(from, phases + i * 8);
                Lanes next[4];
                split(from + tileSide, next);
                phases[i * 8 + 4] = next[0];
                phases[i * 8 + 5] = next[1];
            }
            for (int64_t j = 0; j < windowSide; ++j) windowColumn(phases + j, 8, half + j, windowSide);
            float *to = out + r * rows.tileColumns + x;
            for (int64_t i = 0; i < windowSide; ++i) {
                Lanes line[windowSide];
                windowColumn(half + i * windowSide, 1, line, 1);
                for (int64_t j = 0; j < windowSide; ++j) store(to + (i * windowSide + j) * frequencyStride, line[j]);
            }
        }
    }
}

/// A y A^T of every 4x4 tile of one channel of the output's gradient; arguments as in `windowTransform`.
PETRI_INLINE void gradientTransform(
    const float *channel, int64_t imageStride, const Rows &rows, float *scratch, float *out, int64_t frequencyStride
) {
    const int64_t length = scratchRow(rows);
    for (int64_t r = 0; r < rows.count; ++r) {
        const int64_t image = (rows.first + r) / rows.tileRows, tileRow = (rows.first + r) % rows.tileRows;
        const float *plane = channel + image * imageStride;
        for (int64_t i = 0; i < tileSide; ++i) copyRow(plane, rows, tileRow * tileSide + i, 0, scratch + i * length);
        for (int64_t x = 0; x < rows.tileColumns; x += laneCount) {
            Lanes tile[tileSide * tileSide], half[windowSide * tileSide];
            for (int64_t i = 0; i < tileSide; ++i)
                split(scratch + i * length + x * tileSide, tile + i * tileSide);
            for (int64_t j = 0; j < tileSide; ++j) gradientColumn(tile + j, tileSide, half + j, tileSide);
            float *to = out + r * rows.tileColumns + x;
            for (int64_t i = 0; i < windowSide; ++i) {
                Lanes line[windowSide];
                gradientColumn(half + i * tileSide, 1, line, 1);
                for (int64_t j = 0; j < windowSide; ++j) store(to + (i * windowSide + j) * frequencyStride, line[j]);
            }
        }
    }
}

/// A^T m A of every tile of one output channel, plus `bias`, cut to the image.
PETRI_INLINE void outputTransform(
    const float *products, int64_t frequencyStride, float bias, const Rows &rows, float *channel, int64_t imageStride
) {
    for (int64_t r = 0; r < rows.count; ++r) {
        const int64_t image = (rows.first + r) / rows.tileRows, tileRow = (rows.first + r) % rows.tileRows;
        float *plane = channel + image * imageStride;
        const int64_t top = tileRow * tileSide;
        const int64_t height = rows.height - top < tileSide ? rows.height - top : tileSide;
        for (int64_t x = 0; x < rows.tileColumns; x += laneCount) {
            const float *from = products + r * rows.tileColumns + x;
            Lanes half[tileSide * windowSide];
            for (int64_t j = 0; j < windowSide; ++j) {
                Lanes column[windowSide];
                for (int64_t i = 0; i < windowSide; ++i) load(column[i], from + (i * windowSide + j) * frequencyStride);
                outputColumn(column, 1, half + j, windowSide);
            }
            const int64_t left = x * tileSide, room = rows.width - left;
            for (int64_t i = 0; i < height; ++i) {
                Lanes line[tileSide];
                outputColumn(half + i * windowSide, 1, line, 1);
                for (int64_t j = 0; j < tileSide; ++j) line[j] += bias;
                float *to = plane + (top + i) * rows.width + left;
                if (room >= laneCount * tileSide) {
                    join(line, to);
                } else {
                    float joined[laneCount * tileSide];
                    join(line, joined);
                    std::memcpy(to, joined, sizeof(float) * room);
                }
            }
        }
    }
}

/// How a filter bank (out, in, 3, 3) is read: as it is, or turned by 180 degrees with in and out exchanged, which is the
/// bank whose convolution gives the gradient of the input.
struct Filters {
    const float *values;
    int64_t rows, columns;              // output and input channels as read
    int64_t rowStride, columnStride;
    bool turned;
};

/// Floats of one frequency of one block of transformed filters; the stores of whole vectors run over by two.
PETRI_INLINE int64_t filterStride(const Filters &filters) { return filters.columns * rowBlock + laneCount; }

/// G g G^T of the filters of `rowBlock` output channels: out[f * filterStride + column * rowBlock + row].
PETRI_INLINE void filterTransform(const Filters &filters, int64_t firstRow, float *out) {
    const int64_t stride = filterStride(filters);
    const int64_t rows = filters.rows - firstRow < rowBlock ? filters.rows - firstRow : rowBlock;
    // Scalars are gathered for several columns ahead of the vectors' reading them: a vector read right behind the
    // scalar writes it covers would wait for them to reach the cache.
    float taps[laneCount][9][laneCount] = {};
    for (int64_t first = 0; first < filters.columns; first += laneCount) {
        const int64_t columns = filters.columns - first < laneCount ? filters.columns - first : laneCount;
        for (int64_t r = 0; r < rows; ++r) {
            const float *from = filters.values + (firstRow + r) * filters.rowStride + first * filters.columnStride;
            for (int64_t c = 0; c < columns; ++c, from += filters.columnStride) {
                if (filters.turned) {
#pragma unroll
                    for (int64_t t = 0; t < 9; ++t) taps[c][t][r] = from[8 - t];
                } else {
#pragma unroll
                    for (int64_t t = 0; t < 9; ++t) taps[c][t][r] = from[t];
                }
            }
        }
        for (int64_t c = 0; c < columns; ++c) {
            Lanes filter[9], half[windowSide * 3];
            for (int64_t t = 0; t < 9; ++t) load(filter[t], taps[c][t]);
            for (int64_t j = 0; j < 3; ++j) filterColumn(filter + j, 3, half + j, 3);
            float *to = out + (first + c) * rowBlock;
            for (int64_t i = 0; i < windowSide; ++i) {
                Lanes line[windowSide];
                filterColumn(half + i * 3, 1, line, 1);
                for (int64_t j = 0; j < windowSide; ++j) store(to + (i * windowSide + j) * stride, line[j]);
            }
        }
    }
}

/// Floats that `pack` may write behind the last tile of a block of `width` channels.
PETRI_INLINE int64_t packedSize(int64_t tiles, int64_t width) { return (tiles + laneCount) * width + laneCount; }

/// Puts the channels of each tile side by side: `from[c * stride + t]` to `out[t * width + c]`. What is behind the last
/// tile is rubbish, for the next call to write over.
template <int64_t width>
PETRI_INLINE void pack(const float *from, int64_t stride, int64_t tiles, float *out) {
    for (int64_t t = 0; t < tiles; t += laneCount)
        for (int64_t c = 0; c < width; c += laneCount) {
            Lanes block[laneCount] = {};
            for (int64_t i = 0; i < laneCount && c + i < width; ++i) load(block[i], from + (c + i) * stride + t);
            transpose(block);
            for (int64_t i = 0; i < laneCount; ++i) store(out + (t + i) * width + c, block[i]);
        }
}

/// G^T u G of the gradients `sums[(f * rowBlock + row) * columns + column]` of some output channels into their weights'
/// gradients, of which there are 9 for each of `inputs` columns.
PETRI_INLINE void filterGradientTransform(
    const float *sums, int64_t columns, int64_t rows, int64_t inputs, float *out
) {
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t first = 0; first < inputs; first += laneCount) {
            Lanes half[3 * windowSide];
            for (int64_t j = 0; j < windowSide; ++j) {
                Lanes column[windowSide];
                for (int64_t i = 0; i < windowSide; ++i)
                    load(column[i], sums + ((i * windowSide + j) * rowBlock + r) * columns + first);
                filterGradientColumn(column, 1, half + j, windowSide);
            }
            float taps[9][laneCount];
            for (int64_t i = 0; i < 3; ++i) {
                Lanes line[3];
                filterGradientColumn(half + i * windowSide, 1, line, 1);
                for (int64_t j = 0; j < 3; ++j) store(taps[i * 3 + j], line[j]);
            }
            const int64_t count = inputs - first < laneCount ? inputs - first : laneCount;
            float *to = out + (r * inputs + first) * 9;
            for (int64_t c = 0; c < count; ++c)
                for (int64_t t = 0; t < 9; ++t) to[c * 9 + t] = taps[t][c];
        }
}

}  // namespace petri::winograd
