/* The pager, seen from here: it gets the space of each process that wants its pages from it, and it
 * tells what such a process died of. It stands above us, so we may call it; it only notifies. */
#include "paging.h"
#include <atoll/name.h>
#include <atoll/startup.h>
#include <errno.h>
#include <servers/pager/protocol.h>
#include <string.h>

#define PATIENCE_MS 5000 /* it may have to copy a large process */

_Static_assert(ELF_SEGMENTS + 2 <= PAGER_REGIONS, "each area becomes a region");

static int ask(struct msg *m)
{
	static cap_t pager;
	int error;

	if (name_once("pager", &pager, time_in_ms(PATIENCE_MS)) != 0)
		return EIO;
	error = -ipc_ask(pager, m, time_in_ms(PATIENCE_MS));
	if (error == ENOSPC)
		return EAGAIN;
	return error == EPIPE || error == ETIMEDOUT ? EIO : error;
}

int paging_attach(struct process *process)
{
	const struct program *p = &process->program;
	struct pager_area area[ELF_SEGMENTS + 2];
	struct msg m = { .word = { process->pid }, .send = area };
	int64_t told = cap_mint(
	    startup_cap("endpoint"), CAP_NOTIFY | CAP_TRANSFER, 1ull << PROCESS_BIT_CRASHED, 0);
	int error;

	if (told < 0)
		return (int)-told;
	for (unsigned i = 0; i < p->areas; i++)
		area[i] = (struct pager_area){ p->area[i].address, p->area[i].offset,
			p->area[i].bytes, p->area[i].protection };
	m.label = MSG_LABEL(PAGER_ATTACH, PAGER_VERSION, 3, p->areas * sizeof *area);
	m.cap[0] = p->space;
	m.cap[1] = p->memory;
	m.cap[2] = (cap_t)told;
	error = p->memory ? ask(&m) : EEXIST; /* a copy has none: it is the pager's already */
	cap_delete((cap_t)told);
	return error;
}

/* ---- Copies ---------------------------------------------------------------------------------- */

/* The child's handle of a copy, or 0 with an error in *error, which ends what follows. */
static cap_t give(cap_t cap, unsigned rights, uint64_t badge, cap_t space, int *error)
{
	int64_t handle = *error ? 0 : cap_mint(cap, rights, badge, space);

	if (handle < 0)
		*error = (int)-handle;
	return handle < 0 ? 0 : (cap_t)handle;
}

static int give_all(struct process *child, const struct request *r, cap_t *supervisor)
{
	const cap_t space = child->program.space;
	int error = 0;

	*supervisor = give(child->program.supervisor, CAP_SEND, child->pid, space, &error);
	child->self = (struct process_self){
		.pid = child->pid,
		.fds = r->caps,
		.name = give(startup_cap("names"), CAP_SEND, child->pid, space, &error),
	};
	for (unsigned i = 0; i < r->caps; i++) {
		child->self.fd[i].cap = give(r->cap[i], CAP_SEND | CAP_TRANSFER, 0, space, &error);
		child->self.fd[i].fd = r->word[0] >> 8 * i & 0xff;
	}
	return error;
}

/* Its thread, whose pager is the pager. */
static int make_thread(struct program *p, uint32_t parent, uint64_t entry, cap_t supervisor)
{
	struct msg m = { .label = MSG_LABEL(PAGER_FORK, PAGER_VERSION, 1, 0),
		.word = { parent, p->pid },
		.cap = { p->space },
		.recv_caps = 1 };
	int error = ask(&m);
	int64_t thread;

	if (error)
		return error;
	if (MSG_NCAPS(m.label) != 1)
		return EPROTO;
	thread = thread_create(p->space, entry, 0, supervisor, p->priority, m.cap[0]);
	cap_delete(m.cap[0]); /* the thread remembers */
	if (thread < 0)
		return (int)-thread;
	p->thread = (cap_t)thread;
	return 0;
}

int paging_fork(const struct process *parent, struct process *child, const struct request *r)
{
	struct program *p = &child->program;
	int64_t space;
	cap_t supervisor;
	int error;

	*p = (struct program){
		.name = child->name,
		.pid = child->pid,
		.frames = parent->program.frames,
		.priority = parent->program.priority,
		.ceiling = parent->program.ceiling,
		.supervisor = parent->program.supervisor,
	};
	space = space_create(
	    p->frames, p->ceiling, p->name, strnlen(p->name, KERNEL_NAME_MAX - 1), p->pid);
	if (space < 0)
		return (int)-space;
	p->space = (cap_t)space;
	error = give_all(child, r, &supervisor);
	if (!error)
		error = make_thread(p, parent->pid, r->word[1], supervisor);
	if (error)
		program_destroy(p);
	return error;
}

/* ---- Crashes --------------------------------------------------------------------------------- */

uint32_t paging_crash(uint64_t word[MSG_WORDS])
{
	struct msg m = { .label = MSG_LABEL(PAGER_CRASHED, PAGER_VERSION, 0, 0) };

	if (ask(&m) != 0)
		return 0;
	memcpy(word, &m.word[1], (MSG_WORDS - 1) * sizeof *word);
	return (uint32_t)m.word[0];
}
