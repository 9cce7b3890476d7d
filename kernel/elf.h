/* Loads the first program. See elf.c. */
#ifndef KERNEL_ELF_H
#define KERNEL_ELF_H

#include "space.h"
#include "types.h"

/* Maps the segments of an ELF image into the space, through capabilities in the space's own table.
 * Yields the entry point. NULL, or what is wrong with the image. */
const char *elf_load(struct space *space, const void *image, u64 bytes, u64 *entry);
/* A memory object of that many bytes with these contents, mapped there; the rest is zeros. False:
 * out of memory or a bad range. */
bool elf_map(
    struct space *space, uaddr address, u64 bytes, u64 prot, const void *contents, u64 length);

#endif
