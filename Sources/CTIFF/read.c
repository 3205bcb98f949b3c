#include "handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Longest chain of directories that is followed; libtiff's own limit is 1,048,576.
enum { maximumPages = 65535 };

petri_tiff *petri_tiff_open(const uint8_t *bytes, int descriptor, uint64_t count, char *message, size_t capacity) {
    petri_tiff *t = calloc(1, sizeof *t);
    if (!t) {
        snprintf(message, capacity, "out of memory");
        return NULL;
    }
    t->bytes = bytes;
    t->descriptor = descriptor;
    t->count = count;
    // "m": no memory mapping. "c": strips stay as the file has them.
    if (petri_tiff_start(t, "rmc", 0)) {
        snprintf(message, capacity, "%s", t->message);
        petri_tiff_close(t);
        return NULL;
    }
    return t;
}

void petri_tiff_close(petri_tiff *t) {
    if (t->tiff) TIFFClose(t->tiff);
    free(t->written);
    free(t);
}

const char *petri_tiff_message(const petri_tiff *t) { return t->message; }

int petri_tiff_count_pages(petri_tiff *t, uint32_t *pages) {
    t->message[0] = 0;
    *pages = TIFFNumberOfDirectories(t->tiff);
    if (t->message[0]) return 1;
    if (*pages == 0) return petri_tiff_fail(t, "holds no page");
    if (*pages > maximumPages) return petri_tiff_fail(t, "holds more than %d pages", maximumPages);
    // libtiff ends a chain that runs into itself with no more than a warning.
    if (!TIFFSetDirectory(t->tiff, *pages - 1)) return petri_tiff_fail(t, "has a damaged last page");
    return TIFFLastDirectory(t->tiff) ? 0 : petri_tiff_fail(t, "has a chain of pages that runs in a circle");
}

// The most bytes that one stored byte of a compression can stand for; 0 where it cannot be read here.
static uint64_t largest_ratio(int compression) {
    switch (compression) {
    case COMPRESSION_NONE: return 1;
    case COMPRESSION_PACKBITS: return 64;
    case COMPRESSION_LZW: return 1500;
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE: return 1100;
    case COMPRESSION_JPEG: return 1100;
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTFAX3:
    case COMPRESSION_CCITTFAX4:
    case COMPRESSION_LZMA:
    case COMPRESSION_ZSTD: return 40000;
    default: return 0;
    }
}

// Sizes of one strip or tile of the selected page.
typedef struct {
    uint32_t width, height;
    uint64_t rowBytes, bytes;
    uint32_t across, down;
    int tiled;
} block_layout;

static int lay_out(petri_tiff *t, block_layout *b) {
    const petri_tiff_page *p = &t->page;
    uint64_t samplesAPixel = t->planes > 1 ? 1 : (uint64_t)p->channels;
    b->tiled = TIFFIsTiled(t->tiff);
    if (b->tiled) {
        if (!TIFFGetField(t->tiff, TIFFTAG_TILEWIDTH, &b->width) ||
            !TIFFGetField(t->tiff, TIFFTAG_TILELENGTH, &b->height))
            return petri_tiff_fail(t, "has tiles without a size");
        b->rowBytes = TIFFTileRowSize64(t->tiff);
        b->bytes = TIFFTileSize64(t->tiff);
    } else {
        TIFFGetFieldDefaulted(t->tiff, TIFFTAG_ROWSPERSTRIP, &b->height);
        if (b->height > p->height) b->height = p->height;
        b->width = p->width;
        b->rowBytes = TIFFScanlineSize64(t->tiff);
        b->bytes = TIFFVStripSize64(t->tiff, b->height);
    }
    if (b->width == 0 || b->height == 0) return petri_tiff_fail(t, "has empty strips or tiles");
    uint64_t rowBits, rowBytes;
    if (__builtin_mul_overflow((uint64_t)b->width, samplesAPixel * (uint64_t)p->bits, &rowBits))
        return petri_tiff_fail(t, "has rows of an impossible length");
    rowBytes = rowBits / 8 + (rowBits % 8 != 0);
    if (b->rowBytes != rowBytes || b->bytes != rowBytes * b->height)
        return petri_tiff_fail(t, "packs its samples in a way that is not read here");
    b->across = (p->width - 1) / b->width + 1;
    b->down = (p->height - 1) / b->height + 1;
    return 0;
}

// Refuses what the file cannot hold, before anything of that size is allocated or decoded.
static int check_plausible(petri_tiff *t) {
    block_layout b;
    if (lay_out(t, &b)) return 1;
    uint64_t limit, row, claimed, blocks = (uint64_t)b.across * b.down * (uint64_t)t->planes;
    if (__builtin_mul_overflow(t->count, largest_ratio(t->compression), &limit)) limit = UINT64_MAX;
    row = b.tiled ? ((uint64_t)t->page.width * (uint64_t)t->page.bits * (t->planes > 1 ? 1 : (uint64_t)t->page.channels) + 7) / 8
                  : b.rowBytes;
    if (__builtin_mul_overflow(row, (uint64_t)t->page.height * (uint64_t)t->planes, &claimed) || claimed > limit ||
        b.bytes > limit + (1 << 16))
        return petri_tiff_fail(
            t, "claims %u x %u pixels, more than its %llu bytes can hold", t->page.width, t->page.height,
            (unsigned long long)t->count);
    // Strips may share their bytes, but a file in which many claim the whole of it would take for ever.
    uint64_t stored = 0, most = t->count > (1 << 20) ? t->count * 16 : (uint64_t)16 << 20;
    if (blocks > t->count) return petri_tiff_fail(t, "claims more strips or tiles than its length allows");
    for (uint64_t i = 0; i < blocks; i++) {
        int error = 0;
        uint64_t bytes = TIFFGetStrileByteCountWithErr(t->tiff, (uint32_t)i, &error);
        if (error) return petri_tiff_fail(t, "is truncated or damaged: a strip or tile has no length");
        if (bytes > t->count || (stored += bytes) > most)
            return petri_tiff_fail(t, "is truncated or damaged: its strips or tiles are longer than the file");
    }
    return 0;
}

static int sample_bytes(petri_tiff *t, int bits, int format) {
    if (format == PETRI_TIFF_FLOAT) {
        if (bits == 16 || bits == 32 || bits == 64) return 4;
    } else if (bits == 8 || bits == 16) {
        return bits / 8;
    } else if (bits == 32 || bits == 64) {
        return 4;
    } else if (format == PETRI_TIFF_UINT && bits >= 1 && bits < 32) {
        return bits < 8 ? 1 : bits < 16 ? 2 : 4;
    }
    petri_tiff_fail(t, "has samples of %d bits, which are not read here", bits);
    return 0;
}

int petri_tiff_select(petri_tiff *t, uint32_t index, petri_tiff_page *page) {
    t->message[0] = 0;
    memset(&t->page, 0, sizeof t->page);
    if (!TIFFSetDirectory(t->tiff, index)) return petri_tiff_fail(t, "has a damaged directory");
    petri_tiff_page *p = &t->page;
    uint16_t bits = 1, channels = 1, format = SAMPLEFORMAT_UINT, planar = PLANARCONFIG_CONTIG, compression = 1;
    uint16_t photometric = PHOTOMETRIC_MINISBLACK;
    if (!TIFFGetField(t->tiff, TIFFTAG_IMAGEWIDTH, &p->width) || !TIFFGetField(t->tiff, TIFFTAG_IMAGELENGTH, &p->height))
        return petri_tiff_fail(t, "has a page without a size");
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_SAMPLESPERPIXEL, &channels);
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_PLANARCONFIG, &planar);
    TIFFGetFieldDefaulted(t->tiff, TIFFTAG_COMPRESSION, &compression);
    TIFFGetField(t->tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    if (p->width == 0 || p->height == 0 || channels == 0) return petri_tiff_fail(t, "has a page without pixels");
    if (largest_ratio(compression) == 0 || !TIFFIsCODECConfigured(compression))
        return petri_tiff_fail(t, "is compressed in a way (TIFF code %d) that is not read here", compression);
    if (photometric == PHOTOMETRIC_YCBCR) {
        if (compression != COMPRESSION_JPEG) return petri_tiff_fail(t, "holds luminance and chroma, which are not read here");
        TIFFSetField(t->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    }
    if (format == SAMPLEFORMAT_VOID) format = SAMPLEFORMAT_UINT;
    if (format > SAMPLEFORMAT_IEEEFP) return petri_tiff_fail(t, "holds complex numbers, which are not read here");
    uint16_t extras = 0, *extraKinds = NULL;
    if (TIFFGetField(t->tiff, TIFFTAG_EXTRASAMPLES, &extras, &extraKinds) && extras == 1 && channels > 1)
        p->hasAlpha = extraKinds[0] != EXTRASAMPLE_UNSPECIFIED || photometric == PHOTOMETRIC_RGB;
    float across = 0, down = 0;
    uint16_t unit = RESUNIT_INCH;
    if (TIFFGetField(t->tiff, TIFFTAG_XRESOLUTION, &across) && TIFFGetField(t->tiff, TIFFTAG_YRESOLUTION, &down)) {
        TIFFGetFieldDefaulted(t->tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
        p->acrossResolution = across;
        p->downResolution = down;
        p->resolutionUnit = unit;
    }
    p->channels = channels;
    p->bits = bits;
    p->photometric = photometric;
    p->format = format == SAMPLEFORMAT_UINT  ? PETRI_TIFF_UINT
                : format == SAMPLEFORMAT_INT ? PETRI_TIFF_INT
                                             : PETRI_TIFF_FLOAT;
    p->sampleBytes = sample_bytes(t, bits, p->format);
    if (p->sampleBytes == 0) return 1;
    t->planes = planar == PLANARCONFIG_SEPARATE ? channels : 1;
    t->compression = compression;
    if (check_plausible(t)) return 1;
    *page = *p;
    return 0;
}

static float float_of_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half >> 15) << 31, exponent = (half >> 10) & 31, fraction = half & 1023, bits;
    float value;
    if (exponent == 0) {
        value = (float)fraction / 16777216.0f;
        return sign ? -value : value;
    }
    bits = sign | (exponent == 31 ? 255u << 23 : (exponent + 112) << 23) | fraction << 13;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Converts `count` samples of one decoded row; sample i goes to (i / inGroup) * outGroup + i % inGroup of `out`, so that
// a plane (inGroup 1) lands interleaved. Returns 1 if a 64-bit integer does not fit 32 bits.
static int convert_row(
    const uint8_t *row, uint64_t count, int bits, int format, uint8_t *out, uint64_t inGroup, uint64_t outGroup) {
#define EACH(type, expression)                                                                                          \
    for (uint64_t g = 0, i = 0; i < count; g++)                                                                         \
        for (uint64_t c = 0; c < inGroup && i < count; c++, i++) ((type *)(void *)out)[g * outGroup + c] = (expression)
    const uint16_t *words = (const void *)row;
    const uint32_t *longs = (const void *)row;
    const uint64_t *quads = (const void *)row;
    const double *doubles = (const void *)row;
    if (format == PETRI_TIFF_FLOAT && bits == 16) {
        EACH(float, float_of_half(words[i]));
    } else if (format == PETRI_TIFF_FLOAT && bits == 64) {
        EACH(float, (float)doubles[i]);
    } else if (bits == 8) {
        if (inGroup == outGroup) memcpy(out, row, count);
        else EACH(uint8_t, row[i]);
    } else if (bits == 16) {
        if (inGroup == outGroup) memcpy(out, row, count * 2);
        else EACH(uint16_t, words[i]);
    } else if (bits == 32) {
        if (inGroup == outGroup) memcpy(out, row, count * 4);
        else EACH(uint32_t, longs[i]);
    } else if (bits == 64) {
        for (uint64_t i = 0; i < count; i++) {
            int64_t value = (int64_t)quads[i];
            int fits = format == PETRI_TIFF_INT ? value >= INT32_MIN && value <= INT32_MAX : quads[i] <= UINT32_MAX;
            if (!fits) return 1;
        }
        EACH(uint32_t, (uint32_t)quads[i]);
    } else {
        // Packed, most significant bit first.
        uint64_t pool = 0, position = 0;
        int held = 0;
        for (uint64_t g = 0, i = 0; i < count; g++)
            for (uint64_t c = 0; c < inGroup && i < count; c++, i++) {
                while (held < bits) {
                    pool = pool << 8 | row[position++];
                    held += 8;
                }
                held -= bits;
                uint32_t value = (uint32_t)(pool >> held) & ((1u << bits) - 1);
                uint64_t place = g * outGroup + c;
                if (bits < 8) out[place] = (uint8_t)value;
                else if (bits < 16) ((uint16_t *)(void *)out)[place] = (uint16_t)value;
                else ((uint32_t *)(void *)out)[place] = value;
            }
    }
#undef EACH
    return 0;
}

int petri_tiff_read(petri_tiff *t, void *samples, uint64_t byteCount) {
    t->message[0] = 0;
    const petri_tiff_page *p = &t->page;
    block_layout b;
    if (lay_out(t, &b)) return 1;
    uint64_t rowStride = (uint64_t)p->width * (uint64_t)p->channels * (uint64_t)p->sampleBytes;
    if (rowStride * p->height != byteCount) return petri_tiff_fail(t, "does not fit its header");
    uint8_t *block = calloc(1, b.bytes + 8);
    if (!block) return petri_tiff_fail(t, "is too large for this machine's memory");
    uint64_t inGroup = t->planes > 1 ? 1 : (uint64_t)p->channels;
    int failed = 0;
    for (int plane = 0; plane < t->planes && !failed; plane++)
        for (uint32_t by = 0; by < b.down && !failed; by++)
            for (uint32_t bx = 0; bx < b.across && !failed; bx++) {
                uint32_t x0 = bx * b.width, y0 = by * b.height;
                uint32_t rows = p->height - y0 < b.height ? p->height - y0 : b.height;
                uint32_t columns = p->width - x0 < b.width ? p->width - x0 : b.width;
                uint64_t wanted = b.tiled ? b.bytes : b.rowBytes * rows;
                tmsize_t got =
                    b.tiled ? TIFFReadEncodedTile(
                                  t->tiff, TIFFComputeTile(t->tiff, x0, y0, 0, (uint16_t)plane), block, (tmsize_t)wanted)
                            : TIFFReadEncodedStrip(
                                  t->tiff, TIFFComputeStrip(t->tiff, y0, (uint16_t)plane), block, (tmsize_t)wanted);
                if (got < 0 || (uint64_t)got != wanted) {
                    failed = petri_tiff_fail(t, "is truncated or damaged");
                    break;
                }
                for (uint32_t y = 0; y < rows && !failed; y++) {
                    uint64_t start = ((uint64_t)x0 * (uint64_t)p->channels + (uint64_t)plane) * (uint64_t)p->sampleBytes;
                    if (convert_row(
                            block + b.rowBytes * y, columns * inGroup, p->bits, p->format,
                            (uint8_t *)samples + rowStride * (y0 + y) + start, inGroup, (uint64_t)p->channels))
                        failed = petri_tiff_fail(t, "holds 64-bit numbers beyond 32 bits");
                }
            }
    free(block);
    return failed;
}

const char *petri_tiff_description(petri_tiff *t) {
    char *text = NULL;
    return TIFFGetField(t->tiff, TIFFTAG_IMAGEDESCRIPTION, &text) ? text : NULL;
}

int petri_tiff_read_following(petri_tiff *t, uint64_t index, void *samples, uint64_t byteCount) {
    t->message[0] = 0;
    const petri_tiff_page *p = &t->page;
    block_layout b;
    if (lay_out(t, &b)) return 1;
    uint64_t rowStride = (uint64_t)p->width * (uint64_t)p->channels * (uint64_t)p->sampleBytes;
    if (rowStride * p->height != byteCount) return petri_tiff_fail(t, "does not fit its header");
    int error = 0;
    uint64_t start = TIFFGetStrileOffsetWithErr(t->tiff, 0, &error), stored = b.rowBytes * p->height, place, end;
    if (error || b.tiled || t->planes > 1 || t->compression != COMPRESSION_NONE)
        return petri_tiff_fail(t, "keeps its planes in a way that is not read here");
    if (__builtin_mul_overflow(stored, index, &place) || __builtin_add_overflow(place, start, &place) ||
        __builtin_add_overflow(place, stored, &end) || end > t->count)
        return petri_tiff_fail(t, "is truncated: it ends before plane %llu", (unsigned long long)index + 1);
    // Packed bits are read up to 8 bytes at a time.
    uint8_t *row = calloc(1, b.rowBytes + 8);
    if (!row) return petri_tiff_fail(t, "is too large for this machine's memory");
    int failed = 0;
    uint64_t count = (uint64_t)p->width * (uint64_t)p->channels;
    for (uint32_t y = 0; y < p->height && !failed; y++) {
        if (petri_tiff_copy_bytes(t, place + b.rowBytes * y, row, b.rowBytes)) failed = petri_tiff_fail(t, "is truncated");
        if (TIFFIsByteSwapped(t->tiff)) {
            if (p->bits == 16) TIFFSwabArrayOfShort((uint16_t *)(void *)row, (tmsize_t)count);
            if (p->bits == 32) TIFFSwabArrayOfLong((uint32_t *)(void *)row, (tmsize_t)count);
            if (p->bits == 64) TIFFSwabArrayOfLong8((uint64_t *)(void *)row, (tmsize_t)count);
        }
        if (!failed && convert_row(
                           row, count, p->bits, p->format, (uint8_t *)samples + rowStride * y, (uint64_t)p->channels,
                           (uint64_t)p->channels))
            failed = petri_tiff_fail(t, "holds 64-bit numbers beyond 32 bits");
    }
    free(row);
    return failed;
}

int petri_tiff_read_palette(petri_tiff *t, uint16_t *values, uint64_t valueCount) {
    t->message[0] = 0;
    uint16_t *red = NULL, *green = NULL, *blue = NULL;
    uint64_t entries = t->page.bits <= 16 ? (uint64_t)1 << t->page.bits : 0;
    if (entries * 3 != valueCount || !TIFFGetField(t->tiff, TIFFTAG_COLORMAP, &red, &green, &blue))
        return petri_tiff_fail(t, "has no palette");
    memcpy(values, red, entries * 2);
    memcpy(values + entries, green, entries * 2);
    memcpy(values + 2 * entries, blue, entries * 2);
    return 0;
}
