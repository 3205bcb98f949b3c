#include "handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_page(petri_tiff *t, const petri_tiff_page *p, const char *description, const uint8_t *samples) {
    TIFF *f = t->tiff;
    int isColour = p->channels - (p->hasAlpha != 0) >= 3, extra = p->channels - (isColour ? 3 : 1);
    TIFFSetField(f, TIFFTAG_IMAGEWIDTH, p->width);
    TIFFSetField(f, TIFFTAG_IMAGELENGTH, p->height);
    TIFFSetField(f, TIFFTAG_SAMPLESPERPIXEL, p->channels);
    TIFFSetField(f, TIFFTAG_BITSPERSAMPLE, p->bits);
    TIFFSetField(
        f, TIFFTAG_SAMPLEFORMAT,
        p->format == PETRI_TIFF_UINT  ? SAMPLEFORMAT_UINT
        : p->format == PETRI_TIFF_INT ? SAMPLEFORMAT_INT
                                      : SAMPLEFORMAT_IEEEFP);
    TIFFSetField(f, TIFFTAG_PHOTOMETRIC, isColour ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
    TIFFSetField(f, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(f, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    TIFFSetField(f, TIFFTAG_PREDICTOR, p->format == PETRI_TIFF_FLOAT ? PREDICTOR_NONE : PREDICTOR_HORIZONTAL);
    if (extra > 0) {
        uint16_t *kinds = calloc((size_t)extra, sizeof *kinds);
        if (!kinds) return petri_tiff_fail(t, "out of memory");
        if (p->hasAlpha) kinds[extra - 1] = EXTRASAMPLE_UNASSALPHA;
        TIFFSetField(f, TIFFTAG_EXTRASAMPLES, extra, kinds);
        free(kinds);
    }
    if (description) TIFFSetField(f, TIFFTAG_IMAGEDESCRIPTION, description);
    if (p->acrossResolution > 0 && p->downResolution > 0) {
        TIFFSetField(f, TIFFTAG_XRESOLUTION, p->acrossResolution);
        TIFFSetField(f, TIFFTAG_YRESOLUTION, p->downResolution);
        TIFFSetField(f, TIFFTAG_RESOLUTIONUNIT, p->resolutionUnit);
    }
    uint64_t rowBytes = (uint64_t)p->width * (uint64_t)p->channels * (uint64_t)p->sampleBytes;
    uint32_t rows = rowBytes >= (1 << 16) ? 1 : (uint32_t)((1 << 16) / rowBytes);
    TIFFSetField(f, TIFFTAG_ROWSPERSTRIP, rows < p->height ? rows : p->height);
    // The predictor works in place, so each row goes through a copy.
    uint8_t *row = malloc(rowBytes);
    if (!row) return petri_tiff_fail(t, "out of memory");
    int failed = 0;
    for (uint32_t y = 0; y < p->height && !failed; y++) {
        memcpy(row, samples + rowBytes * y, rowBytes);
        if (TIFFWriteScanline(f, row, y, 0) < 0) failed = petri_tiff_fail(t, "cannot be encoded");
    }
    free(row);
    if (!failed && !TIFFWriteDirectory(f)) failed = petri_tiff_fail(t, "cannot be encoded");
    return failed;
}

int petri_tiff_write(
    const petri_tiff_page *page, const char *description, const void *samples, uint8_t **encoded, size_t *encodedCount,
    char *message, size_t capacity) {
    petri_tiff t = {0};
    // 4 GiB is where classic TIFF ends; "8" is BigTIFF.
    uint64_t bytes = (uint64_t)page->width * page->height * (uint64_t)page->channels * (uint64_t)page->sampleBytes;
    int failed = petri_tiff_start(&t, bytes > 4000000000u ? "w8m" : "wm", 1);
    if (!failed) {
        failed = write_page(&t, page, description, samples);
        TIFFClose(t.tiff);
    }
    if (failed) {
        snprintf(message, capacity, "%s", t.message);
        free(t.written);
        return 1;
    }
    *encoded = t.written;
    *encodedCount = (size_t)t.count;
    return 0;
}
