/* drivers: the console driver is a process: its interrupts reach it as notifications, and when it
 * dies the rest goes on.
 *
 * First the kernel's events are recorded (trace_into) while the driver sends a line, sixteen bytes
 * an interrupt: how long after the interrupt does what happen? Then the driver is ended, as a
 * bug would end it, init starts it again, and two processes tell what they noticed: a client of
 * the console, and one that has to do with another server. */
#include <atoll/io.h>
#include <atoll/name.h>
#include <atoll/startup.h>
#include <errno.h>
#include <inttypes.h>
#include <servers/echo/protocol.h>
#include <servers/init/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: drivers [--json]\n"
    "Records what happens from an interrupt of the console's line until its driver waits for the\n"
    "next, in ticks (instructions under --icount); then ends the driver, and shows how long it was\n"
    "away for its clients, and what others noticed. Standard output must be the console.\n";

#define LINE       4  /* of the console: servers/init/init.conf */
#define VECTOR     36 /* the kernel's number for it */
#define RING       0x500000000000ul
#define RING_BYTES (1ul << 20)
#define SHARED     0x510000000000ul
#define SAMPLES    64
#define WATCHED_MS 60
#define KILL_MS    20
#define RW         (PROT_READ | PROT_WRITE)

static const char text[] =
    "The driver is watched while it sends this line. It has room for sixteen bytes at a time; when "
    "they are gone the line interrupts, the kernel sets a bit at the driver's endpoint, and the "
    "driver fills it anew. So this line takes some twenty interrupts, each of which is measured.\n";

/* ---- What the kernel recorded ------------------------------------------------------------------
 */

static const struct trace_ring *const ring = (const struct trace_ring *)RING;

static const struct trace_event *event(uint64_t n)
{
	return &((const struct trace_event *)(ring + 1))[n];
}

static uint64_t thread_of(const char *name)
{
	const cap_t kernel = server_named("kernel");
	struct info_thread info = { 0 };
	uint64_t from = 0;

	while (kernel_info(kernel, INFO_THREADS, from, &info, sizeof info) == sizeof info) {
		if (strcmp(info.name, name) == 0)
			return info.id;
		from = info.slot + 1;
	}
	experiment_fail(name, ESRCH);
}

/* From an interrupt on: the times of what follows. */
enum step { RUNS, LOOKS, ACKNOWLEDGES, WAITS, STEPS };
static const char *const steps[STEPS] = { "the driver runs", "it reads the device",
	"it acknowledges the interrupt", "it waits for the next" };

struct sample {
	uint64_t at[STEPS];
	unsigned calls, bytes;
	bool waited;
};

static unsigned number_of(const struct trace_event *e)
{
	return e->event == TRACE_call ? (unsigned)e->value : SYS_COUNT;
}

/* Of one interrupt, or false: the record ends before. */
static bool follow(uint64_t from, uint64_t driver, struct sample *s)
{
	const uint64_t start = event(from)->time;

	*s = (struct sample){ 0 };
	for (uint64_t n = from + 1; n < ring->count; n++) {
		const struct trace_event *e = event(n);

		if (e->thread != driver)
			continue;
		if (e->event == TRACE_change && !s->at[RUNS])
			s->at[RUNS] = e->time - start;
		if (e->event != TRACE_call)
			continue;
		s->calls++;
		s->bytes += number_of(e) == SYS_port_out;
		if (number_of(e) == SYS_port_in && !s->at[LOOKS])
			s->at[LOOKS] = e->time - start;
		if (number_of(e) == SYS_irq_ack)
			s->at[ACKNOWLEDGES] = e->time - start;
		if (s->at[ACKNOWLEDGES] && number_of(e) == SYS_ipc_recv) {
			s->at[WAITS] = e->time - start;
			return true;
		}
	}
	return false;
}

/* One that finds the driver running only sets a bit, which it is told of when it next receives. */
static unsigned find_samples(uint64_t driver, struct sample *samples)
{
	unsigned count = 0;

	for (uint64_t n = 0; n < ring->count && count < SAMPLES; n++) {
		const struct trace_event *e = event(n);

		if (e->event != TRACE_interrupt || e->value != VECTOR ||
		    !follow(n, driver, &samples[count]))
			continue;
		samples[count].waited = e->thread != driver;
		if (!samples[count].waited)
			samples[count].at[RUNS] = 0;
		count++;
	}
	return count;
}

static void record(void)
{
	const cap_t tracer = server_named("trace");
	const cap_t memory = (cap_t)must(mem_create(RING_BYTES), "ring");

	must(mem_map(memory, 0, RING, 0, RING_BYTES, PROT_READ), "ring");
	must(trace_into(tracer, memory), "trace");
	write(STDOUT_FILENO, text, sizeof text - 1);
	usleep(20000);
	must(trace_into(tracer, 0), "trace");
}

static void show_path(void)
{
	static struct sample samples[SAMPLES];
	unsigned count, waited = 0;

	record();
	count = find_samples(thread_of("console"), samples);
	if (count == 0)
		experiment_fail("no interrupts; is standard output the console?", ENOTTY);
	table("path", "ticks after the interrupt:34|least|most");
	for (unsigned step = 0; step < STEPS; step++) {
		uint64_t low = UINT64_MAX, high = 0;

		for (unsigned i = 0; i < count; i++) {
			low = samples[i].at[step] < low ? samples[i].at[step] : low;
			high = samples[i].at[step] > high ? samples[i].at[step] : high;
		}
		cell_text(steps[step]), cell((int64_t)low), cell((int64_t)high);
	}
	for (unsigned i = 0; i < count; i++)
		waited += samples[i].waited;
	say("\n");
	table("work", "interrupts|driver waited|calls each|to ports");
	cell(count), cell(waited), cell(samples[0].calls), cell(samples[0].bytes);
}

/* ---- The driver dies ---------------------------------------------------------------------------
 */

struct report {
	uint64_t answers, errors, longest_ns;
};
enum { CLIENT, BYSTANDER, WATCHERS };
static volatile struct report *report = (volatile struct report *)SHARED;

/* Asks again and again, which does no harm, and notes how long it waited. */
_Noreturn static void watcher(unsigned me)
{
	const uint64_t label = me == CLIENT ? MSG_LABEL(IO_STAT, IO_VERSION, 0, 0)
					    : MSG_LABEL(ECHO_SAY, ECHO_VERSION, 0, 0);

	for (;;) {
		struct io_stat st;
		struct msg m = { .label = label, .recv = &st, .recv_bytes = sizeof st };
		const uint64_t wanted = time_in_ns(100000);
		uint64_t took;

		ipc_recv(0, &(struct msg){ 0 }, wanted);
		if (ipc_ask(startup_cap("server"), &m, DEADLINE_FOREVER) == 0)
			report[me].answers++;
		else
			report[me].errors++;
		took = time_now() - wanted;
		if (took > report[me].longest_ns)
			report[me].longest_ns = took;
	}
}

static void start_watcher(struct actor *a, unsigned me, cap_t server, cap_t shared)
{
	const char *const argv[] = { "drivers", "@watcher", me == CLIENT ? "0" : "1", NULL };
	const struct program_cap caps[] = { { "server", server, CAP_SEND, 0, 0, 0 },
		{ "shared", shared, CAP_READ | CAP_WRITE, 0, 0, 0 }, { 0 } };

	actor_start(a, NULL, argv, caps, 0);
}

static uint64_t pid_of(const char *name)
{
	static struct init_entry servers[INIT_LAST - INIT_FIRST + 1];
	struct msg m = { .label = MSG_LABEL(INIT_LIST, INIT_VERSION, 0, 0),
		.word = { sizeof servers / sizeof *servers },
		.recv = servers,
		.recv_bytes = sizeof servers };

	must(ipc_ask(server_named("init"), &m, DEADLINE_FOREVER), "init");
	for (unsigned i = 0; i < MSG_NBYTES(m.label) / sizeof *servers; i++)
		if (strcmp(servers[i].name, name) == 0)
			return servers[i].pid;
	experiment_fail(name, ESRCH);
}

static void kill_driver(void)
{
	struct msg m = { .label = MSG_LABEL(INIT_KILL, INIT_VERSION, 0, 0),
		.word = { pid_of("console") } };

	must(ipc_ask(server_named("init"), &m, DEADLINE_FOREVER), "kill");
}

static void row(const char *name, const char *when, const volatile struct report *r)
{
	cell_text(when), cell_text(name), cell((int64_t)r->answers), cell((int64_t)r->errors);
	cell_milli((int64_t)r->longest_ns / 1000);
}

static void show_death(void)
{
	const cap_t shared = (cap_t)must(mem_create(PAGE_SIZE), "shared");
	struct actor client = { 0 }, bystander = { 0 };

	must(mem_map(shared, 0, SHARED, 0, PAGE_SIZE, RW), "shared");
	fflush(stdout);
	table("death", "the driver:10|process:10|answers|errors|longest ms");
	for (unsigned dies = 0; dies < 2; dies++) {
		memset((void *)SHARED, 0, PAGE_SIZE);
		start_watcher(&client, CLIENT, server_named("console"), shared);
		start_watcher(&bystander, BYSTANDER, server_named("echo"), shared);
		usleep(KILL_MS * 1000);
		if (dies)
			kill_driver();
		usleep((WATCHED_MS - KILL_MS) * 1000);
		actor_stop(&client);
		actor_stop(&bystander);
		row("its client", dies ? "dies" : "lives", &report[CLIENT]);
		row("another", dies ? "dies" : "lives", &report[BYSTANDER]);
	}
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "@watcher") == 0) {
		must(mem_map(startup_cap("shared"), 0, SHARED, 0, PAGE_SIZE, RW), "shared");
		watcher(*argv[2] == '0' ? CLIENT : BYSTANDER);
	}
	argc = experiment_begin("drivers", argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 2);
	show_path();
	say("\n");
	show_death();
	return experiment_end();
}
