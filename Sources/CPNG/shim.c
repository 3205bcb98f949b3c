#include "CPNG.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

// Everything a libpng callback needs; lives in the caller's frame, outside the one that calls setjmp.
typedef struct {
    const uint8_t *bytes;
    size_t count, position;
    uint8_t *written;
    size_t writtenCount, writtenCapacity;
    char *message;
    size_t capacity;
} stream;

static void note(stream *s, const char *text) {
    if (s->capacity == 0) return;
    strncpy(s->message, text, s->capacity - 1);
    s->message[s->capacity - 1] = 0;
}

static void on_error(png_structp png, png_const_charp text) {
    note(png_get_error_ptr(png), text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take_bytes(png_structp png, png_bytep out, size_t count) {
    stream *s = png_get_io_ptr(png);
    if (count > s->count - s->position) png_error(png, "the file ends too early");
    memcpy(out, s->bytes + s->position, count);
    s->position += count;
}

static void put_bytes(png_structp png, png_bytep bytes, size_t count) {
    stream *s = png_get_io_ptr(png);
    if (count > s->writtenCapacity - s->writtenCount) {
        size_t capacity = s->writtenCapacity * 2 + count + 4096;
        uint8_t *grown = realloc(s->written, capacity);
        if (!grown) png_error(png, "out of memory");
        s->written = grown;
        s->writtenCapacity = capacity;
    }
    memcpy(s->written + s->writtenCount, bytes, count);
    s->writtenCount += count;
}

static void flush_bytes(png_structp png) { (void)png; }

// Chunks that say nothing about sample values; libpng would inflate and check some of them.
static const png_byte ignoredChunks[] =
    "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";

// Grey of 1, 2 or 4 bits with one transparent value: libpng would scale it to 8 bits, so the alpha is made here,
// in place and from the end, where `pixels` holds the grey values in its first half.
static void add_alpha(uint8_t *pixels, size_t count, unsigned transparent, unsigned maximum) {
    for (size_t i = count; i-- > 0;) {
        uint8_t value = pixels[i];
        pixels[2 * i + 1] = value == transparent ? 0 : (uint8_t)maximum;
        pixels[2 * i] = value;
    }
}

static int decode(
    png_structp png, png_infop info, int stored, petri_png_header *header, uint8_t *pixels, size_t pixelBytes) {
    if (setjmp(png_jmpbuf(png))) return 1;
    png_set_read_fn(png, png_get_error_ptr(png), take_bytes);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignoredChunks, sizeof ignoredChunks / 5);
    png_set_chunk_malloc_max(png, 1 << 20);
    png_read_info(png, info);

    png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    int bits = png_get_bit_depth(png, info), kind = png_get_color_type(png, info);
    int isPalette = kind == PNG_COLOR_TYPE_PALETTE, channels = png_get_channels(png, info);
    int hasAlphaColour = !stored && png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    header->width = width;
    header->height = height;
    header->storedPixelBits = bits * channels;
    header->isPalette = isPalette;
    png_uint_32 across = 0, down = 0;
    int unit = PNG_RESOLUTION_UNKNOWN;
    if (png_get_pHYs(png, info, &across, &down, &unit) && unit == PNG_RESOLUTION_METER) {
        header->acrossPerMetre = across;
        header->downPerMetre = down;
    }
    png_color_8p significant = NULL;
    if (!isPalette && png_get_sBIT(png, info, &significant)) {
        png_color_8 s = *significant;
        png_byte most = s.red > s.green ? s.red : s.green;
        header->significantBits = kind & PNG_COLOR_MASK_COLOR ? (most > s.blue ? most : s.blue) : s.gray;
    }

    int addsAlpha = 0;
    if (isPalette && !stored) {
        png_set_palette_to_rgb(png);
        if (hasAlphaColour) png_set_tRNS_to_alpha(png);
        channels = hasAlphaColour ? 4 : 3;
        bits = 8;
    } else if (bits < 8) {
        png_set_packing(png);
        addsAlpha = hasAlphaColour;
    } else if (hasAlphaColour) {
        png_set_tRNS_to_alpha(png);
        channels += 1;
    }
    if (bits == 16) png_set_swap(png);
    header->bits = bits;
    header->channels = channels + addsAlpha;
    if (!pixels) return 0;

    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t rowBytes = (size_t)width * (size_t)channels * (bits == 16 ? 2 : 1);
    if (png_get_rowbytes(png, info) != rowBytes) png_error(png, "has an unexpected row length");
    if (rowBytes * height * (addsAlpha ? 2 : 1) != pixelBytes) png_error(png, "does not fit its header");
    for (int pass = 0; pass < passes; pass++)
        for (png_uint_32 y = 0; y < height; y++) png_read_row(png, pixels + rowBytes * y, NULL);
    png_read_end(png, NULL);

    if (addsAlpha) {
        png_color_16p transparent = NULL;
        png_get_tRNS(png, info, NULL, NULL, &transparent);
        unsigned maximum = (1u << bits) - 1;
        add_alpha(pixels, (size_t)width * height, transparent ? transparent->gray & maximum : 256, maximum);
    }
    return 0;
}

static int read_png(stream *s, int stored, petri_png_header *header, void *pixels, size_t pixelBytes) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, s, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int failed = 1;
    if (info)
        failed = decode(png, info, stored, header, pixels, pixelBytes);
    else
        note(s, "out of memory");
    png_destroy_read_struct(png ? &png : NULL, info ? &info : NULL, NULL);
    return failed;
}

int petri_png_read_header(
    const uint8_t *bytes, size_t count, int stored, petri_png_header *header, char *message, size_t capacity) {
    stream s = {.bytes = bytes, .count = count, .message = message, .capacity = capacity};
    return read_png(&s, stored, header, NULL, 0);
}

int petri_png_read_pixels(
    const uint8_t *bytes, size_t count, int stored, void *pixels, size_t pixelBytes, char *message, size_t capacity) {
    stream s = {.bytes = bytes, .count = count, .message = message, .capacity = capacity};
    petri_png_header header;
    return read_png(&s, stored, &header, pixels, pixelBytes);
}

static int encode(png_structp png, png_infop info, const petri_png_header *header, const uint8_t *pixels) {
    if (setjmp(png_jmpbuf(png))) return 1;
    static const int kinds[] = {
        PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    if (header->channels < 1 || header->channels > 4) png_error(png, "PNG holds 1 to 4 channels");
    png_set_write_fn(png, png_get_error_ptr(png), put_bytes, flush_bytes);
    png_set_IHDR(
        png, info, header->width, header->height, header->bits, kinds[header->channels - 1], PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (header->acrossPerMetre && header->downPerMetre)
        png_set_pHYs(png, info, header->acrossPerMetre, header->downPerMetre, PNG_RESOLUTION_METER);
    png_write_info(png, info);
    if (header->bits < 8) png_set_packing(png);
    if (header->bits == 16) png_set_swap(png);
    size_t rowBytes = (size_t)header->width * (size_t)header->channels * (header->bits == 16 ? 2 : 1);
    for (uint32_t y = 0; y < header->height; y++) png_write_row(png, pixels + rowBytes * y);
    png_write_end(png, info);
    return 0;
}

int petri_png_write(
    const petri_png_header *header, const void *pixels, uint8_t **encoded, size_t *encodedCount, char *message,
    size_t capacity) {
    stream s = {.message = message, .capacity = capacity};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int failed = 1;
    if (info)
        failed = encode(png, info, header, pixels);
    else
        note(&s, "out of memory");
    png_destroy_write_struct(png ? &png : NULL, info ? &info : NULL);
    if (failed) {
        free(s.written);
        return 1;
    }
    *encoded = s.written;
    *encodedCount = s.writtenCount;
    return 0;
}
