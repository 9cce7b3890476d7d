/* malloc and its family, over the row of blocks (heap.c).
 *
 * In debug mode (libc_heap_debug) a block has more room than was asked for, filled with a pattern
 * that is looked at when it is freed and when the program exits; and blocks that were freed are
 * held back for a while, so that a second free or a late write is noticed.
 *
 * One lock guards it all: the functions that C has take it, those above them count on it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../internal.h"
#include "guard.h"
#include "heap.h"

static uint64_t lock;
bool libc_heap_debug;

/* The blocks that were freed last, in debug mode. */
#define HELD_MOST 64
static struct block *held[HELD_MOST];
static unsigned held_next;

/* ---- Debug mode ------------------------------------------------------------------------------ */

/* Holds b back, and lets go of what has been held longest; NULL: only lets go. */
static void hold(struct block *b)
{
	struct block *oldest = held[held_next];

	held[held_next] = b;
	held_next = (held_next + 1) % HELD_MOST;
	if (!oldest)
		return;
	if (!guard_undisturbed(block_payload(oldest), block_room(oldest)))
		libc_fatal("malloc: memory was written to after it had been freed");
	heap_release(oldest);
}

static void check_guard(struct block *b)
{
	if (is_marked(b, MARK_GUARDED) && !guard_intact(block_payload(b), block_room(b)))
		libc_fatal("free: memory was written to behind its end");
}

/* A block for so many bytes, guarded in debug mode; or NULL. */
static struct block *take_bytes(size_t bytes)
{
	struct block *b;

	if (!libc_heap_debug)
		return heap_take(heap_size_for(bytes));
	if (bytes > SIZE_MAX - GUARD_BYTES)
		return NULL;
	b = heap_take(heap_size_for(bytes + GUARD_BYTES));
	if (!b) {
		for (int i = 0; i < HELD_MOST; i++)
			hold(NULL);
		b = heap_take(heap_size_for(bytes + GUARD_BYTES));
	}
	if (b) {
		b->mark = (uintptr_t)b ^ MARK_GUARDED;
		guard_set(block_payload(b), block_room(b), bytes);
	}
	return b;
}

static void give_back(struct block *b)
{
	if (!is_marked(b, MARK_GUARDED)) {
		heap_release(b);
		return;
	}
	check_guard(b);
	guard_bury(block_payload(b), block_room(b));
	b->mark = (uintptr_t)b ^ MARK_HELD;
	hold(b);
}

/* ---- What C has ------------------------------------------------------------------------------ */

static void enter(void)
{
	if (!libc_hold(&lock))
		libc_fatal("malloc: a thread was killed while it changed the heap");
}

static void *payload(struct block *b)
{
	if (b)
		return block_payload(b);
	errno = ENOMEM;
	return NULL;
}

void libc_heap_check(void)
{
	enter();
	for (struct block *b = heap_next(NULL); b; b = heap_next(b))
		check_guard(b);
	for (int i = 0; i < HELD_MOST; i++)
		hold(NULL);
	libc_release(&lock);
}

void *malloc(size_t bytes)
{
	struct block *b;

	enter();
	b = take_bytes(bytes);
	libc_release(&lock);
	return payload(b);
}

void free(void *pointer)
{
	if (!pointer)
		return;
	enter();
	give_back(heap_block_of(pointer,
	    "free: not an allocated pointer, or its header was overwritten", "free: freed twice"));
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

void *realloc(void *pointer, size_t bytes)
{
	struct block *b, *moved;
	uint32_t size = heap_size_for(bytes);
	size_t there;

	if (!pointer)
		return malloc(bytes);
	enter();
	b = heap_block_of(pointer,
	    "realloc: not an allocated pointer, or its header was overwritten",
	    "realloc: was freed");
	there = is_marked(b, MARK_GUARDED) ? guard_size(pointer, block_room(b)) : block_room(b);
	check_guard(b);
	if (!libc_heap_debug && size && heap_extend(b, size))
		moved = b;
	else
		moved = take_bytes(bytes);
	if (moved && moved != b) {
		memcpy(block_payload(moved), pointer, there < bytes ? there : bytes);
		give_back(b);
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

void *aligned_alloc(size_t alignment, size_t bytes)
{
	struct block *b;

	if (!alignment || alignment & (alignment - 1)) {
		errno = EINVAL;
		return NULL;
	}
	if (alignment <= UNIT)
		return malloc(bytes);
	enter();
	b = heap_take_aligned(heap_size_for(bytes), alignment);
	libc_release(&lock);
	return payload(b);
}
