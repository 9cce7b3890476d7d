/* Memory by the page: of zeros, or with a copy of a file's contents. */
#ifndef SYS_MMAN_H
#define SYS_MMAN_H

#include <sys/types.h>

#define PROT_NONE  0 /* for mmap and mprotect ENOTSUP: what is mapped can be read */
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_SHARED    0x01
#define MAP_PRIVATE   0x02
#define MAP_FIXED     0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON      MAP_ANONYMOUS
#define MAP_FAILED    ((void *)-1)

/* New memory of so many bytes, with MAP_ANONYMOUS zeroed (fd is not looked at), else with what the
 * file holds at the moment from the offset on; what is written is not written to the file. The
 * address is the library's choice. A child of fork does not have it. MAP_FAILED, with errno:
 * EINVAL: no bytes, neither MAP_SHARED nor MAP_PRIVATE or both, an offset within a page;
 * ENOTSUP: MAP_FIXED, PROT_NONE, PROT_WRITE with PROT_EXEC;
 * ENODEV: MAP_SHARED of a file, for others would not see what is written;
 * EBADF, EACCES: fd is not open, or not for reading;
 * ENOMEM: more than the process's quota, or than 1 GiB, or too many windows (256). */
void *mmap(void *hint, size_t bytes, int protection, int flags, int fd, off_t offset);
/* A whole mapping, by its address and size. EINVAL: that is none. */
int munmap(void *address, size_t bytes);
/* Of whole mappings in the range. EINVAL: not whole pages or mappings, or nothing there. ENOTSUP:
 * as mmap. */
int mprotect(void *address, size_t bytes, int protection);

#endif
