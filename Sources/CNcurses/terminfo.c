#define _XOPEN_SOURCE 700
#include "CNcurses.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <term.h>
#include <wchar.h>

int petri_terminfo_open(const char *term, int descriptor, char *message, size_t capacity) {
    int status = 1;
    if (setupterm(term, descriptor, &status) == OK) return 0;
    snprintf(
        message, capacity, "%s",
        status == 1   ? "is a terminal of a kind that screens cannot be drawn on"
        : status == 0 ? "is not described in this system's terminfo, or too generic"
                      : "cannot be looked up: terminfo is not installed");
    return -1;
}

// The casts drop const, which older declarations lack.
const char *petri_terminfo_string(const char *name) {
    char *text = tigetstr((char *)name);
    return text == (char *)-1 ? NULL : text;
}

int petri_terminfo_number(const char *name) {
    int number = tigetnum((char *)name);
    return number < 0 ? -1 : number;
}

int petri_terminfo_flag(const char *name) { return tigetflag((char *)name) > 0; }

int petri_character_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

int petri_locale_open(int wanted) {
    setlocale(LC_CTYPE, wanted ? "" : "C");
    if (wanted && strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
