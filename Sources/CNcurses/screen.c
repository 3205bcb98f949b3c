#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include "CNcurses.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static SCREEN *screen;
static FILE *output, *input;

int petri_screen_open(const char *term, int descriptor) {
    int copy = dup(descriptor), other = dup(descriptor);
    output = copy < 0 ? NULL : fdopen(copy, "w");
    input = other < 0 ? NULL : fdopen(other, "r");
    screen = output && input ? newterm((char *)term, output, input) : NULL;
    if (!screen) {
        if (output) fclose(output); else if (copy >= 0) close(copy);
        if (input) fclose(input); else if (other >= 0) close(other);
        return -1;
    }
    raw();
    noecho();
    nonl();
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    scrollok(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    return 0;
}

void petri_screen_colors(int *colors, int *pairs) {
    *colors = has_colors() ? COLORS : 0;
    *pairs = has_colors() ? COLOR_PAIRS : 0;
}

int petri_screen_set_pair(int pair, int foreground, int background) {
    return init_extended_pair(pair, foreground, background) == OK ? 0 : -1;
}

void petri_screen_forget_pairs(void) { reset_color_pairs(); }

void petri_screen_resize(int rows, int columns) { resizeterm(rows, columns); }

void petri_screen_put(int row, const petri_cell *cells, size_t count) {
    cchar_t line[1024];
    if (count > 1024) count = 1024;
    for (size_t i = 0; i < count; i++) {
        wchar_t text[6];
        for (int k = 0; k < 5; k++) text[k] = (wchar_t)cells[i].text[k];
        text[5] = 0;
        attr_t attributes = 0;
        if (cells[i].attributes & PETRI_BOLD) attributes |= A_BOLD;
        if (cells[i].attributes & PETRI_DIM) attributes |= A_DIM;
        if (cells[i].attributes & PETRI_UNDERLINE) attributes |= A_UNDERLINE;
        if (cells[i].attributes & PETRI_REVERSE) attributes |= A_REVERSE;
        // The short argument holds 15 bits; the option takes any pair.
        int pair = cells[i].pair;
        setcchar(&line[i], text, attributes, 0, &pair);
    }
    mvadd_wchnstr(row, 0, line, (int)count);
}

void petri_screen_show(int row, int column, int anew) {
    if (anew) clearok(curscr, TRUE);
    curs_set(row >= 0 ? 1 : 0);
    if (row >= 0) move(row, column);
    refresh();
}

void petri_screen_leave(void) { endwin(); }

void petri_screen_close(void) {
    if (!screen) return;
    endwin();
    delscreen(screen);
    fclose(output);
    fclose(input);
    screen = NULL;
}
