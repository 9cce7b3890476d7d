/* The benchmarks: what system calls, messages, faults and interrupts cost in instructions.
 *
 *     tools/run --icount --module init=build/tests/bench/bench    the kernel's rows
 *     /tests/bench, from a shell                                   the servers' rows
 *
 * As init it is alone, so nothing else runs; it prints a line for each row and switches off.
 * `make bench` does both, and compares. docs/performance.md says what the rows mean. */
#include "bench.h"
#include <stdlib.h>

static struct {
	const char *name;
	uint32_t value[REPETITIONS];
	unsigned count;
} samples;

/* Not inlined: it is where tools/path learns which row comes. */
__attribute__((noinline)) void row(const char *name)
{
	samples.name = name;
	samples.count = 0;
	__asm__ volatile("" ::"D"(name) : "memory");
}

void sample(uint32_t begin, uint32_t end)
{
	if (samples.count < REPETITIONS)
		samples.value[samples.count++] = end - begin - MEASURING;
}

static int by_value(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

uint32_t row_end(uint32_t skip)
{
	uint32_t *v = samples.value;

	if (samples.count != REPETITIONS)
		bail_out("%s: %u samples", samples.name, samples.count);
	qsort(v, REPETITIONS, sizeof *v, by_value);
	note("row %s %u %u", samples.name, v[0] - skip, v[REPETITIONS / 2] - skip);
	return v[0] - skip;
}

void row_left_out(const char *name, const char *why)
{
	note("left out %s: %s", name, why);
}

int64_t must(int64_t result, const char *what)
{
	if (result < 0)
		bail_out("%s: %s", what, error_name((int)-result));
	return result;
}

/* ---- The other side --------------------------------------------------------------------- */

void peer_start(struct peer *p, enum place place, void (*run)(uint64_t endpoint), int priority)
{
	static char stack[16384] __attribute__((aligned(16)));

	p->endpoint = (cap_t)must(endpoint_create(), "endpoint_create");
	p->child = (struct child){ 0 };
	if (place == SAME_SPACE) {
		p->thread = (cap_t)must(
		    thread_create(0, (uint64_t)run, (uint64_t)(stack + sizeof stack - 8),
			p->endpoint, (unsigned)(own_priority() + priority), 0),
		    "thread_create");
		must(thread_start(p->thread), "thread_start");
		return;
	}
	if (!child_make(&p->child, 64))
		bail_out("no room for a second space");
	p->thread =
	    (cap_t)must(child_start(&p->child, run,
			    child_give(&p->child, p->endpoint, CAP_RECV | CAP_SEND | CAP_NOTIFY, 0),
			    priority, 0),
		"child_start");
}

void peer_end(struct peer *p)
{
	thread_kill(p->thread);
	cap_delete(p->thread);
	child_end(&p->child);
	cap_delete(p->endpoint);
}

/* Nothing between the marks: what the measuring itself costs is known. */
static void calibrate(void)
{
	row("measuring");
	for (unsigned i = 0; i < REPETITIONS; i++) {
		uint32_t begin = BEGIN(), end = END();

		sample(begin, end);
	}
	if (row_end(0))
		bail_out("a tick is not an instruction: run under --icount");
}

int main(void)
{
	calibrate();
	if (!as_init()) {
		bench_servers();
		return 0;
	}
	bench_calls();
	bench_messages();
	bench_windows();
	bench_events();
	return tap_done();
}
