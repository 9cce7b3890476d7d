/* The boot archive becomes a tree. Pure. */
#ifndef FILE_LOAD_H
#define FILE_LOAD_H

#include "tree.h"

/* Adds what is in a ustar archive that lies in memory, and stays there: files refer to its bytes.
 * What is broken in it is left out. Returns the newest time in it, in nanoseconds since 1970;
 * *files and *bad count. */
uint64_t load_archive(
    struct tree *tree, const void *archive, size_t bytes, unsigned *files, unsigned *bad);

#endif
