/* Pages that the pager brings when they are touched (docs/pager.md). 0, or -1 with errno. */
#ifndef ATOLL_PAGER_H
#define ATOLL_PAGER_H

#include <servers/pager/protocol.h>
#include <stddef.h>
#include <sys/types.h>

/* From now on the pager brings this process's pages: code, data, stack. The functions below, and
 * fork, begin with it. While there are further threads it is too late (ENOTSUP). */
int pager_attach(void);
/* A region (PAGER_MAP): zeros, or with a path the file's contents from this offset on. The memory
 * for it is taken from the caller's quota at once. */
int pager_map(void *address, size_t bytes, unsigned protection, const char *path, off_t offset);
/* The region that begins there. */
int pager_unmap(void *address);
/* Lets the main thread's stack grow by so much. */
int pager_stack(size_t bytes);
int pager_counts(struct pager_counts *counts);

#endif
