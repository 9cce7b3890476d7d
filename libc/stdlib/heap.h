/* The row of blocks that the heap is: heap.c. */
#ifndef LIBC_HEAP_H
#define LIBC_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#define MARK_USED 0x6d656d5f75736564ull
#define MARK_FREE 0x6d656d5f66726565ull
/* Debug mode: in use, with a pattern behind it; freed, and held back. */
#define MARK_GUARDED 0x6d656d5f67756172ull
#define MARK_HELD    0x6d656d5f68656c64ull

static inline uint64_t block_mark(const struct block *b, bool used)
{
	return (uintptr_t)b ^ (used ? MARK_USED : MARK_FREE);
}

static inline bool is_free(const struct block *b)
{
	return b->mark == block_mark(b, false);
}

static inline bool is_marked(const struct block *b, uint64_t mark)
{
	return b->mark == ((uintptr_t)b ^ mark);
}

static inline struct block *after(struct block *b)
{
	return (struct block *)((char *)b + (size_t)b->size * UNIT);
}

/* How much the program could use of it. */
static inline size_t block_room(const struct block *b)
{
	return (size_t)b->size * UNIT - HEADER;
}

static inline void *block_payload(struct block *b)
{
	return (char *)b + HEADER;
}

/* The size of a block for so many bytes; 0: too much. */
uint32_t heap_size_for(size_t bytes);
/* A block in use of this size, or NULL. */
struct block *heap_take(uint32_t size);
/* The same, its payload aligned. */
struct block *heap_take_aligned(uint32_t size, size_t alignment);
/* Makes b, which is in no bin, free, together with its free neighbours. */
void heap_release(struct block *b);
/* Makes b at least this size where it lies, with the help of a free block behind it. */
bool heap_extend(struct block *b, uint32_t size);
/* The block of an allocated pointer; does not return when it is none. */
struct block *heap_block_of(void *pointer, const char *misuse, const char *twice);
/* The block behind b, of NULL the first; NULL: there is none. */
struct block *heap_next(struct block *b);

#endif
