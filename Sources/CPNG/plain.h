#pragma once
#include <stddef.h>
#include <stdint.h>

/// Reads the pixels as `petri_png_read_pixels` does, if the PNG is plain (not interlaced, 8 or 16 bits, no palette or
/// transparency to convert) and sound. Returns 1 if it did, 0 if libpng is to be asked; `pixels` then holds anything.
int petri_png_read_plain(const uint8_t *bytes, size_t count, int stored, void *pixels, size_t pixelBytes);
