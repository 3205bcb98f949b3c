#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

// Everything a libjpeg callback needs; lives in the caller's frame, outside the one that calls setjmp.
typedef struct {
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    char *message;
    size_t capacity;
} state;

// A progressive file has some ten scans; one with thousands would take for ever.
enum { mostScans = 100 };

_Noreturn static void leave(j_common_ptr jpeg, const char *text) {
    state *s = (state *)jpeg->err;
    if (text) {
        snprintf(s->message, s->capacity, "%s", text);
    } else {
        char line[JMSG_LENGTH_MAX];
        jpeg->err->format_message(jpeg, line);
        snprintf(s->message, s->capacity, "%s", line);
    }
    longjmp(s->back, 1);
}

static void on_error(j_common_ptr jpeg) { leave(jpeg, NULL); }

// libjpeg only warns of what it makes up for missing or damaged data; a measured image must not hold made-up pixels.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF: leave(jpeg, "it ends too early");
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_NOT_SEQUENTIAL: leave(jpeg, NULL);
    default: break;
    }
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr jpeg) {
    if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > mostScans) leave(jpeg, "it has too many scans");
}

static int decode(
    struct jpeg_decompress_struct *jpeg, state *s, const uint8_t *bytes, size_t count, petri_jpeg_header *header,
    uint8_t *pixels, size_t pixelBytes) {
    if (setjmp(s->back)) return 1;
    jpeg_create_decompress(jpeg);
    jpeg->progress = &s->progress;
    jpeg_mem_src(jpeg, bytes, (unsigned long)count);
    jpeg_read_header(jpeg, TRUE);
    if (jpeg->data_precision != 8) leave((j_common_ptr)jpeg, "it has samples of other than 8 bits");
    int isGrey = jpeg->jpeg_color_space == JCS_GRAYSCALE;
    if (!isGrey && jpeg->jpeg_color_space != JCS_RGB && jpeg->jpeg_color_space != JCS_YCbCr)
        leave((j_common_ptr)jpeg, "it holds neither grey nor RGB (save it as RGB)");
    jpeg->out_color_space = isGrey ? JCS_GRAYSCALE : JCS_RGB;
    header->width = jpeg->image_width;
    header->height = jpeg->image_height;
    header->channels = isGrey ? 1 : 3;
    header->densityUnit = jpeg->saw_JFIF_marker ? jpeg->density_unit : 0;
    header->acrossDensity = jpeg->X_density;
    header->downDensity = jpeg->Y_density;
    if (!pixels) return 0;

    size_t rowBytes = (size_t)jpeg->image_width * (size_t)header->channels;
    if (rowBytes * jpeg->image_height != pixelBytes) leave((j_common_ptr)jpeg, "it does not fit its header");
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = pixels + rowBytes * jpeg->output_scanline;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_decompress(jpeg);
    return 0;
}

static int read_jpeg(
    const uint8_t *bytes, size_t count, petri_jpeg_header *header, uint8_t *pixels, size_t pixelBytes, char *message,
    size_t capacity) {
    state s = {.message = message, .capacity = capacity};
    struct jpeg_decompress_struct jpeg;
    memset(&jpeg, 0, sizeof jpeg);
    jpeg.err = jpeg_std_error(&s.errors);
    s.errors.error_exit = on_error;
    s.errors.emit_message = on_message;
    s.errors.output_message = print_nothing;
    s.progress.progress_monitor = on_progress;
    int failed = decode(&jpeg, &s, bytes, count, header, pixels, pixelBytes);
    jpeg_destroy_decompress(&jpeg);
    return failed;
}

int petri_jpeg_read_header(
    const uint8_t *bytes, size_t count, petri_jpeg_header *header, char *message, size_t capacity) {
    return read_jpeg(bytes, count, header, NULL, 0, message, capacity);
}

int petri_jpeg_read_pixels(
    const uint8_t *bytes, size_t count, uint8_t *pixels, size_t pixelBytes, char *message, size_t capacity) {
    petri_jpeg_header header;
    return read_jpeg(bytes, count, &header, pixels, pixelBytes, message, capacity);
}
