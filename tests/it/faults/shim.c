/* Stands between the real binary and the C library: what the clock says, and whether the database file may be written.
   Both are read from a file that the test maps and changes while the program runs. Nothing of the program is changed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
    volatile int64_t clock_seconds; /* added to the wall clock */
    volatile int64_t write_error;   /* what writing the database says, 0 for none */
};

static struct control *control;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS_CONTROL");
    int file = path ? open(path, O_RDWR) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) control = mapped;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = (int)syscall(SYS_clock_gettime, clock, at);
    if (!failed && control && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += control->clock_seconds;
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
    at->tv_sec = precise.tv_sec;
    at->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (at) *at = precise.tv_sec;
    return precise.tv_sec;
}

static int refused(int file) {
    char link[64], path[4096];
    if (!control || !control->write_error) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (!strstr(path, "flowgate.db")) return 0;
    errno = (int)control->write_error;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t size) { return refused(file) ? -1 : syscall(SYS_write, file, bytes, size); }
ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) { return refused(file) ? -1 : syscall(SYS_pwrite64, file, bytes, size, at); }
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) { return refused(file) ? -1 : syscall(SYS_pwrite64, file, bytes, size, at); }
int ftruncate(int file, off_t size) { return refused(file) ? -1 : (int)syscall(SYS_ftruncate, file, size); }
int ftruncate64(int file, off64_t size) { return refused(file) ? -1 : (int)syscall(SYS_ftruncate, file, size); }
