#include "handle.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int petri_tiff_fail(petri_tiff *t, const char *format, ...) {
    if (!t->message[0]) {
        va_list values;
        va_start(values, format);
        vsnprintf(t->message, sizeof t->message, format, values);
        va_end(values);
    }
    return 1;
}

static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list values) {
    (void)tiff;
    (void)module;
    petri_tiff *t = user;
    if (!t->message[0]) vsnprintf(t->message, sizeof t->message, format, values);
    return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list values) {
    (void)tiff;
    (void)user;
    (void)module;
    (void)format;
    (void)values;
    return 1;
}

static tmsize_t read_bytes(thandle_t handle, void *out, tmsize_t wanted) {
    petri_tiff *t = handle;
    if (wanted <= 0 || t->position >= t->count) return 0;
    uint64_t left = t->count - t->position, count = (uint64_t)wanted < left ? (uint64_t)wanted : left;
    const uint8_t *memory = t->bytes ? t->bytes : t->written;
    if (memory) {
        memcpy(out, memory + t->position, count);
    } else {
        uint64_t done = 0;
        while (done < count) {
            ssize_t got = pread(t->descriptor, (char *)out + done, count - done, (off_t)(t->position + done));
            if (got <= 0) break;
            done += (uint64_t)got;
        }
        count = done;
    }
    t->position += count;
    return (tmsize_t)count;
}

int petri_tiff_copy_bytes(petri_tiff *t, uint64_t offset, void *out, uint64_t count) {
    t->position = offset;
    return (uint64_t)read_bytes(t, out, (tmsize_t)count) != count;
}

static tmsize_t refuse_bytes(thandle_t handle, void *bytes, tmsize_t count) {
    (void)handle;
    (void)bytes;
    (void)count;
    return 0;
}

static tmsize_t write_bytes(thandle_t handle, void *bytes, tmsize_t count) {
    petri_tiff *t = handle;
    if (count <= 0) return 0;
    uint64_t end = t->position + (uint64_t)count;
    if (end > t->writtenCapacity) {
        uint64_t capacity = end * 2 + 4096;
        uint8_t *grown = realloc(t->written, capacity);
        if (!grown) return 0;
        memset(grown + t->writtenCapacity, 0, capacity - t->writtenCapacity);
        t->written = grown;
        t->writtenCapacity = capacity;
    }
    memcpy(t->written + t->position, bytes, (size_t)count);
    t->position = end;
    if (end > t->count) t->count = end;
    return count;
}

static toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
    petri_tiff *t = handle;
    if (whence == SEEK_CUR) offset += t->position;
    if (whence == SEEK_END) offset += t->count;
    t->position = offset;
    return offset;
}

static int close_nothing(thandle_t handle) {
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle) { return ((petri_tiff *)handle)->count; }

static pthread_once_t silenced = PTHREAD_ONCE_INIT;

static void silence(void) {
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
}

int petri_tiff_start(petri_tiff *t, const char *mode, int writes) {
    pthread_once(&silenced, silence);
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return petri_tiff_fail(t, "out of memory");
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, t);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, t);
    // Nothing that libtiff keeps for itself may be much larger than the file; the samples are this shim's.
    if (!writes) TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)t->count + (64 << 20));
    t->tiff = TIFFClientOpenExt(
        "tiff", mode, t, read_bytes, writes ? write_bytes : refuse_bytes, seek_to, close_nothing, size_of, NULL, NULL,
        options);
    TIFFOpenOptionsFree(options);
    return t->tiff ? 0 : petri_tiff_fail(t, "is not a readable TIFF");
}
