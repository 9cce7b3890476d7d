/* Having one's pages brought by the pager: atoll/pager.h. */
#include <atoll/name.h>
#include <atoll/pager.h>
#include <errno.h>
#include <servers/process/protocol.h>
#include <string.h>

#include "../internal.h"
#include "../threads/thread.h"
#include "posix.h"

/* First the pager becomes this thread's, then our windows go: in between the next instruction
 * faults. The call carries words alone, for our stack is not there when the answer comes. */
int pager_attach(void)
{
	struct msg m = { .label = MSG_LABEL(PROCESS_PAGED, PROCESS_VERSION, 0, 0) };
	int64_t pager;
	int error;

	if (libc_pager)
		return 0;
	if (!libc_alone())
		return (int)libc_result(-ENOTSUP); /* the pager of the others is the supervisor */
	pager = libc_result(name_lookup("pager", DEADLINE_NOW));
	if (pager < 0 || !libc_process_service())
		return -1;
	error = thread_set(0, THREAD_PAGER, (cap_t)pager);
	if (!error)
		error = ipc_ask(libc_process_service(), &m, DEADLINE_FOREVER);
	if (error) {
		thread_set(0, THREAD_PAGER, startup_cap("supervisor"));
		cap_delete((cap_t)pager);
		return (int)libc_result(error);
	}
	libc_pager = (cap_t)pager;
	return 0;
}

int libc_pager_give(const struct libc_region *r, const char *path, off_t offset)
{
	struct msg m = {
		.label = MSG_LABEL(PAGER_MAP, PAGER_VERSION, 1, path ? strlen(path) : 0),
		.word = { r->address, r->bytes, r->protection, (uint64_t)offset, r->what },
		.send = path,
		.cap = { r->memory },
	};

	return libc_ask(libc_pager, &m, ONCE);
}

int pager_map(void *address, size_t bytes, unsigned protection, const char *path, off_t offset)
{
	struct libc_region r = { .address = (uint64_t)address,
		.bytes = bytes,
		.protection = protection,
		.what = PAGER_ZERO };
	char absolute[PATH_MAX];
	int64_t memory;
	int result;

	if ((path && libc_path(absolute, path) < 0) || pager_attach() != 0)
		return -1;
	memory = libc_result(mem_create(bytes));
	if (memory < 0)
		return -1;
	r.memory = (cap_t)memory;
	result = libc_pager_give(&r, path ? absolute : NULL, offset);
	cap_delete(r.memory);
	return result;
}

int pager_unmap(void *address)
{
	struct msg m = {
		.label = MSG_LABEL(PAGER_UNMAP, PAGER_VERSION, 0, 0),
		.word = { (uint64_t)address },
	};

	return pager_attach() != 0 ? -1 : libc_ask(libc_pager, &m, ONCE);
}

int pager_stack(size_t bytes)
{
	uint64_t stack = libc_startup ? libc_startup->stack : STACK_BYTES;

	return pager_map(
	    (void *)(STACK_TOP - stack - bytes), bytes, PROT_READ | PROT_WRITE, NULL, 0);
}

int pager_counts(struct pager_counts *counts)
{
	struct msg m = {
		.label = MSG_LABEL(PAGER_COUNTS, PAGER_VERSION, 0, 0),
		.recv = counts,
		.recv_bytes = sizeof *counts,
	};

	return pager_attach() != 0 ? -1 : libc_ask(libc_pager, &m, IDEMPOTENT);
}
