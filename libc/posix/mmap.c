/* mmap: each mapping is a memory object of its own, behind the last one; addresses are never used
 * again. What the list says is whole: it is changed by one thread at a time, and a mapping is in it
 * as long as its memory is ours. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../internal.h"
#include "posix.h"

#define MAPPINGS 0x0000300000000000ull

struct mapping {
	struct mapping *next;
	uint64_t address, bytes;
	cap_t memory;
};

static struct mapping *mappings;
static uint64_t lock;
static uint64_t next_address = MAPPINGS; /* under lock */

static bool allowed(int protection)
{
	return protection && (protection & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC);
}

static int check(size_t bytes, int protection, int flags, off_t offset)
{
	const int kind = flags & (MAP_SHARED | MAP_PRIVATE);

	if (!bytes || (kind != MAP_SHARED && kind != MAP_PRIVATE) || offset & (PAGE_SIZE - 1))
		return -EINVAL;
	if (flags & MAP_FIXED || !allowed(protection))
		return -ENOTSUP;
	if (bytes > MEM_MAX)
		return -ENOMEM;
	return flags & MAP_ANONYMOUS || kind == MAP_PRIVATE ? 0 : -ENODEV;
}

/* 0, or -1 with errno. What lies behind the file's end stays zero. */
static int read_in(char *to, size_t bytes, int fd, off_t offset)
{
	ssize_t count;

	do {
		count = pread(fd, to, bytes, offset);
		if (count < 0)
			return -1;
		to += count;
		bytes -= (size_t)count;
		offset += count;
	} while (count && bytes);
	return 0;
}

/* Memory at a new address, for now writable; 0, or an error of the kernel's. */
static int map(struct mapping *m)
{
	int64_t memory = mem_create(m->bytes);
	int error;

	if (memory < 0)
		return (int)memory;
	m->memory = (cap_t)memory;
	libc_hold(&lock);
	m->address = next_address;
	next_address += m->bytes + PAGE_SIZE; /* running over an end faults */
	libc_release(&lock);
	error = mem_map(m->memory, 0, m->address, 0, m->bytes, PROT_READ | PROT_WRITE);
	if (error)
		cap_delete(m->memory);
	return error;
}

static void *give_up(struct mapping *m, int error)
{
	free(m);
	errno = error;
	return MAP_FAILED;
}

void *mmap(void *hint, size_t bytes, int protection, int flags, int fd, off_t offset)
{
	int error = check(bytes, protection, flags, offset);
	struct mapping *m;

	if (error)
		return give_up(NULL, -error);
	m = malloc(sizeof *m);
	if (!m)
		return give_up(NULL, ENOMEM);
	m->bytes = (bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	if (map(m))
		return give_up(m, ENOMEM);
	if (!(flags & MAP_ANONYMOUS) && read_in((char *)m->address, bytes, fd, offset)) {
		error = errno;
		cap_delete(m->memory);
		return give_up(m, error);
	}
	mem_protect(0, m->address, m->bytes, (unsigned)protection | PROT_READ);
	libc_hold(&lock);
	m->next = mappings;
	mappings = m;
	libc_release(&lock);
	return (void *)m->address;
}

int munmap(void *address, size_t bytes)
{
	struct mapping **link, *m;

	bytes = (bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	libc_hold(&lock);
	for (link = &mappings; *link && (*link)->address != (uint64_t)address;)
		link = &(*link)->next;
	m = *link;
	if (m && m->bytes == bytes)
		*link = m->next;
	libc_release(&lock);
	if (!m || m->bytes != bytes)
		return (int)libc_result(-EINVAL);
	cap_delete(m->memory); /* unmaps it */
	free(m);
	return 0;
}

int mprotect(void *address, size_t bytes, int protection)
{
	if (!allowed(protection))
		return (int)libc_result(-ENOTSUP);
	return (int)libc_result(
	    mem_protect(0, (uint64_t)address, (bytes + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1),
		(unsigned)protection | PROT_READ));
}
