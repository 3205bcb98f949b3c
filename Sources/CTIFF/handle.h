// What reading and writing share; not seen by Swift.
#pragma once
#include "CTIFF.h"

#include <tiffio.h>

struct petri_tiff {
    TIFF *tiff;
    const uint8_t *bytes;
    int descriptor;
    uint64_t count, position;
    // Growable memory while writing.
    uint8_t *written;
    uint64_t writtenCapacity;
    petri_tiff_page page;
    int planes, compression;
    char message[256];
};

// Keeps the text as the reason of the failure, unless there is one already: the first error names the cause, libtiff's later
// ones only its consequences. Returns 1.
int petri_tiff_fail(petri_tiff *t, const char *format, ...);

// Starts libtiff on a handle that tells where its bytes are. Returns 0, or 1 on failure.
int petri_tiff_start(petri_tiff *t, const char *mode, int writes);

// Copies bytes of the file, past libtiff. Returns 0, or 1 where the file ends before them.
int petri_tiff_copy_bytes(petri_tiff *t, uint64_t offset, void *out, uint64_t count);
