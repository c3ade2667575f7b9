/*
 * A disk that fails or lies, preloaded into a desk's node. A file that the test writes one letter into says what syncs do:
 * h(onest); f(ail): EIO; o(nce): EIO, then honest again; l(ie): 0 without a sync. Each honest sync is noted with the
 * file's size, so that the test can take away at a power cut what was never on the disk.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char read_mode(void) {
  const char *path = getenv("DISK_SHIM_MODE");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  char mode = 'h';
  if (file < 0) return mode;
  if (pread(file, &mode, 1, 0) != 1) mode = 'h';
  if (mode == 'o' && pwrite(file, "h", 1, 0) != 1) mode = 'f';
  close(file);
  return mode;
}

static void note(int file) {
  const char *path = getenv("DISK_SHIM_NOTES");
  char link[64], name[4096], line[4200];
  struct stat known;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  int notes = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (length > 0 && notes >= 0 && fstat(file, &known) == 0 && S_ISREG(known.st_mode)) {
    name[length] = 0;
    int size = snprintf(line, sizeof line, "%lld %s\n", (long long)known.st_size, name);
    if (write(notes, line, size) != size) abort();
  }
  if (notes >= 0) close(notes);
}

static int do_sync(const char *which, int file) {
  char mode = read_mode();
  if (mode == 'l') return 0;
  if (mode == 'f' || mode == 'o') {
    errno = EIO;
    return -1;
  }
  int (*real)(int) = dlsym(RTLD_NEXT, which);
  int outcome = real(file);
  if (outcome == 0) note(file);
  return outcome;
}

int fdatasync(int file) { return do_sync("fdatasync", file); }
int fsync(int file) { return do_sync("fsync", file); }
