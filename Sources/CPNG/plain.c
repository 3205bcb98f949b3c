// The quick way for the PNGs that nearly all programs write: not interlaced, 8 or 16 bits, nothing to convert. The whole
// image is inflated at once by libdeflate, several times faster than zlib inflates it row by row. It answers only for files
// that are sound throughout; on any doubt libpng reads the file and says what is wrong with it.
#include "CPNG.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

static uint32_t big32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

// The inflated image is a second copy of the pixels: larger ones go row by row through libpng.
static const size_t largestPixelBytes = (size_t)1 << 28;

/// What the chunks say; `data` are the IDAT chunks' contents one after another.
typedef struct {
    size_t rowBytes, height;
    unsigned pixelBytes, bits;
    const uint8_t *data;
    size_t dataCount;
    uint8_t *joined;
} plain_png;

static int read_header(const uint8_t *chunk, size_t length, int stored, plain_png *png) {
    if (length != 13 || chunk[10] != 0 || chunk[11] != 0 || chunk[12] != 0) return 0;
    size_t width = big32(chunk), channels;
    png->height = big32(chunk + 4);
    png->bits = chunk[8];
    switch (chunk[9]) {
        case 0: channels = 1; break;
        case 2: channels = 3; break;
        case 3: channels = stored && png->bits == 8 ? 1 : 0; break;
        case 4: channels = 2; break;
        case 6: channels = 4; break;
        default: channels = 0;
    }
    if (channels == 0 || (png->bits != 8 && png->bits != 16)) return 0;
    if (width == 0 || png->height == 0 || width > INT32_MAX || png->height > INT32_MAX) return 0;
    png->pixelBytes = (unsigned)(channels * png->bits / 8);
    png->rowBytes = width * png->pixelBytes;
    return 1;
}

static int is_letter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }

/// Appends the content of one IDAT chunk.
static int add_data(plain_png *png, const uint8_t *content, size_t length, size_t fileCount) {
    if (!png->data) {
        png->data = content;
        png->dataCount = length;
        return 1;
    }
    if (!png->joined) {
        png->joined = malloc(fileCount);
        if (!png->joined) return 0;
        memcpy(png->joined, png->data, png->dataCount);
        png->data = png->joined;
    }
    memcpy(png->joined + png->dataCount, content, length);
    png->dataCount += length;
    return 1;
}

/// Walks the chunks. Returns 0 if the file is not plain or not sound.
static int read_chunks(const uint8_t *bytes, size_t count, int stored, plain_png *png) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    if (count < 8 || memcmp(bytes, signature, 8) != 0) return 0;
    // The chunks of data must follow one another: `isPast` says that another kind has come after them.
    int isPast = 0, hasEnded = 0;
    for (size_t position = 8; !hasEnded;) {
        if (count - position < 12) return 0;
        const uint8_t *kind = bytes + position + 4, *content = kind + 4;
        size_t length = big32(bytes + position);
        if (length > INT32_MAX || length > count - position - 12) return 0;
        for (int i = 0; i < 4; i++)
            if (!is_letter(kind[i])) return 0;
        int isCritical = (kind[0] & 0x20) == 0, isData = memcmp(kind, "IDAT", 4) == 0;
        if (isCritical && libdeflate_crc32(0, kind, length + 4) != big32(content + length)) return 0;
        if ((position == 8) != (memcmp(kind, "IHDR", 4) == 0)) return 0;
        if (png->data && !isData) isPast = 1;
        if (position == 8) {
            if (!read_header(content, length, stored, png)) return 0;
        } else if (isData) {
            if (isPast || !add_data(png, content, length, count)) return 0;
        } else if (memcmp(kind, "IEND", 4) == 0) {
            hasEnded = 1;
        } else if (memcmp(kind, "tRNS", 4) == 0) {
            if (!stored) return 0;
        } else if (isCritical && (isPast || memcmp(kind, "PLTE", 4) != 0)) {
            return 0;
        }
        position += length + 12;
    }
    return png->data != NULL;
}

/// Whether zlib, too, could inflate the data: none can reach back further than the window that its header tells.
static int fits_window(const plain_png *png, size_t rawCount) {
    if (png->dataCount < 2) return 0;
    unsigned windowBits = (png->data[0] >> 4) + 8u;
    return windowBits == 15 || (windowBits < 15 && rawCount <= (size_t)1 << windowBits);
}

static uint8_t paeth(int left, int above, int corner) {
    int toLeft = abs(above - corner), toAbove = abs(left - corner), toCorner = abs(left + above - 2 * corner);
    return (uint8_t)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
}

/// Undoes the filter of one row in place; `above` is the row before it or zeros. Inlined for each pixel size.
static inline __attribute__((always_inline)) void undo_filter(
    int filter, uint8_t *row, const uint8_t *above, size_t count, size_t step) {
    switch (filter) {
        case 1:
            for (size_t i = step; i < count; i++) row[i] += row[i - step];
            break;
        case 2:
            for (size_t i = 0; i < count; i++) row[i] += above[i];
            break;
        case 3:
            for (size_t i = 0; i < step; i++) row[i] += above[i] / 2;
            for (size_t i = step; i < count; i++) row[i] += (uint8_t)((row[i - step] + above[i]) / 2);
            break;
        case 4:
            for (size_t i = 0; i < step; i++) row[i] += above[i];
            for (size_t i = step; i < count; i++) row[i] += paeth(row[i - step], above[i], above[i - step]);
            break;
    }
}

/// Undoes the filters of all rows and copies them to `pixels`, 16-bit samples in native order.
static int unpack(const plain_png *png, uint8_t *raw, uint8_t *pixels, const uint8_t *zeros) {
    const uint8_t *above = zeros;
    for (size_t y = 0; y < png->height; y++) {
        uint8_t *row = raw + y * (png->rowBytes + 1);
        int filter = *row++;
        if (filter > 4) return 0;
        switch (png->pixelBytes) {
            case 1: undo_filter(filter, row, above, png->rowBytes, 1); break;
            case 2: undo_filter(filter, row, above, png->rowBytes, 2); break;
            case 3: undo_filter(filter, row, above, png->rowBytes, 3); break;
            case 4: undo_filter(filter, row, above, png->rowBytes, 4); break;
            default: undo_filter(filter, row, above, png->rowBytes, png->pixelBytes);
        }
        above = row;
        uint8_t *target = pixels + y * png->rowBytes;
        if (png->bits == 8) {
            memcpy(target, row, png->rowBytes);
            continue;
        }
        for (size_t i = 0; i < png->rowBytes; i += 2) {
            uint16_t sample = (uint16_t)(row[i] << 8 | row[i + 1]);
            memcpy(target + i, &sample, 2);
        }
    }
    return 1;
}

int petri_png_read_plain(const uint8_t *bytes, size_t count, int stored, void *pixels, size_t pixelBytes) {
    plain_png png = {0};
    int done = 0;
    uint8_t *raw = NULL, *zeros = NULL;
    struct libdeflate_decompressor *decompressor = NULL;
    // Divided, as the header's numbers may overflow when multiplied.
    if (pixelBytes <= largestPixelBytes && read_chunks(bytes, count, stored, &png) &&
        pixelBytes % png.height == 0 && pixelBytes / png.height == png.rowBytes &&
        fits_window(&png, pixelBytes + png.height)) {
        size_t rawCount = pixelBytes + png.height;
        raw = malloc(rawCount);
        zeros = calloc(png.rowBytes, 1);
        decompressor = libdeflate_alloc_decompressor();
        // Without a place for the size, anything but exactly `rawCount` bytes is an error.
        if (raw && zeros && decompressor &&
            libdeflate_zlib_decompress(decompressor, png.data, png.dataCount, raw, rawCount, NULL) == LIBDEFLATE_SUCCESS)
            done = unpack(&png, raw, pixels, zeros);
    }
    if (decompressor) libdeflate_free_decompressor(decompressor);
    free(png.joined);
    free(zeros);
    free(raw);
    return done;
}
