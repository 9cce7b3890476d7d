/* Files in memory: see contents.h. */
#include "contents.h"
#include "protocol.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MIN(a, b) ((a) < (b) ? (a) : (b))

/* Entries of block[] that a file of the largest size has. */
#define BLOCKS_MAX (FILE_SIZE_MAX / CONTENTS_BLOCK)

/* Three cases: a block that was written; the archive; neither. The last two go on as far as no
 * block was written, the archive also only as far as it goes. */
const char *contents_peek(const struct contents *contents, uint64_t offset, size_t *count)
{
	size_t index = offset / CONTENTS_BLOCK, within = offset % CONTENTS_BLOCK;
	uint64_t end;

	if (offset >= contents->size) {
		*count = 0;
		return NULL;
	}
	*count = MIN(*count, contents->size - offset);
	if (index < contents->blocks && contents->block[index]) {
		*count = MIN(*count, CONTENTS_BLOCK - within);
		return contents->block[index] + within;
	}
	/* Archive or zeros: as far as nothing was written. */
	end = offset + *count;
	for (index++; index < contents->blocks && index * CONTENTS_BLOCK < end; index++)
		if (contents->block[index])
			end = index * CONTENTS_BLOCK;
	if (offset < contents->base_bytes) {
		*count = MIN(end, contents->base_bytes) - offset;
		return contents->base + offset;
	}
	*count = end - offset;
	return NULL;
}

size_t contents_read(const struct contents *contents, uint64_t offset, char *to, size_t count)
{
	size_t done = 0;

	while (done < count) {
		size_t piece = count - done;
		const char *from = contents_peek(contents, offset + done, &piece);

		if (piece == 0)
			break;
		if (from)
			memcpy(to + done, from, piece);
		else
			memset(to + done, 0, piece);
		done += piece;
	}
	return done;
}

/* Makes the table reach to a block; doubling it, so that a growing file does not copy it each
 * time. */
static int reserve(struct contents *contents, size_t blocks)
{
	size_t enough = contents->blocks ? contents->blocks : 4;
	char **grown;

	if (blocks <= contents->blocks)
		return 0;
	while (enough < blocks)
		enough *= 2;
	grown = realloc(contents->block, MIN(enough, BLOCKS_MAX) * sizeof *grown);
	if (!grown)
		return -ENOSPC;
	memset(grown + contents->blocks, 0,
	    (MIN(enough, BLOCKS_MAX) - contents->blocks) * sizeof *grown);
	contents->block = grown;
	contents->blocks = MIN(enough, BLOCKS_MAX);
	return 0;
}

/* The block to write to: made at the first write, with what the archive has there. */
static char *own_block(struct contents *contents, size_t index, uint64_t *used)
{
	char *block;
	size_t bytes;

	if (reserve(contents, index + 1) != 0)
		return NULL;
	if (contents->block[index])
		return contents->block[index];
	block = malloc(CONTENTS_BLOCK);
	if (!block)
		return NULL;
	bytes = contents_read(contents, (uint64_t)index * CONTENTS_BLOCK, block, CONTENTS_BLOCK);
	memset(block + bytes, 0, CONTENTS_BLOCK - bytes);
	contents->block[index] = block;
	*used += CONTENTS_BLOCK;
	return block;
}

/* Block by block: when memory runs out, what was written stays written. */
int64_t contents_write(
    struct contents *contents, uint64_t offset, const char *from, size_t count, uint64_t *used)
{
	size_t done = 0;

	if (contents->sink)
		return (int64_t)count;
	if (offset > FILE_SIZE_MAX || count > FILE_SIZE_MAX - offset)
		return -EFBIG;
	while (done < count) {
		size_t within = (offset + done) % CONTENTS_BLOCK;
		size_t piece = MIN(count - done, CONTENTS_BLOCK - within);
		char *block = own_block(contents, (offset + done) / CONTENTS_BLOCK, used);

		if (!block)
			break;
		memcpy(block + within, from + done, piece);
		done += piece;
	}
	if (done == 0 && count > 0)
		return -ENOSPC;
	if (done > 0 && offset + done > contents->size)
		contents->size = offset + done;
	return (int64_t)done;
}

static void free_blocks(struct contents *contents, size_t first, uint64_t *used)
{
	for (size_t i = first; i < contents->blocks; i++) {
		if (contents->block[i])
			*used -= CONTENTS_BLOCK;
		free(contents->block[i]);
		contents->block[i] = NULL;
	}
}

int contents_resize(struct contents *contents, uint64_t size, uint64_t *used)
{
	size_t last = size / CONTENTS_BLOCK, within = size % CONTENTS_BLOCK;

	if (contents->sink)
		return 0;
	if (size > FILE_SIZE_MAX)
		return -EFBIG;
	if (size < contents->size) {
		free_blocks(contents, last + (within > 0), used);
		/* What is cut off must not come back when the file grows again. */
		if (within && last < contents->blocks && contents->block[last])
			memset(contents->block[last] + within, 0, CONTENTS_BLOCK - within);
		contents->base_bytes = MIN(contents->base_bytes, size);
	}
	contents->size = size;
	return 0;
}

void contents_free(struct contents *contents, uint64_t *used)
{
	free_blocks(contents, 0, used);
	free(contents->block);
	*contents = (struct contents){ 0 };
}
