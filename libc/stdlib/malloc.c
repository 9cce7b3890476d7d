/* The heap: malloc and its family.
 *
 * The heap is one row of blocks, each headed by a struct block that knows its own size and its
 * predecessor's, so that a freed block finds both neighbours and becomes one with those that are
 * free. Free blocks hang in bins by size; a word of bits says which bins are not empty. Both malloc
 * and free take constant time, but for a short search in the one bin whose blocks may be too small.
 *
 * Invariants: blocks and payloads are aligned to 16; no two free blocks are neighbours; the last
 * block is the end mark, of size 0 and in use. A header carries a mark derived from its address:
 * freeing what is no block, or is free already, and a header that was written over, end the program
 * with a message.
 *
 * One lock guards it all: the functions that C has take it, those above them count on it. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../internal.h"

/* Sizes in units of 16 bytes, header included. */
#define UNIT 16
struct block {
	uint32_t size, previous; /* previous: size of the block before; 0: there is none */
	uint64_t mark;           /* block_mark of its state */
	struct block *next_free, *previous_free; /* free blocks only: here the payload begins */
};
#define HEADER    16
#define SIZE_MIN  (sizeof(struct block) / UNIT) /* must hold the links when it becomes free */
#define SIZE_MOST (UINT32_MAX / 2)

/* A bin for each size up to 31, then four for each power of two. */
#define BINS   192
#define LINEAR 32

static struct block *bin[BINS];
static uint64_t bin_used[BINS / 64];
static struct block *first, *end_mark;
static size_t heap_bytes;
static uint64_t lock;

#define MARK_USED 0x6d656d5f75736564ull
#define MARK_FREE 0x6d656d5f66726565ull

static uint64_t block_mark(const struct block *b, bool used)
{
	return (uintptr_t)b ^ (used ? MARK_USED : MARK_FREE);
}

static bool is_free(const struct block *b)
{
	return b->mark == block_mark(b, false);
}

static struct block *after(struct block *b)
{
	return (struct block *)((char *)b + (size_t)b->size * UNIT);
}

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

/* Makes b, which is in no bin, free, together with its free neighbours. */
static void release(struct block *b)
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
	release(after(b));
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
	release(b);
	return true;
}

/* The size of a block for so many bytes; 0: too much. */
static uint32_t size_for(size_t bytes)
{
	size_t size = bytes / UNIT + (bytes % UNIT != 0) + HEADER / UNIT;

	if (size > SIZE_MOST)
		return 0;
	return (uint32_t)(size < SIZE_MIN ? SIZE_MIN : size);
}

/* The block of an allocated pointer; does not return when it is none. */
static struct block *block_of(void *pointer, const char *misuse, const char *twice)
{
	struct block *b = (struct block *)((char *)pointer - HEADER);

	if ((uintptr_t)pointer % UNIT || b < first || b >= end_mark)
		libc_fatal(misuse);
	if (is_free(b))
		libc_fatal(twice);
	if (b->mark != block_mark(b, true) || b->size < SIZE_MIN || after(b) > end_mark ||
	    after(b)->previous != b->size)
		libc_fatal(misuse);
	return b;
}

/* A block in use of this size, or NULL. */
static struct block *take(uint32_t size)
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

static void enter(void)
{
	if (!libc_hold(&lock))
		libc_fatal("malloc: a thread was killed while it changed the heap");
}

static void *payload(struct block *b)
{
	if (b)
		return (char *)b + HEADER;
	errno = ENOMEM;
	return NULL;
}

void *malloc(size_t bytes)
{
	struct block *b;

	enter();
	b = take(size_for(bytes));
	libc_release(&lock);
	return payload(b);
}

void free(void *pointer)
{
	if (!pointer)
		return;
	enter();
	release(block_of(pointer, "free: not an allocated pointer, or its header was overwritten",
	    "free: freed twice"));
	libc_release(&lock);
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *pointer;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	pointer = malloc(bytes);
	return pointer ? memset(pointer, 0, bytes) : NULL;
}

/* Makes b at least this size where it lies, with the help of a free block behind it. */
static bool extend(struct block *b, uint32_t size)
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

void *realloc(void *pointer, size_t bytes)
{
	struct block *b, *moved;
	uint32_t size = size_for(bytes);

	if (!pointer)
		return malloc(bytes);
	enter();
	b = block_of(pointer, "realloc: not an allocated pointer, or its header was overwritten",
	    "realloc: was freed");
	moved = size && extend(b, size) ? b : take(size);
	if (moved && moved != b) {
		memcpy((char *)moved + HEADER, pointer, (size_t)b->size * UNIT - HEADER);
		release(b);
	}
	libc_release(&lock);
	return payload(moved);
}

void *reallocarray(void *pointer, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(pointer, bytes);
}
