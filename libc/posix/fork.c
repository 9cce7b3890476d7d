/* fork, on top of the pager: the child has the parent's pages, copied when either writes, and goes
 * on where the parent called.
 *
 * What the kernel and the servers know of a process is not in its pages: the child has a space, a
 * thread and capabilities of its own. So the first thing it does is to ask who it is, and to mend
 * what its parent's memory says of that. It gets the four lowest descriptors that are not
 * O_CLOEXEC, as a spawned program does; its further ones are closed. */
#include <atoll/name.h>
#include <atoll/pager.h>
#include <errno.h>
#include <servers/process/protocol.h>
#include <string.h>
#include <unistd.h>

#include "../internal.h"
#include "../threads/thread.h"
#include "../x86/fork.h"
#include "posix.h"

/* ---- The parent ------------------------------------------------------------------------------ */

/* Pieces of the heap that the pager does not have so far. With our capability our window goes. */
static int hand_over_heap(void)
{
	if (libc_heap_pieces > LIBC_HEAP_PIECES) {
		errno = ENOMEM;
		return -1;
	}
	for (unsigned i = 0; i < libc_heap_pieces; i++) {
		struct libc_heap_piece *piece = &libc_heap[i];
		const struct libc_region r = { .memory = piece->memory,
			.address = piece->address,
			.bytes = piece->bytes,
			.protection = PROT_READ | PROT_WRITE,
			.what = PAGER_KEEP };

		if (!piece->memory)
			continue;
		if (libc_pager_give(&r, NULL, 0) != 0) {
			errno = ENOMEM;
			return -1;
		}
		cap_delete(piece->memory);
		piece->memory = 0;
	}
	return 0;
}

/* Memory for the child's copies: we pay for it. */
static int offer_memory(void)
{
	struct pager_counts counts;
	struct msg m = { .label = MSG_LABEL(PAGER_OFFER, PAGER_VERSION, 1, 0) };
	int64_t memory;
	int result;

	if (pager_counts(&counts) != 0)
		return -1;
	memory = libc_result(mem_create(counts.fork_bytes));
	if (memory < 0)
		return -1;
	m.word[0] = counts.fork_bytes;
	m.cap[0] = (cap_t)memory;
	result = libc_ask(libc_pager, &m, IDEMPOTENT);
	cap_delete((cap_t)memory);
	return result;
}

static pid_t make_child(void)
{
	struct msg m = { .word = { 0, (uint64_t)libc_fork_begin } };
	unsigned caps = 0;
	int error = errno;

	for (int fd = 0; fd < OPEN_MAX && caps < PROCESS_FDS; fd++) {
		cap_t cap = libc_descriptor(fd);

		if (!cap || libc_descriptor_flags(fd) & FD_CLOSE_ON_SPAWN)
			continue;
		m.word[0] |= PROCESS_FD(caps, fd);
		m.cap[caps++] = cap;
	}
	errno = error;
	m.label = MSG_LABEL(PROCESS_FORK, PROCESS_VERSION, caps, 0);
	return libc_ask(libc_process_service(), &m, ONCE) == 0 ? (pid_t)m.word[0] : -1;
}

/* ---- The child ------------------------------------------------------------------------------- */

/* The startup block is ours by now, as all memory is. */
static void mend_startup(const struct process_self *self)
{
	struct startup *s = (struct startup *)STARTUP;

	s->pid = self->pid;
	for (uint32_t i = 0; i < s->caps; i++) {
		struct startup_cap *named = &s->cap[i];

		named->cap = !strcmp(named->name, "supervisor") ? libc_fork_context.argument
		    : !strcmp(named->name, "name")              ? self->name
								: 0;
	}
}

static void become_child(void)
{
	struct process_self self = { 0 };
	struct msg m = { .label = MSG_LABEL(PROCESS_SELF, PROCESS_VERSION, 0, 0),
		.recv = &self,
		.recv_bytes = sizeof self };
	int64_t pager;

	libc_main_thread.id = libc_main_thread.alive = libc_fork_context.id;
	if (ipc_ask(libc_fork_context.argument, &m, DEADLINE_FOREVER) != 0)
		for (;;)
			thread_kill(0); /* process died over it, and so shall we */
	mend_startup(&self);
	libc_services_forget();
	libc_descriptors_forget();
	for (unsigned i = 0; i < self.fds && i < PROCESS_FDS; i++)
		libc_descriptor_new(self.fd[i].cap, 0, (int)self.fd[i].fd);
	pager = name_lookup("pager", DEADLINE_NOW);
	libc_pager = pager < 0 ? 0 : (cap_t)pager;
	if (libc_signals_changed)
		libc_signals_changed();
}

/* The registers are kept before the pages are: what the parent's stack holds by then is what the
 * child finds there. */
pid_t fork(void)
{
	if (!libc_alone() || !libc_startup) {
		errno = ENOTSUP;
		return -1;
	}
	if (pager_attach() != 0 || hand_over_heap() != 0 || offer_memory() != 0)
		return -1;
	if (setjmp(libc_fork_context.caller) == 0)
		return make_child();
	become_child();
	return 0;
}
