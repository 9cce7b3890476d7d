/* What is done with one piece of a region: system calls and messages to the file server. region.c
 * decides, this does. See pages.c. */
#ifndef PAGER_PAGES_H
#define PAGER_PAGES_H

#include "region.h"
#include <stddef.h>

/* Each answers 0 or an error, negative. */

/* Maps a piece into `where`'s space, out of `from`'s memory: its own or its source's. */
int pages_map(
    const struct region *where, const struct region *from, unsigned piece, unsigned protection);
void pages_unmap(const struct region *r, unsigned piece);
int pages_protect(const struct region *r, unsigned piece, unsigned protection);
/* Brings a piece's first contents into r's memory: out of its file, or nothing to do. */
int pages_fill(const struct region *r, unsigned piece);
/* Copies a piece from one region's memory to the other's. */
int pages_copy(const struct region *from, const struct region *to, unsigned piece);
/* Lets go of memory and file. */
void pages_drop(struct region *r);

/* Can so much of this memory object be read and written? 0, -EINVAL (smaller), -EPERM. */
int pages_check(cap_t memory, uint64_t bytes);
/* Opens a file to be read. */
int pages_open(const char *path, size_t length, cap_t *file);

#endif
