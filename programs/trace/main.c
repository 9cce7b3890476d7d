/* trace: runs a command and shows what the kernel did meanwhile: each message, wait, fault, and
 * with -a each switch, interrupt and system call. The kernel writes into a ring of our memory
 * (docs/abi/trace_into.md); a thread of high priority reads it before it comes round. What trace
 * itself does is left out, but that it ran. */
#include "../command.h"
#include "trace.h"
#include <atoll/name.h>
#include <fcntl.h>
#include <threads.h>

#define RING      0x0000600000000000ull /* where the ring is mapped */
#define LEAST_KIB 4
#define MOST_KIB  (TRACE_MAX / 1024)
#define PAUSE_MS  2  /* between looks at the ring */
#define PRIORITY  24 /* the ceiling of programs: above the command's */

static const char usage[] =
    "usage: trace [-a] [-r] [-b KIB] [-o FILE] COMMAND [ARGUMENT ...]\n"
    "Runs the command, then shows its messages and everybody else's. The status is the command's.\n"
    "  -a       all events: switches, system calls, interrupts, flushes, too\n"
    "  -b KIB   size of the ring, 4 to 4096 (default 2048)\n"
    "  -o FILE  write them there\n"
    "  -r       all, for tools/trace on the host\n";

static struct {
	char **command;
	pid_t pid;
	int status;
	bool over;
} run;

static int wait_for_command(void *unused)
{
	run.status = command_wait("trace", run.command, run.pid);
	__atomic_store_n(&run.over, true, __ATOMIC_RELEASE);
	return 0;
}

static int fail(const char *what, int error)
{
	errno = error;
	program_error("trace", what);
	return 1;
}

/* What our own threads call, and what comes of it, is not what was to be seen. */
static void leave_out_own(struct recording *r)
{
	const uint64_t own = (uint64_t)getpid();
	size_t kept = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct trace_event *e = &r->event[i];
		const struct who *thread, *peer;

		if (e->event == TRACE_begin)
			who_add(e);
		thread = who_find(e->thread);
		peer = who_find(e->peer);
		if (e->event == TRACE_change ||
		    !((thread && thread->tag == own) ||
			(e->event != TRACE_begin && peer && peer->tag == own)))
			r->event[kept++] = *e;
	}
	r->count = kept;
}

/* The command from its start to its end, with events read meanwhile. */
static void record(struct recording *r)
{
	const struct trace_ring *ring = (const struct trace_ring *)RING;
	struct msg nothing = { 0 };
	thrd_t waiter;

	run.status = COMMAND_NOT_STARTED;
	if (!command_start("trace", run.command, &run.pid))
		return;
	if (thrd_create(&waiter, wait_for_command, NULL) != thrd_success) {
		wait_for_command(NULL);
		return;
	}
	/* The thread that waits stays where it is: it lends its priority to whom it asks. */
	thread_set(0, THREAD_PRIORITY, PRIORITY);
	while (!__atomic_load_n(&run.over, __ATOMIC_ACQUIRE)) {
		ipc_recv(0, &nothing, time_in_ms(PAUSE_MS));
		recording_read(r, ring);
	}
	thrd_join(waiter, NULL);
}

/* The ring, mapped; 0 or an error. */
static int make_ring(uint64_t bytes, cap_t *memory)
{
	int64_t got = mem_create(bytes);
	int error;

	if (got < 0)
		return (int)-got;
	*memory = (cap_t)got;
	error = mem_map(*memory, 0, RING, 0, bytes, PROT_READ);
	return -error;
}

static int trace(uint64_t bytes, struct recording *r)
{
	int64_t kernel = name_lookup("kernel", DEADLINE_NOW), tracing;
	cap_t memory = 0;
	int error;

	if (kernel < 0)
		return fail("kernel", (int)-kernel);
	tracing = name_lookup("trace", DEADLINE_NOW);
	if (tracing < 0)
		return fail("the right to trace", (int)-tracing);
	error = make_ring(bytes, &memory);
	if (error)
		return fail("no ring", error);
	error = who_read((cap_t)kernel);
	if (error)
		return fail("kernel", error);
	error = -trace_into((cap_t)tracing, memory);
	if (error)
		return fail(error == EBUSY ? "somebody traces already" : "the kernel", error);
	record(r);
	trace_into((cap_t)tracing, 0);
	recording_read(r, (const struct trace_ring *)RING);
	leave_out_own(r);
	return 0;
}

static uint64_t kibibytes(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || value < LEAST_KIB || value > MOST_KIB) {
		fprintf(
		    stderr, "trace: %s: not a number from %d to %llu\n", text, LEAST_KIB, MOST_KIB);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct recording r = { 0 };
	const char *file = NULL;
	bool all = false, raw = false;
	uint64_t kib = 2048;
	FILE *out = stdout;
	int option;

	while ((option = getopt(argc, argv, "+ab:o:rh-:")) != -1) {
		if (option == 'a')
			all = true;
		else if (option == 'r')
			raw = true;
		else if (option == 'b')
			kib = kibibytes(optarg);
		else if (option == 'o')
			file = optarg;
		else if (option == '-' && !strcmp(optarg, "help"))
			return fputs(usage, stdout) < 0;
		else
			program_usage(usage, 2);
	}
	if (optind == argc)
		program_usage(usage, 2);
	run.command = argv + optind;
	if (file && !(out = fopen(file, "w")))
		return fail(file, errno);
	if (trace((kib * 1024 + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE, &r))
		return 1;
	if (raw)
		show_raw(out, &r);
	else
		show_table(out, &r, all);
	if (file && fclose(out) != 0)
		return fail(file, errno);
	return program_end("trace", run.status, 1);
}
