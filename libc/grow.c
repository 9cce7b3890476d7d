/* Where the heap's memory comes from: each time one more memory object of the kernel's, mapped
 * right behind the last. Nothing is given back before the process ends. */
#include <atoll/sys.h>

#include "internal.h"

void *libc_grow(size_t bytes)
{
	static uint64_t heap_end = HEAP_START;
	uint64_t start = heap_end;
	int64_t memory;

	if (bytes > MEM_MAX || bytes > HEAP_END - heap_end)
		return NULL;
	memory = mem_create(bytes);
	if (memory < 0)
		return NULL;
	if (mem_map((cap_t)memory, 0, start, 0, bytes, PROT_READ | PROT_WRITE) != 0) {
		cap_delete((cap_t)memory);
		return NULL;
	}
	heap_end += bytes;
	return (void *)start;
}
