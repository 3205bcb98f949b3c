// TIFF for Swift over libtiff: no variadics, errors come back as text, nothing is ever printed.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// An open TIFF.
typedef struct petri_tiff petri_tiff;

enum { PETRI_TIFF_UINT = 1, PETRI_TIFF_INT = 2, PETRI_TIFF_FLOAT = 3 };
enum { PETRI_TIFF_WHITE_IS_ZERO = 0, PETRI_TIFF_PALETTE = 3 };

/// What one page holds and how its samples come out.
typedef struct {
    uint32_t width, height;
    int32_t channels;
    /// Bits a sample has in the file.
    int32_t bits;
    /// PETRI_TIFF_UINT, PETRI_TIFF_INT or PETRI_TIFF_FLOAT.
    int32_t format;
    /// Bytes a sample has when read: 1, 2 or 4; float is always 4.
    int32_t sampleBytes;
    /// The tag's value.
    int32_t photometric;
    /// 1 if the last channel is an alpha channel.
    int32_t hasAlpha;
    /// Pixels a unit, across and down, 0 where the file does not say; and the unit: 1 none, 2 an inch, 3 a centimetre.
    double acrossResolution, downResolution;
    int32_t resolutionUnit;
} petri_tiff_page;

/// Opens the TIFF in `bytes`, which must outlive the handle, or, where `bytes` is NULL, in the file open as `descriptor`,
/// which the caller closes afterwards; `count` is the length of either. Returns NULL with a text in `message` on failure.
petri_tiff *petri_tiff_open(const uint8_t *bytes, int descriptor, uint64_t count, char *message, size_t capacity);
void petri_tiff_close(petri_tiff *tiff);

/// Why the last call failed.
const char *petri_tiff_message(const petri_tiff *tiff);

/// Counts the pages. Returns 0, or 1 where the chain of directories is damaged, runs in a circle or is too long.
int petri_tiff_count_pages(petri_tiff *tiff, uint32_t *pages);

/// Goes to page `index`, checks that it can be read and that the file is long enough for what it claims to hold.
/// Returns 0, or 1 on failure.
int petri_tiff_select(petri_tiff *tiff, uint32_t index, petri_tiff_page *page);

/// Reads the samples of the selected page, interleaved, native byte order, into `byteCount` bytes, which must be the size that
/// the page tells. Returns 0, or 1 on failure.
int petri_tiff_read(petri_tiff *tiff, void *samples, uint64_t byteCount);

/// The selected page's description, a text that ends in a zero and lives until another page is selected; NULL if it has none.
const char *petri_tiff_description(petri_tiff *tiff);

/// Reads samples as `petri_tiff_read` does, but of the plane `index` of those that lie one after another in the file, uncompressed,
/// from where the selected page begins: ImageJ writes files beyond 4 GB so, with a directory for the first plane only.
/// Returns 0, or 1 on failure.
int petri_tiff_read_following(petri_tiff *tiff, uint64_t index, void *samples, uint64_t byteCount);

/// Reads the selected page's palette: 2^bits red, then green, then blue 16-bit values. Returns 0, or 1 on failure.
int petri_tiff_read_palette(petri_tiff *tiff, uint16_t *values, uint64_t valueCount);

/// Encodes one page, deflated, with `bits` 8, 16 or 32, and with `description` unless that is NULL. `*encoded` is to be freed by the caller with `free`.
/// Returns 0, or 1 with a text in `message`.
int petri_tiff_write(
    const petri_tiff_page *page, const char *description, const void *samples, uint8_t **encoded, size_t *encodedCount,
    char *message, size_t capacity);
