/* A cheap server's disk: every fsync and fdatasync of the process that preloads this takes 5 ms more.
   Built and preloaded by `python -m bench`. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void wait_5_ms(void)
{
    struct timespec pause = {0, 5 * 1000 * 1000};
    while (nanosleep(&pause, &pause) != 0) {
    }
}

int fsync(int file)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_5_ms();
    return real(file);
}

int fdatasync(int file)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_5_ms();
    return real(file);
}
