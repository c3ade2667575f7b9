/* Counts fdatasync and fsync of a process, in a file that it can read while it runs. Preloaded by the bench. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t *counter;
static int (*real_fdatasync)(int);
static int (*real_fsync)(int);

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("BENCH_SYNC_COUNTER");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  if (!path) return;
  int file = open(path, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, sizeof *counter) != 0) return;
  void *mapped = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) counter = mapped;
  close(file);
}

static void count(void) {
  if (counter) __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

int fdatasync(int file) {
  count();
  return real_fdatasync(file);
}

int fsync(int file) {
  count();
  return real_fsync(file);
}
