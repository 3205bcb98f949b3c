// JPEG for Swift over libjpeg-turbo: errors come back as text, no longjmp crosses a Swift frame, nothing is ever printed.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What a JPEG holds and how its pixels come out.
typedef struct {
    uint32_t width, height;
    /// Samples a pixel has when read: 1 grey, 3 red, green and blue.
    int32_t channels;
    /// JFIF's density of pixels, across and down, and its unit: 0 says the ratio only, 1 an inch, 2 a centimetre.
    int32_t densityUnit, acrossDensity, downDensity;
} petri_jpeg_header;

/// Reads the header of the JPEG in `bytes`. Returns 0, or 1 with a text in `message`.
int petri_jpeg_read_header(
    const uint8_t *bytes, size_t count, petri_jpeg_header *header, char *message, size_t capacity);

/// Reads the pixels, interleaved, a byte a sample. `pixelBytes` must be the size that the header tells. What the file lacks or
/// holds damaged is an error. Returns 0, or 1 with a text in `message`.
int petri_jpeg_read_pixels(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t pixelBytes, char *message, size_t capacity);
