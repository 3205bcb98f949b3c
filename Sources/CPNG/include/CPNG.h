// PNG for Swift over libpng and libdeflate: errors come back as text, and no longjmp crosses a Swift frame.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What a PNG holds and how its pixels come out.
typedef struct {
    uint32_t width, height;
    /// Bits a sample has in the file: 1, 2, 4, 8 or 16; of a palette's colours 8.
    int32_t bits;
    /// Samples a pixel has when read.
    int32_t channels;
    /// Bits a pixel has in the file, for judging whether the file can hold its size.
    int32_t storedPixelBits;
    /// 1 if the file holds indices into a palette.
    int32_t isPalette;
    /// Pixels a metre, across and down; 0 where the file does not say.
    uint32_t acrossPerMetre, downPerMetre;
    /// Bits of a sample that say something, the most of any channel; 0 where the file does not say.
    int32_t significantBits;
} petri_png_header;

/// Reads the header of the PNG in `bytes`. `stored` asks for palette indices and leaves transparency out; otherwise
/// palettes become colours and transparency an alpha channel. Returns 0, or 1 with a text in `message`.
int petri_png_read_header(
    const uint8_t *bytes, size_t count, int stored, petri_png_header *header, char *message, size_t capacity);

/// Reads the pixels, interleaved, of 1 byte a sample up to 8 bits and 2 bytes (native order) at 16. `pixelBytes` must be
/// the size that the header tells. Returns 0, or 1 with a text in `message`.
int petri_png_read_pixels(
    const uint8_t *bytes, size_t count, int stored, void *pixels, size_t pixelBytes, char *message, size_t capacity);

/// Reads the pixels as `petri_png_read_pixels` does, several times faster, if the PNG is plain (not interlaced, 8 or 16
/// bits, no palette or transparency to convert, not huge) and sound. Returns 1 if it did; 0 if libpng is to be asked, and
/// `pixels` then holds anything.
int petri_png_read_plain(const uint8_t *bytes, size_t count, int stored, void *pixels, size_t pixelBytes);

/// Encodes pixels laid out as for reading: `channels` 1 to 4, `bits` 8 or 16, and 1, 2 or 4 with one channel. `*encoded` is
/// to be freed by the caller with `free`. Returns 0, or 1 with a text in `message`.
int petri_png_write(
    const petri_png_header *header, const void *pixels, uint8_t **encoded, size_t *encodedCount, char *message,
    size_t capacity);
