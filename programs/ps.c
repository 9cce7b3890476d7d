/* ps: every thread, what it does, and whom it waits for. */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct info_thread *threads;
static size_t count;

/* All records, however many there are. False: told why not. */
static bool read_threads(cap_t kernel)
{
	uint64_t next = 0;

	for (;;) {
		struct info_thread *more = realloc(threads, (count + 32) * sizeof *threads);
		int64_t bytes;

		if (!more) {
			fprintf(stderr, "ps: not enough memory\n");
			return false;
		}
		threads = more;
		bytes =
		    kernel_info(kernel, INFO_THREADS, next, threads + count, 32 * sizeof *threads);
		if (bytes < 0) {
			fprintf(
			    stderr, "ps: the kernel does not tell: %s\n", strerror((int)-bytes));
			return false;
		}
		if (bytes == 0)
			return true;
		count += (size_t)bytes / sizeof *threads;
		next = threads[count - 1].slot + 1u;
	}
}

static const char *state_name(uint8_t state)
{
	static const char *const names[] = { [STATE_INACTIVE] = "not started",
		[STATE_READY] = "READY",
		[STATE_SEND] = "SEND",
		[STATE_RECEIVE] = "RECEIVE",
		[STATE_REPLY] = "REPLY",
		[STATE_LOCK] = "LOCK",
		[STATE_DEAD] = "dead" };

	return state < sizeof names / sizeof *names && names[state] ? names[state] : "?";
}

static const char *thread_name(uint64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (id && threads[i].id == id)
			return threads[i].name;
	return "";
}

static void print_cpu(uint64_t ns)
{
	uint64_t us = ns / 1000;

	if (us < 1000000)
		printf("%7lu.%03lu ms", (unsigned long)(us / 1000), (unsigned long)(us % 1000));
	else
		printf("%7lu.%03lu s ", (unsigned long)(us / 1000000),
		    (unsigned long)(us / 1000 % 1000));
}

static int by_pid(const void *a, const void *b)
{
	const struct info_thread *one = a, *other = b;

	if (one->tag != other->tag)
		return one->tag < other->tag ? -1 : 1;
	return one->slot < other->slot ? -1 : 1;
}

int main(int argc, char **argv)
{
	int64_t kernel;

	if (argc > 1) {
		fprintf(stderr, "ps: takes no arguments\n");
		return 2;
	}
	kernel = name_lookup("kernel", DEADLINE_NOW);
	if (kernel < 0) {
		fprintf(stderr, "ps: no capability `kernel`: %s\n", strerror((int)-kernel));
		return 1;
	}
	if (!read_threads((cap_t)kernel))
		return 1;
	qsort(threads, count, sizeof *threads, by_pid);
	printf("  PID NAME            STATE       ON WHOM          PRI         CPU   MESSAGES\n");
	for (size_t i = 0; i < count; i++) {
		const struct info_thread *t = &threads[i];

		printf("%5lu %-15s %-11s %-15s %2u/%-2u ", (unsigned long)t->tag, t->name,
		    state_name(t->state), thread_name(t->waits_on), t->base, t->effective);
		print_cpu(t->cpu_ns);
		printf(" %8lu\n", (unsigned long)t->messages);
	}
	return 0;
}
