/* The heap as a row of blocks.
 *
 * Each is headed by a struct block that knows its own size and its predecessor's, so that a freed
 * block finds both neighbours and becomes one with those that are free. Free blocks hang in bins by
 * size; a word of bits says which bins are not empty. Taking and releasing take constant time, but
 * for a short search in the one bin whose blocks may be too small.
 *
 * Invariants: blocks and payloads are aligned to 16; no two free blocks are neighbours; the last
 * block is the end mark, of size 0 and in use. A header carries a mark derived from its address:
 * freeing what is no block, or is free already, and a header that was written over, end the program
 * with a message. All of it belongs to who holds malloc.c's lock. */
#include "heap.h"

#include "../internal.h"

/* A bin for each size up to 31, then four for each power of two. */
#define BINS   192
#define LINEAR 32

static struct block *bin[BINS];
static uint64_t bin_used[BINS / 64];
static struct block *first, *end_mark;
static size_t heap_bytes;

static struct block *before(struct block *b)
{
	return (struct block *)((char *)b - (size_t)b->previous * UNIT);
}

static unsigned bin_of(uint32_t size)
{
	unsigned power;

	if (size < LINEAR)
		return size;
	power = 31 - (unsigned)__builtin_clz(size);
	return LINEAR + (power - 5) * 4 + (size >> (power - 2) & 3);
}

static void bin_insert(struct block *b)
{
	unsigned i = bin_of(b->size);

	b->mark = block_mark(b, false);
	b->previous_free = NULL;
	b->next_free = bin[i];
	if (bin[i])
		bin[i]->previous_free = b;
	bin[i] = b;
	bin_used[i / 64] |= 1ull << i % 64;
}

static void bin_remove(struct block *b)
{
	unsigned i = bin_of(b->size);

	if (b->next_free)
		b->next_free->previous_free = b->previous_free;
	if (b->previous_free)
		b->previous_free->next_free = b->next_free;
	else
		bin[i] = b->next_free;
	if (!bin[i])
		bin_used[i / 64] &= ~(1ull << i % 64);
}

/* A free block of at least this size, or NULL. In the size's own bin blocks may be smaller, so only
 * a few are tried; in the next bin that is not empty any will do. */
static struct block *find(uint32_t size)
{
	unsigned i = bin_of(size);
	struct block *b = bin[i];

	for (int tries = 0; b && tries < 8; tries++, b = b->next_free)
		if (b->size >= size)
			return b;
	for (unsigned word = ++i / 64; word < BINS / 64; word++, i = word * 64) {
		uint64_t used = bin_used[word] >> i % 64;

		if (used)
			return bin[i + (unsigned)__builtin_ctzll(used)];
	}
	return NULL;
}

static void set_size(struct block *b, uint32_t size)
{
	b->size = size;
	after(b)->previous = size;
}

void heap_release(struct block *b)
{
	struct block *next = after(b);

	/* The mark stays readable inside a larger block: that is how free sees it again. */
	b->mark = block_mark(b, false);
	if (is_free(next)) {
		bin_remove(next);
		set_size(b, b->size + next->size);
	}
	if (b->previous && is_free(before(b))) {
		struct block *previous = before(b);

		bin_remove(previous);
		set_size(previous, previous->size + b->size);
		b = previous;
	}
	bin_insert(b);
}

/* Cuts a block in use (or in no bin) down to size; what is left over becomes free. */
static void trim(struct block *b, uint32_t size)
{
	uint32_t rest = b->size - size;

	if (rest < SIZE_MIN)
		return;
	set_size(b, size);
	set_size(after(b), rest);
	heap_release(after(b));
}

/* More heap, at least this size. The old end mark becomes a free block; behind it stands a new. */
static bool grow(uint32_t size)
{
	size_t least = ((size_t)size * UNIT + HEADER + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1);
	size_t bytes = heap_bytes / 8 & ~(size_t)(PAGE_SIZE - 1);
	struct block *b;
	char *start;

	/* An eighth more than there is, so that growing is rare. */
	bytes = bytes > least ? bytes : least;
	bytes = bytes > 65536 ? bytes : 65536;
	start = libc_grow(bytes);
	if (!start && bytes > least)
		start = libc_grow(bytes = least);
	if (!start)
		return false;
	heap_bytes += bytes;
	if (!end_mark) {
		b = first = (struct block *)start;
		b->previous = 0;
		bytes -= HEADER;
	} else {
		b = end_mark;
	}
	end_mark = (struct block *)((char *)b + bytes);
	end_mark->size = 0;
	end_mark->mark = block_mark(end_mark, true);
	set_size(b, (uint32_t)(bytes / UNIT));
	heap_release(b);
	return true;
}

uint32_t heap_size_for(size_t bytes)
{
	size_t size = bytes / UNIT + (bytes % UNIT != 0) + HEADER / UNIT;

	if (size > SIZE_MOST)
		return 0;
	return (uint32_t)(size < SIZE_MIN ? SIZE_MIN : size);
}

struct block *heap_block_of(void *pointer, const char *misuse, const char *twice)
{
	struct block *b = (struct block *)((char *)pointer - HEADER);

	if ((uintptr_t)pointer % UNIT || b < first || b >= end_mark)
		libc_fatal(misuse);
	if (is_free(b) || is_marked(b, MARK_HELD))
		libc_fatal(twice);
	if (!(b->mark == block_mark(b, true) || is_marked(b, MARK_GUARDED)) || b->size < SIZE_MIN ||
	    after(b) > end_mark || after(b)->previous != b->size)
		libc_fatal(misuse);
	return b;
}

struct block *heap_take(uint32_t size)
{
	struct block *b = size ? find(size) : NULL;

	if (!b && size && grow(size))
		b = find(size);
	if (!b)
		return NULL;
	bin_remove(b);
	b->mark = block_mark(b, true);
	trim(b, size);
	return b;
}

bool heap_extend(struct block *b, uint32_t size)
{
	struct block *next = after(b);

	if (b->size < size) {
		if (!is_free(next) || b->size + next->size < size)
			return false;
		bin_remove(next);
		set_size(b, b->size + next->size);
	}
	trim(b, size);
	return true;
}

/* A larger block, from which what lies before the right place is cut off: nothing, or a block. */
struct block *heap_take_aligned(uint32_t size, size_t alignment)
{
	struct block *b, *front;
	uint32_t before_it = 0;

	if (!size || alignment > SIZE_MOST / 2)
		return NULL;
	front = heap_take(size + (uint32_t)(alignment / UNIT + SIZE_MIN));
	if (!front)
		return NULL;
	while (((uintptr_t)block_payload(front) + (size_t)before_it * UNIT) % alignment)
		before_it++;
	while (before_it && before_it < SIZE_MIN)
		before_it += (uint32_t)(alignment / UNIT);
	b = front;
	if (before_it) {
		const uint32_t rest = front->size - before_it;

		set_size(front, before_it);
		b = after(front);
		set_size(b, rest);
		b->mark = block_mark(b, true);
		heap_release(front);
	}
	trim(b, size);
	return b;
}

struct block *heap_next(struct block *b)
{
	b = b ? after(b) : first;
	return b && b != end_mark ? b : NULL;
}
