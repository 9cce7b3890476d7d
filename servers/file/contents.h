/* What is in one file. Pure.
 *
 * Bytes come from two places: blocks that were written, and below them the archive's own bytes,
 * which are never copied until somebody writes to that block. Where neither has anything there are
 * zeros, which cost nothing. */
#ifndef FILE_CONTENTS_H
#define FILE_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTENTS_BLOCK 4096

struct contents {
	uint64_t size;
	const char *base;    /* the archive's bytes */
	uint64_t base_bytes; /* invariant: at most size; of those behind it nothing is seen */
	char **block;        /* the bytes from i * CONTENTS_BLOCK on, or NULL; beyond size zeros */
	size_t blocks;       /* entries of block[] */
	bool sink;           /* /dev/null: what is written is gone, and it has no bytes */
};

/* `used` counts the bytes of memory in blocks, of all files together. */

/* Copies at most `count` bytes from `offset`; the number copied, 0 at the end. */
size_t contents_read(const struct contents *contents, uint64_t offset, char *to, size_t count);
/* The bytes at `offset` where they lie: *count of them at the most, fewer if they do not lie
 * together. NULL: zeros. */
const char *contents_peek(const struct contents *contents, uint64_t offset, size_t *count);
/* Writes, growing the file as needed: the number of bytes written, which is less than `count` when
 * memory ran out, or -ENOSPC (none at all) or -EFBIG. Zeros fill the gap when offset is beyond the
 * end. */
int64_t contents_write(
    struct contents *contents, uint64_t offset, const char *from, size_t count, uint64_t *used);
/* 0 or -EFBIG. */
int contents_resize(struct contents *contents, uint64_t size, uint64_t *used);
/* Gives all memory back; leaves an empty file. */
void contents_free(struct contents *contents, uint64_t *used);

#endif
