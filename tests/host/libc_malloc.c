// SOURCES:
// The heap: random allocating, growing and freeing with every byte checked, all block invariants
// after each step, exhaustion, and the misuses it promises to notice. The source is included below,
// see libc_rename.h.
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include "tap.h"

#define LIBC_INTERNAL_H /* in its place: */
#define PAGE_SIZE       4096
static void *libc_grow(size_t bytes);
static _Noreturn void libc_fatal(const char *what);
static bool libc_hold(uint64_t *word);
static void libc_release(uint64_t *word);

#define HOST_STRING
#include "libc_rename.h"
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *pointer, size_t size);
void *reallocarray(void *pointer, size_t count, size_t size);
void free(void *pointer);
extern bool libc_heap_debug;
void libc_heap_check(void);
void *aligned_alloc(size_t alignment, size_t size);
#include "../../libc/stdlib/heap.c"
#include "../../libc/stdlib/malloc.c"
#include "../../libc/stdlib/guard.c"
#include "libc_rename.h"
// clang-format on

/* The memory below the heap: full of rubbish, with an end. */
#define ARENA (64u << 20)
static unsigned char arena[ARENA] __attribute__((aligned(4096)));
static size_t arena_used, arena_limit = ARENA;
static unsigned grown;

/* Who is inside the heap has the lock; who misuses it takes it along. */
static bool owner_died, unlocked;

static void *libc_grow(size_t bytes)
{
	void *start = arena + arena_used;

	unlocked |= lock != 1;
	if (bytes % PAGE_SIZE || bytes > arena_limit - arena_used)
		return NULL;
	memset(start, 0xa5, bytes);
	arena_used += bytes;
	grown++;
	return start;
}

static jmp_buf fatal;
static const char *fatal_text;

static bool libc_hold(uint64_t *word)
{
	unlocked |= *word != 0;
	*word = 1;
	return !owner_died;
}

static void libc_release(uint64_t *word)
{
	unlocked |= *word != 1;
	*word = 0;
}

static _Noreturn void libc_fatal(const char *what)
{
	unlocked |= lock != 1;
	lock = 0;
	fatal_text = what;
	longjmp(fatal, 1);
}

/* Walks the row of blocks and all bins; the sum of free blocks must be the same both ways. */
static bool sound(void)
{
	size_t in_row = 0, in_bins = 0, bytes = 0;
	uint32_t previous = 0;
	bool was_free = false, good = true;
	struct block *b = (struct block *)arena;

	if (!end_mark)
		return true;
	for (; good && b != end_mark; b = after(b)) {
		good &= b->size >= SIZE_MIN && b->previous == previous && b < end_mark;
		good &= is_free(b) || b->mark == block_mark(b, true) ||
		    is_marked(b, MARK_GUARDED) || is_marked(b, MARK_HELD);
		good &= !(was_free && is_free(b));
		was_free = is_free(b);
		in_row += was_free;
		previous = b->size;
		bytes += (size_t)b->size * UNIT;
	}
	good &=
	    b->size == 0 && b->previous == previous && !is_free(b) && bytes + HEADER == arena_used;
	for (unsigned i = 0; i < BINS; i++) {
		good &= !bin[i] == !(bin_used[i / 64] >> i % 64 & 1);
		for (b = bin[i]; b && good; b = b->next_free) {
			good &= is_free(b) && bin_of(b->size) == i;
			good &= b->previous_free ? b->previous_free->next_free == b : bin[i] == b;
			in_bins++;
		}
	}
	return good && in_row == in_bins;
}

static uint64_t seed __attribute__((aligned(16))) = 1;

static unsigned pick(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

#define SLOTS 300
static struct slot {
	unsigned char *at;
	size_t size;
	unsigned char pattern;
} slot[SLOTS];

static size_t random_size(void)
{
	switch (pick(8)) {
	case 0:
		return pick(20);
	case 1:
		return pick(20000);
	case 2:
		return pick(100) ? pick(4096) : pick(1u << 20);
	default:
		return pick(300);
	}
}

static bool intact(const struct slot *s, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (s->at[i] != s->pattern)
			return false;
	return true;
}

static void test_random(const char *mode)
{
	bool bytes = true, blocks = true, aligned = true, zeroed = true;

	for (int round = 0; round < 40000; round++) {
		struct slot *s = &slot[pick(SLOTS)];
		size_t size = random_size();

		if (!s->at) {
			s->pattern = (unsigned char)pick(256);
			s->size = size;
			if (pick(4)) {
				s->at = atoll_malloc(size);
			} else {
				s->at = atoll_calloc(size / 3, 3);
				s->size = size / 3 * 3;
				for (size_t i = 0; i < s->size; i++)
					zeroed &= s->at[i] == 0;
			}
			memset(s->at, s->pattern, s->size);
		} else if (pick(2)) {
			bytes &= intact(s, s->size);
			atoll_free(s->at);
			s->at = NULL;
		} else {
			s->at = pick(2) ? atoll_realloc(s->at, size)
					: atoll_reallocarray(s->at, size, 1);
			bytes &= intact(s, size < s->size ? size : s->size);
			s->size = size;
			memset(s->at, s->pattern, size);
		}
		aligned &= (uintptr_t)s->at % 16 == 0;
		if (round % 16 == 0)
			blocks &= sound();
	}
	for (int i = 0; i < SLOTS; i++) {
		bytes &= intact(&slot[i], slot[i].at ? slot[i].size : 0);
		atoll_free(slot[i].at);
		slot[i].at = NULL;
	}
	libc_heap_check(); /* lets go of what debug mode holds back */
	ok(bytes, "every byte stays what was written%s", mode);
	ok(zeroed, "calloc gives zeros where rubbish was%s", mode);
	ok(aligned, "aligned to 16%s", mode);
	ok(blocks && sound(), "blocks and bins are sound%s", mode);
	ok(is_free((struct block *)arena) && after((struct block *)arena) == end_mark,
	    "all freed: one free block%s", mode);
	ok(grown < 90, "the heap grew %u times to %zu KiB", grown, arena_used / 1024);
}

static bool dies(void (*misuse)(void), const char *text)
{
	fatal_text = "";
	if (setjmp(fatal) == 0)
		misuse();
	return strncmp(fatal_text, text, strlen(text)) == 0;
}

static unsigned char *victim;

static void free_victim(void)
{
	atoll_free(victim);
}

static void grow_victim(void)
{
	victim = atoll_realloc(victim, 100);
}

static void test_misuse(void)
{
	unsigned char *neighbour;

	victim = atoll_malloc(40);
	neighbour = atoll_malloc(40);
	atoll_free(victim);
	ok(dies(free_victim, "free: freed twice"), "a double free is noticed");
	ok(dies(grow_victim, "realloc: was freed"), "realloc of what was freed");
	atoll_free(neighbour);
	ok(dies(free_victim, "free: freed twice"), "a double free is noticed after merging");
	victim = atoll_malloc(100);
	memset(victim, 0, 100);
	victim += 32;
	ok(dies(free_victim, "free: not an allocated"), "a pointer into the middle");
	victim++;
	ok(dies(free_victim, "free: not an allocated"), "a pointer that is not aligned");
	victim -= 33;
	atoll_free(victim);
	victim = atoll_malloc(24);
	neighbour = atoll_malloc(24);
	memset(victim, 'x', 40);
	ok(dies(free_victim, "free: not an allocated"), "one that overran its end");
	victim = neighbour;
	ok(dies(free_victim, "free: not an allocated"), "one whose header was overrun");
	atoll_free(NULL);
	ok(true, "free(NULL)");
	victim = (unsigned char *)&seed;
	ok(dies(free_victim, "free: not an allocated"), "a pointer outside the heap");
}

static void check_heap(void)
{
	libc_heap_check();
}

static void test_debug(void)
{
	unsigned char *other;
	bool noticed = true;

	libc_heap_debug = true;
	test_random(", in debug mode");
	for (size_t size = 0; size < 40; size++) {
		victim = atoll_malloc(size);
		victim[size] = 0;
		noticed &= dies(free_victim, "free: memory was written to behind");
		victim[size] = 0xfd;
		atoll_free(victim);
	}
	ok(noticed, "a byte behind the end is noticed, whatever the size");
	victim = atoll_malloc(100);
	victim[100] = 1;
	ok(dies(grow_victim, "free: memory was written to behind"), "by realloc, too");
	ok(dies(check_heap, "free: memory was written to behind"), "and at the end");
	victim[100] = 0xfd;
	atoll_free(victim);
	other = atoll_malloc(100);
	ok(other != victim && dies(free_victim, "free: freed twice"),
	    "what was freed is not given out again soon, so a second free is noticed");
	victim[50] = 1;
	ok(dies(check_heap, "malloc: memory was written to after"), "a late write is noticed");
	atoll_free(other);
	victim = atoll_malloc(100);
	libc_heap_debug = false;
	victim = atoll_realloc(victim, 3000);
	other = atoll_malloc(100);
	libc_heap_debug = true;
	other = atoll_realloc(other, 10);
	ok(victim && other && sound(), "blocks of both modes go together");
	atoll_free(victim);
	atoll_free(other);
	ok(!atoll_malloc(SIZE_MAX) && !atoll_malloc(SIZE_MAX - GUARD_BYTES), "too much: NULL");
	libc_heap_debug = false;
	libc_heap_check();
	ok(sound(), "sound afterwards");
}

static void test_aligned(void)
{
	unsigned char *at[200];
	bool aligned = true, blocks = true;

	for (int i = 0; i < 200; i++) {
		size_t alignment = (size_t)1 << pick(13), size = pick(3000);

		at[i] = atoll_aligned_alloc(alignment, size);
		aligned &= at[i] && (uintptr_t)at[i] % alignment == 0;
		memset(at[i], 1, size);
		blocks &= sound();
	}
	for (int i = 0; i < 200; i++)
		atoll_free(at[i]);
	ok(aligned, "aligned as was asked for");
	ok(blocks && sound(), "nothing of it is lost");
	errno = 0;
	ok(!atoll_aligned_alloc(24, 24) && errno == EINVAL && !atoll_aligned_alloc(0, 1),
	    "no power of two: EINVAL");
	ok(!atoll_aligned_alloc(1ull << 62, 1) && !atoll_aligned_alloc(4096, SIZE_MAX - 10) &&
		errno == ENOMEM,
	    "too much: ENOMEM");
}

static void test_lock(void)
{
	ok(!unlocked && lock == 0, "all of that with the lock held, and once only");
	owner_died = true;
	ok(dies(free_victim, "malloc: a thread was killed"),
	    "a heap left half changed is not used");
}

static void test_limits(void)
{
	unsigned char *p;

	errno = 0;
	ok(!atoll_malloc(SIZE_MAX) && errno == ENOMEM && !atoll_malloc(SIZE_MAX - 15) &&
		!atoll_malloc(1ull << 40),
	    "too much at once: ENOMEM");
	ok(!atoll_calloc(1ull << 33, 1ull << 33) && !atoll_reallocarray(NULL, SIZE_MAX / 2, 3),
	    "a product that overflows");
	p = atoll_malloc(10);
	memcpy(p, "123456789", 10);
	ok(!atoll_realloc(p, ARENA) && strcmp((char *)p, "123456789") == 0,
	    "a realloc that fails leaves what was there");
	atoll_free(p);
	arena_limit = arena_used + 3 * PAGE_SIZE; /* less than the heap would like to grow by */
	for (int i = 0; (p = atoll_malloc(1000)); i++)
		;
	ok(sound() && arena_used > arena_limit - PAGE_SIZE,
	    "all of a small rest is used before malloc fails");
}

static void test_zero(void)
{
	void *a = atoll_malloc(0), *b = atoll_malloc(0);

	ok(a && b && a != b, "malloc(0) gives different pointers");
	a = atoll_realloc(a, 0);
	ok(a != NULL, "realloc to 0");
	atoll_free(a);
	atoll_free(b);
}

int main(void)
{
	test_random("");
	test_debug();
	test_aligned();
	test_zero();
	test_limits();
	test_misuse();
	test_lock();
	return tap_done();
}
