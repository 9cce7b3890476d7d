/* process: programs as processes. The operations: protocol.h; who is whose child and who waits:
 * table.c.
 *
 * Each process is a space of ours (libc/loader.c), so all of them end with us. A process ends in
 * one of four ways: it says so (SUPERVISOR_EXIT), it faults (FAULT_OP), somebody kills it, or its
 * main thread just ends (a watch). All four lead to end(), and whoever waits is told. */
#include "image.h"
#include "paging.h"
#include "signals.h"
#include "spawn.h"
#include "table.h"
#include <atoll/name.h>
#include <atoll/server.h>
#include <atoll/supervisor.h>
#include <errno.h>
#include <servers/console/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 200

/* Bits of our endpoint: 0 the console's, 2 to 15 init's (protocol.h); the upper half says which
 * main threads ended, by pid % 32. */
#define CHILD_BIT(pid) (1ull << (32 + (pid) % 32))

static struct process_table table;
static struct signals inits[PROCESS_FIRST]; /* of what init started, by pid */
static struct spawn_limits limits = { PROCESS_PRIORITY, PROCESS_CEILING, PROCESS_MEMORY };
static struct server server;

/* ---- Telling --------------------------------------------------------------------------------- */

static cap_t console(void)
{
	static cap_t found;

	name_once("console", &found, time_in_ms(PATIENCE_MS));
	return found;
}

/* One line on the console, if that takes it. */
static void say(const char *line)
{
	struct msg m = { .label = MSG_LABEL(IO_WRITE, IO_VERSION, 0, strlen(line)),
		.word = { 0, IO_HERE },
		.send = line };

	if (console())
		ipc_ask(console(), &m, time_in_ms(PATIENCE_MS));
}

/* Tells a waiting parent of its child's end. False: the parent has gone meanwhile, or gave up
 * waiting. */
static bool tell(uint64_t token, const struct process *child)
{
	struct reply reply = { .word = { child->pid, (uint64_t)child->status } };

	return server_reply(token, 0, &reply) == 0;
}

/* After every change: those who need not wait any more. */
static void wake(void)
{
	struct process_waiter waiter;
	struct process *child;

	while (table_wake(&table, &waiter, &child)) {
		if (!child)
			server_reply(waiter.token, ECHILD, NULL);
		else if (tell(waiter.token, child))
			table_free(child);
	}
}

static void end(struct process *process, int32_t status)
{
	program_destroy(&process->program);
	signals_forget(&process->signals);
	table_end(&table, process, status);
	wake();
}

/* ---- Starting -------------------------------------------------------------------------------- */

static int watch_main(struct process *process)
{
	return watch(
	    process->program.thread, WATCH_DEATH, server.endpoint, CHILD_BIT(process->pid));
}

/* The program gets its own badge at the name server, the descriptors of the message, and a watch on
 * its main thread. */
static int start(struct process *process, const struct spawn *spawn, struct request *r,
    const void *image, size_t bytes)
{
	struct program_cap name = { "name", startup_cap("names"), CAP_SEND, process->pid, 0, 0 };
	struct program_fd fds[PROCESS_FDS];
	int error;

	for (unsigned i = 0; i < r->caps; i++)
		fds[i] = (struct program_fd){ r->cap[i], spawn->fd[i] };
	process->program = (struct program){
		.image = image,
		.bytes = bytes,
		.name = process->name,
		.pid = process->pid,
		.frames = spawn->memory / PAGE_SIZE,
		.priority = spawn->priority,
		.ceiling = limits.ceiling,
		.supervisor = server.endpoint,
		.cap = &name,
		.caps = 1,
		.fd = fds,
		.fds = r->caps,
		.argv = spawn->argv,
		.envp = spawn->envp,
		.cwd = spawn->cwd,
	};
	error = program_start(&process->program);
	if (!error) {
		error = watch_main(process);
		if (error)
			program_destroy(&process->program);
	}
	return -error;
}

/* The file is read before there is a process: reading may take long and fail, and nothing is left
 * then. */
static int do_spawn(struct request *r)
{
	static struct spawn spawn;
	struct process *process;
	size_t bytes;
	void *image;
	int error = spawn_parse(&spawn, &limits, r->word, r->caps, r->bytes, r->length);

	if (error)
		return error;
	error = image_read(spawn.path, strlen(spawn.path), &image, &bytes);
	if (error)
		return error;
	process = table_new(&table, (uint32_t)r->badge, spawn_name(&spawn));
	error = process ? start(process, &spawn, r, image, bytes) : EAGAIN;
	free(image);
	if (error && process)
		table_free(process);
	else if (process)
		r->reply.word[0] = process->pid;
	return error;
}

/* ---- Paging ---------------------------------------------------------------------------------- */

static int do_paged(struct request *r)
{
	struct process *process = table_find(&table, (uint32_t)r->badge);

	return process ? paging_attach(process) : ESRCH;
}

static int do_fork(struct request *r)
{
	const struct process *parent = table_find(&table, (uint32_t)r->badge);
	struct process *child;
	int error;

	if (!parent)
		return ESRCH;
	child = table_new(&table, parent->pid, parent->name);
	if (!child)
		return EAGAIN;
	error = paging_fork(parent, child, r);
	if (!error) {
		error = -watch_main(child);
		if (!error)
			error = -thread_start(child->program.thread);
		if (error)
			program_destroy(&child->program);
	}
	if (error)
		table_free(child);
	else
		r->reply.word[0] = child->pid;
	return error;
}

static int do_self(struct request *r)
{
	struct process *process = table_find(&table, (uint32_t)r->badge);

	if (!process || !process->self.pid)
		return ESRCH;
	r->reply.send = &process->self;
	r->reply.length = sizeof process->self;
	return 0;
}

/* ---- Ends ------------------------------------------------------------------------------------ */

static void crash(struct process *process, const uint64_t fault[MSG_WORDS])
{
	char what[128], line[192];

	fault_describe(fault, what, sizeof what);
	snprintf(line, sizeof line, "%s: %s -- killed\n", process->name, what);
	say(line);
	end(process, STATUS_SIGNAL(fault_signal(fault[0])));
}

static int do_fault(struct request *r)
{
	struct process *process = table_find(&table, (uint32_t)r->badge);

	if (!process || process->zombie)
		return ESRCH;
	crash(process, r->word);
	return SERVE_DEFER;
}

/* Whose pages come from the pager, faults there; what it cannot mend ends here. */
static void crashed(void)
{
	uint64_t fault[MSG_WORDS];
	uint32_t pid;

	while ((pid = paging_crash(fault)) != 0) {
		struct process *process = table_find(&table, pid);

		if (process && !process->zombie)
			crash(process, fault);
	}
}

static int do_exit(struct request *r)
{
	struct process *process = table_find(&table, (uint32_t)r->badge);

	if (!process || process->zombie)
		return ESRCH;
	end(process, STATUS_EXIT((int32_t)r->word[0]));
	return SERVE_DEFER;
}

/* From elsewhere: it ends, unless it has said otherwise. Whoever catches a signal does not wait on.
 */
static void signal(struct process *process, int number)
{
	struct process_waiter waiter;

	switch (signals_tell(&process->signals, number)) {
	case SIGNAL_ENDS:
		end(process, STATUS_SIGNAL(number));
		break;
	case SIGNAL_CAUGHT:
		while (table_interrupt(&table, process->pid, &waiter))
			server_reply(waiter.token, EINTR, NULL);
		break;
	case SIGNAL_IGNORED:
		break;
	}
}

/* Ctrl-C: for the process in the foreground, and what it started. */
static void interrupted(void)
{
	struct msg m = { .label = MSG_LABEL(IO_TTY, IO_VERSION, 0, 0),
		.word = { TTY_INTERRUPTED } };
	uint32_t foreground, below = UINT32_MAX;

	if (!console() || ipc_ask(console(), &m, time_in_ms(PATIENCE_MS)) || !m.word[0])
		return;
	if (m.word[0] < PROCESS_FIRST) {
		signals_tell(&inits[m.word[0]], END_INTERRUPT);
		return;
	}
	foreground = (uint32_t)m.word[0];
	/* Children before parents, for the chain from a child upward must be whole when it is asked
	 * for. */
	for (;;) {
		struct process *youngest = NULL;

		for (struct process *p = table.process; p < table.process + PROCESS_MAX; p++)
			if (p->pid && p->pid < below && !p->zombie &&
			    table_descends(&table, p, foreground) &&
			    (!youngest || p->pid > youngest->pid))
				youngest = p;
		if (!youngest)
			return;
		below = youngest->pid;
		signal(youngest, END_INTERRUPT);
	}
}

/* A main thread ended without a word. Several processes share a bit: to watch again says EBUSY
 * while one lives. */
static void look_at_children(uint64_t bits)
{
	for (struct process *p = table.process; p < table.process + PROCESS_MAX; p++) {
		int error = p->pid && !p->zombie && bits & CHILD_BIT(p->pid) ? watch_main(p) : 0;

		if (error && error != -EBUSY)
			end(p, STATUS_SIGNAL(END_KILL));
	}
}

static void notified(uint64_t bits)
{
	if (bits & 1ull << PROCESS_BIT_INTERRUPT)
		interrupted();
	if (bits & 1ull << PROCESS_BIT_CRASHED)
		crashed();
	for (uint32_t pid = 2; pid < PROCESS_FIRST; pid++)
		if (bits & 1ull << pid) {
			table_orphan(&table, pid);
			signals_forget(&inits[pid]);
		}
	look_at_children(bits);
	wake();
}

/* ---- Operations ------------------------------------------------------------------------------ */

/* Answers at once when a child has ended, else later (child_ended): the server itself never waits.
 */
static int do_wait(struct request *r)
{
	bool any = r->word[0] == UINT64_MAX;
	struct process_waiter evicted;
	struct process_waiter waiter = { .token = r->token, .parent = (uint32_t)r->badge };
	struct process *child;
	int result;

	if (r->word[1] & ~(uint64_t)PROCESS_NOHANG ||
	    (!any && (r->word[0] == 0 || r->word[0] > UINT32_MAX)))
		return EINVAL;
	waiter.pid = any ? 0 : (uint32_t)r->word[0];
	result = table_ended_child(&table, waiter.parent, waiter.pid, &child);
	if (result == EAGAIN && r->word[1] & PROCESS_NOHANG)
		return 0; /* pid 0 */
	if (result == ECHILD)
		return result;
	if (result == EAGAIN) {
		if (table_wait(&table, &waiter, &evicted))
			server_reply(evicted.token, EAGAIN, NULL);
	} else if (tell(r->token, child)) {
		table_free(child);
	}
	return SERVE_DEFER;
}

static int do_kill(struct request *r)
{
	struct process *process =
	    r->word[0] <= UINT32_MAX ? table_find(&table, (uint32_t)r->word[0]) : NULL;

	if (r->word[1] > 31)
		return EINVAL;
	if (!process)
		return ESRCH;
	if (r->word[1] == 0 || process->zombie)
		return 0;
	server_reply(r->token, 0, NULL); /* first: it may be the caller itself that ends */
	signal(process, (int)r->word[1]);
	return SERVE_DEFER;
}

static int do_signals(struct request *r)
{
	struct process *process = table_find(&table, (uint32_t)r->badge);

	if (r->badge && r->badge < PROCESS_FIRST)
		return signals_set(&inits[r->badge], r);
	return process && !process->zombie ? signals_set(&process->signals, r) : ESRCH;
}

static int do_list(struct request *r)
{
	uint64_t room = r->word[1] < PROCESS_MAX ? r->word[1] : PROCESS_MAX;

	r->reply.send = r->room;
	r->reply.length =
	    table_list(&table, r->word[0], r->room, room) * sizeof(struct process_entry);
	return 0;
}

static const struct operation operations[] = {
	{ PROCESS_SPAWN, PROCESS_VERSION, 4, PROCESS_STRINGS, 0, PROCESS_FDS, do_spawn },
	{ PROCESS_WAIT, PROCESS_VERSION, 0, 0, 0, 0, do_wait },
	{ PROCESS_KILL, PROCESS_VERSION, 0, 0, 0, 0, do_kill },
	{ PROCESS_LIST, PROCESS_VERSION, 0, 0, 0, 0, do_list },
	{ PROCESS_PAGED, PROCESS_VERSION, 0, 0, 0, 0, do_paged },
	{ PROCESS_FORK, PROCESS_VERSION, 0, 0, 0, PROCESS_FDS, do_fork },
	{ PROCESS_SELF, PROCESS_VERSION, 0, 0, 0, 0, do_self },
	{ PROCESS_SIGNALS, PROCESS_VERSION, 0, 0, 0, 1, do_signals },
	{ FAULT_OP, FAULT_VERSION, 0, 0, 0, 0, do_fault },
	{ SUPERVISOR_EXIT, SUPERVISOR_VERSION, 0, 0, 0, 0, do_exit },
};

/* init's arguments: what its line `programs` says. */
static void read_limits(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		unsigned long value = equals ? strtoul(equals + 1, NULL, 0) : 0;

		if (!strncmp(argv[i], "priority=", 9))
			limits.priority = (unsigned)value;
		else if (!strncmp(argv[i], "ceiling=", 8))
			limits.ceiling = (unsigned)value;
		else if (!strncmp(argv[i], "memory=", 7))
			limits.memory = value;
	}
}

int main(int argc, char **argv)
{
	read_limits(argc, argv);
	server =
	    (struct server){ SERVER_OPERATIONS(operations), .endpoint = startup_cap("endpoint"),
		    .room = PROCESS_MAX * sizeof(struct process_entry), .notified = notified };
	return -serve(&server);
}
