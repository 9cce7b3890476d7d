/* Where the heap's memory comes from: each time one more memory object of the kernel's, mapped
 * right behind the last. Nothing is given back before the process ends.
 *
 * The heap leaves some of the quota alone, for capabilities, watches and page tables come out of it
 * too: a file server that was once filled up could not open a file any more. */
#include <atoll/sys.h>

#include "internal.h"

#define SPARE 64 /* frames: 1,024 capabilities with a watch on each need 44 */

struct libc_heap_piece libc_heap[LIBC_HEAP_PIECES];
unsigned libc_heap_pieces;
static uint64_t set_aside; /* frames, besides */

void startup_set_aside(uint64_t frames)
{
	set_aside = frames;
}

static uint64_t heap_max(void)
{
	uint64_t frames = (libc_startup ? libc_startup->frames : HEAP_END / PAGE_SIZE) - set_aside;
	uint64_t spare = SPARE + frames / 512; /* the second: page tables */

	return (frames - (spare < frames / 4 ? spare : frames / 4)) * PAGE_SIZE;
}

void *libc_grow(size_t bytes)
{
	static uint64_t heap_end = HEAP_START;
	uint64_t start = heap_end;
	int64_t memory;

	if (bytes > MEM_MAX || bytes > HEAP_END - heap_end ||
	    heap_end - HEAP_START + bytes > heap_max())
		return NULL;
	memory = mem_create(bytes);
	if (memory < 0)
		return NULL;
	if (mem_map((cap_t)memory, 0, start, 0, bytes, PROT_READ | PROT_WRITE) != 0) {
		cap_delete((cap_t)memory);
		return NULL;
	}
	if (libc_heap_pieces < LIBC_HEAP_PIECES)
		libc_heap[libc_heap_pieces] =
		    (struct libc_heap_piece){ (cap_t)memory, start, bytes };
	libc_heap_pieces++;
	heap_end += bytes;
	return (void *)start;
}
