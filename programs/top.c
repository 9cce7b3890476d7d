/* top: who uses the processor, and how many messages each sends, from one look to the next. */
#include "kernel.h"
#include <atoll/tty.h>
#include <stdbool.h>
#include <unistd.h>

#define HEADING 3 /* lines above the threads */
#define MOST_MS 3600000
#define CLEAR   "\033[H\033[J"

static const char usage[] =
    "usage: top [-d MS] [-n TIMES]\n"
    "Shows the threads, the busiest first: share of the processor, messages a second. Above them what\n"
    "the kernel did a second. Anew each second, or -d MS milliseconds; -n: so many times, else until\n"
    "Ctrl-C. Threads that hand one another the processor by the kernel's short cut: the time of all\n"
    "counts for the last of them.\n";

struct look {
	struct info_system system;
	struct info_thread *thread;
	size_t threads;
};

static struct look look(cap_t kernel)
{
	struct look l = { .system = kernel_system("top", kernel) };

	l.thread = kernel_threads("top", kernel, &l.threads);
	return l;
}

/* What each thread did since, in a copy of its record in place of what it ever did. Both looks are
 * by slot. To be freed. */
static struct info_thread *difference(const struct look *now, const struct look *before)
{
	struct info_thread *since = malloc(now->threads * sizeof *since);
	size_t old = 0;

	if (!since)
		kernel_fails("top", "threads", -ENOMEM);
	memcpy(since, now->thread, now->threads * sizeof *since);
	for (size_t i = 0; i < now->threads; i++) {
		struct info_thread *t = &since[i];

		while (old < before->threads && before->thread[old].slot < t->slot)
			old++;
		if (old == before->threads || before->thread[old].id != t->id)
			continue;
		t->cpu_ns -= before->thread[old].cpu_ns;
		t->messages -= before->thread[old].messages;
	}
	return since;
}

static int busiest(const void *a, const void *b)
{
	const struct info_thread *one = a, *other = b;

	if (one->cpu_ns != other->cpu_ns)
		return one->cpu_ns > other->cpu_ns ? -1 : 1;
	if (one->messages != other->messages)
		return one->messages > other->messages ? -1 : 1;
	return one->slot < other->slot ? -1 : 1;
}

static void print_system(const struct info_system *now, const struct info_system *before)
{
	const uint64_t ns = now->uptime_ns - before->uptime_ns;
	const uint64_t idle = kernel_share(now->idle_ns - before->idle_ns, ns);
	const uint64_t busy = idle < 1000 ? 1000 - idle : 0;

	printf("up %" PRIu64 ".%" PRIu64 " s, %" PRIu64 " threads, processor %" PRIu64 ".%" PRIu64
	       " %% busy\n",
	    now->uptime_ns / 1000000000, now->uptime_ns / 100000000 % 10, now->threads, busy / 10,
	    busy % 10);
	printf("a second: %" PRIu64 " messages, %" PRIu64 " calls, %" PRIu64 " switches, %" PRIu64
	       " flushes, %" PRIu64 " interrupts, %" PRIu64 " faults\n",
	    kernel_rate(now->messages - before->messages, ns),
	    kernel_rate(now->calls - before->calls, ns),
	    kernel_rate(now->switches - before->switches, ns),
	    kernel_rate(now->full_flushes - before->full_flushes, ns),
	    kernel_rate(now->interrupts - before->interrupts, ns),
	    kernel_rate(now->faults - before->faults, ns));
}

static void print_threads(const struct info_thread *thread, size_t count, uint64_t ns, size_t most)
{
	printf("  PID NAME            STATE        PRI   CPU %%  MESSAGES/S\n");
	for (size_t i = 0; i < count && i < most; i++) {
		const struct info_thread *t = &thread[i];
		const uint64_t share = kernel_share(t->cpu_ns, ns);

		printf("%5" PRIu64 " %-15s %-11s %2u/%-2u %4" PRIu64 ".%" PRIu64 " %11" PRIu64 "\n",
		    t->tag, t->name, kernel_state_name(t->state), t->base, t->effective, share / 10,
		    share % 10, kernel_rate(t->messages, ns));
	}
}

int main(int argc, char **argv)
{
	unsigned long ms = 1000, times = 0;
	const bool live = isatty(STDOUT_FILENO);
	struct look before;
	cap_t kernel;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "d:n:")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		*(option == 'd' ? &ms : &times) = kernel_number("top", optarg, MOST_MS);
	}
	if (optind < argc)
		program_usage(usage, 2);
	kernel = kernel_open("top");
	before = look(kernel);
	for (unsigned long turn = 0; !times || turn < times; turn++) {
		unsigned rows = 0, columns;
		struct info_thread *since;
		struct look now;

		usleep((useconds_t)(ms * 1000));
		now = look(kernel);
		since = difference(&now, &before);
		qsort(since, now.threads, sizeof *since, busiest);
		if (live && times != 1)
			printf(CLEAR);
		print_system(&now.system, &before.system);
		print_threads(since, now.threads, now.system.uptime_ns - before.system.uptime_ns,
		    live && tty_size(STDOUT_FILENO, &rows, &columns) == 0 ? rows - HEADING - 1
									  : SIZE_MAX);
		if (program_end("top", 0, 1))
			return 1;
		free(since);
		free(before.thread);
		before = now;
	}
	return 0;
}
