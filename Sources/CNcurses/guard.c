#define _DEFAULT_SOURCE
#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// All a handler reads is written before handlers can run, or is sig_atomic_t.
static int terminal = -1;
static struct termios modes;
static char restore[512];
static volatile sig_atomic_t restoreCount, armed, asked, isOpen;
static int ends[2] = {-1, -1};

static const int told[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT};
enum { toldCount = sizeof told / sizeof *told, crashCount = sizeof crashes / sizeof *crashes };
static struct sigaction toldBefore[toldCount], crashesBefore[crashCount];

// Calls async-signal-safe functions only.
static void give_back(void) {
    if (!armed) return;
    armed = 0;
    const char *bytes = restore;
    size_t left = (size_t)restoreCount;
    while (left > 0) {
        ssize_t written = write(terminal, bytes, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        bytes += written;
        left -= (size_t)written;
    }
    // A job in the background may set modes only while it ignores the stop for that.
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    tcsetattr(terminal, TCSANOW, &modes);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void on_told(int signal) {
    int kept = errno;
    int ending = signal == SIGTERM || signal == SIGHUP || signal == SIGINT;
    if (ending && asked++ > 0) {
        give_back();
        struct sigaction usual = {.sa_handler = SIG_DFL};
        sigaction(signal, &usual, NULL);
        raise(signal);
    } else {
        petri_guard_wake(signal);
    }
    errno = kept;
}

static void on_crash(int signal) {
    give_back();
    for (int i = 0; i < crashCount; i++) {
        if (crashes[i] == signal) sigaction(signal, &crashesBefore[i], NULL);
    }
    // Held back until this handler returns; then it takes the course it had before.
    raise(signal);
}

static void hear(int index, int on) {
    struct sigaction action = {.sa_handler = on_told, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    if (on) sigaction(told[index], &action, &toldBefore[index]);
    else sigaction(told[index], &toldBefore[index], NULL);
}

int petri_guard_open(int descriptor) {
    static int registered;
    if (isOpen || tcgetattr(descriptor, &modes) != 0) return -1;
    // The pipe is made once: a reader of the last opening may still hold it.
    if (ends[0] < 0) {
        if (pipe(ends) != 0) return -1;
        for (int i = 0; i < 2; i++) {
            fcntl(ends[i], F_SETFD, FD_CLOEXEC);
            fcntl(ends[i], F_SETFL, O_NONBLOCK);
        }
    }
    terminal = descriptor;
    armed = asked = restoreCount = 0;
    // The handlers of crashes have a stack of their own: the crash may be that the stack is full.
    static char stack[64 * 1024];
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack}, before;
    if (sigaltstack(NULL, &before) == 0 && (before.ss_flags & SS_DISABLE)) sigaltstack(&own, NULL);
    for (int i = 0; i < toldCount; i++) hear(i, 1);
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < crashCount; i++) sigaction(crashes[i], &action, &crashesBefore[i]);
    // Who started the program may have held signals back.
    sigset_t all;
    sigemptyset(&all);
    for (int i = 0; i < toldCount; i++) sigaddset(&all, told[i]);
    for (int i = 0; i < crashCount; i++) sigaddset(&all, crashes[i]);
    pthread_sigmask(SIG_UNBLOCK, &all, NULL);
    if (!registered) {
        registered = 1;
        atexit(give_back);
    }
    isOpen = 1;
    return ends[0];
}

void petri_guard_set_restore(const void *bytes, size_t count) {
    restoreCount = 0;
    if (count > sizeof restore) count = sizeof restore;
    memcpy(restore, bytes, count);
    restoreCount = (sig_atomic_t)count;
}

void petri_guard_arm(int on) { armed = on; }

int petri_guard_set_modes(int raw) {
    struct termios wanted = modes;
    if (raw) {
        wanted.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        wanted.c_oflag &= ~(tcflag_t)OPOST;
        wanted.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        wanted.c_cflag = (wanted.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
        wanted.c_cc[VMIN] = 1;
        wanted.c_cc[VTIME] = 0;
    }
    int result;
    do result = tcsetattr(terminal, raw ? TCSADRAIN : TCSAFLUSH, &wanted);
    while (result != 0 && errno == EINTR);
    return result;
}

void petri_guard_stop(void) {
    // The whole job stops, as it would by Ctrl-Z; this process by the usual course of the signal.
    for (int i = 0; i < toldCount; i++) {
        if (told[i] == SIGTSTP) hear(i, 0);
    }
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigaction(SIGTSTP, &usual, NULL);
    kill(0, SIGTSTP);
    // The signal may go to another thread and stop this one a moment later.
    usleep(10000);
    for (int i = 0; i < toldCount; i++) {
        if (told[i] == SIGTSTP) hear(i, 1);
    }
    // Without a shell that would send it, nobody stopped and nobody continues.
    petri_guard_wake(SIGCONT);
}

void petri_guard_wake(int byte) {
    unsigned char value = (unsigned char)byte;
    ssize_t result;
    do result = write(ends[1], &value, 1);
    while (result < 0 && errno == EINTR);
}

void petri_guard_close(void) {
    if (!isOpen) return;
    isOpen = 0;
    armed = 0;
    petri_guard_set_modes(0);
    for (int i = 0; i < toldCount; i++) hear(i, 0);
    for (int i = 0; i < crashCount; i++) sigaction(crashes[i], &crashesBefore[i], NULL);
}

void petri_guard_die(int signal) {
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigaction(signal, &usual, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(signal);
    _exit(128 + signal);
}
