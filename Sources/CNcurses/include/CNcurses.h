// ncurses for Swift: terminal descriptions and a screen, without the macros, variadics and globals that Swift cannot call;
// and what has to be done where only async-signal-safe calls are allowed.
#pragma once
#include <stddef.h>
#include <stdint.h>

// MARK: Terminal descriptions (terminfo)

/// Reads the description of the terminal named `term`. Returns 0, or -1 with a text in `message`.
int petri_terminfo_open(const char *term, int descriptor, char *message, size_t capacity);

/// The string capability `name`, or NULL where the terminal has none.
const char *petri_terminfo_string(const char *name);

/// The number capability `name`, or -1 where the terminal has none.
int petri_terminfo_number(const char *name);

/// Whether the terminal has a capability that is there or not.
int petri_terminfo_flag(const char *name);

/// The columns the C library gives a character in the current locale: -1 if it knows none.
int petri_character_columns(uint32_t scalar);

/// Whether the text of the locale that the environment names is UTF-8. If it names one that is UTF-8 but not installed,
/// the system's plain UTF-8 locale is taken; `wanted` says whether it is.
int petri_locale_open(int wanted);

// MARK: A screen of ncurses

/// A cell: up to five code points, the attributes (PETRI_BOLD and so on) and the colour pair.
typedef struct {
    int32_t text[5];
    uint32_t attributes;
    int32_t pair;
} petri_cell;

enum { PETRI_BOLD = 1, PETRI_DIM = 2, PETRI_UNDERLINE = 4, PETRI_REVERSE = 8 };

/// Takes over the terminal behind the descriptor. Returns 0, or -1.
int petri_screen_open(const char *term, int descriptor);
/// Colours and pairs that may be used; 0 in terminals without colours.
void petri_screen_colors(int *colors, int *pairs);
/// Gives a pair its colours; -1 is the default colour. Returns 0, or -1.
int petri_screen_set_pair(int pair, int foreground, int background);
void petri_screen_forget_pairs(void);
void petri_screen_resize(int rows, int columns);
/// Puts cells from the first column of a row on; a wide character is one cell.
void petri_screen_put(int row, const petri_cell *cells, size_t count);
/// Shows what was put, and the cursor where `row` is not negative. `anew` draws everything again.
void petri_screen_show(int row, int column, int anew);
/// Leaves the screen to others until it is shown again.
void petri_screen_leave(void);
/// Gives the terminal back for good.
void petri_screen_close(void);

// MARK: The way out

/// What the pipe of `petri_guard_open` brings besides signal numbers.
enum { PETRI_GUARD_WAKE = 255 };

/// Remembers the modes of the terminal and catches signals from now on: those that a program can act on (SIGWINCH,
/// SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT) are written as one byte each to a pipe, whose reading end is returned; SIGTERM,
/// SIGHUP and SIGINT that come a second time, and signals of crashes, restore the terminal and take their usual course,
/// and so does `exit`. Returns -1 if there is no pipe or no terminal.
int petri_guard_open(int descriptor);
/// The bytes that give the screen back; at most 512. They are written only while `petri_guard_arm(1)` holds.
void petri_guard_set_restore(const void *bytes, size_t count);
void petri_guard_arm(int armed);
/// The modes found by `petri_guard_open` again; with `raw`, such that every key comes at once and as it is.
int petri_guard_set_modes(int raw);
/// Stops this job as Ctrl-Z in a shell does; returns when it goes on.
void petri_guard_stop(void);
/// Wakes the reader of the pipe.
void petri_guard_wake(int byte);
/// Signals take their usual course again, and modes are as they were.
void petri_guard_close(void);
/// Ends the process by the signal, as if it had never been caught.
void petri_guard_die(int signal);
