/* ps: every thread, what it does, and whom it waits for. */
#include "kernel.h"

static struct info_thread *threads;
static size_t count;

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
	if (argc > 1) {
		fprintf(stderr, "ps: takes no arguments\n");
		return 2;
	}
	threads = kernel_threads("ps", kernel_open("ps"), &count);
	qsort(threads, count, sizeof *threads, by_pid);
	printf("  PID NAME            STATE       ON WHOM          PRI         CPU   MESSAGES\n");
	for (size_t i = 0; i < count; i++) {
		const struct info_thread *t = &threads[i];

		printf("%5lu %-15s %-11s %-15s %2u/%-2u ", (unsigned long)t->tag, t->name,
		    kernel_state_name(t->state), thread_name(t->waits_on), t->base, t->effective);
		print_cpu(t->cpu_ns);
		printf(" %8lu\n", (unsigned long)t->messages);
	}
	return 0;
}
