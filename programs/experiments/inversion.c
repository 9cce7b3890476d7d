/* inversion: the textbook's priority inversion, and what inheritance makes of it.
 *
 * Three threads and one resource. low has the resource; then high asks for it; then middle, which
 * does not need it, becomes ready. How long does high wait? With inheritance low runs at high's
 * priority as long as it keeps high waiting: high waits for the rest of the critical section. With
 * inherit=off on the kernel's command line middle runs before low may go on: high waits for all of
 * middle's run as well, though its priority is higher than middle's.
 *
 * The resource is once a mutex and once a server, a thread that does the work for who calls it: it
 * is the caller's priority that counts then, in the same way. And once it is at the end of a chain
 * of three: high calls a server, which calls another, which wants the mutex that low has. (Sha,
 * Rajkumar, Lehoczky: Priority inheritance protocols, 1990.) */
#include <atoll/startup.h>
#include <inttypes.h>
#include <threads.h>
#include <unistd.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: inversion [-s TICKS] [-m TICKS] [--json]\n"
    "Three threads, high, middle and low, and one resource, which low has when high asks for it\n"
    "and middle begins to run. Shows how long high waits, when the resource is a lock, when it is a\n"
    "server, and when it is a lock behind two servers. Ticks are the TSC's: instructions under --icount.\n"
    "  -s TICKS  length of the critical section (100000)\n"
    "  -m TICKS  length of middle's run (5000000)\n"
    "Compare tools/run --icount -c inversion with the same and --append inherit=off.\n";

#define TICKS_LEAST 1000
#define TICKS_MOST  10000000000ul

/* Priorities below the program's own, which is high's; main is below them all, so whoever it
 * starts runs until it waits. */
enum { HIGH, MIDDLE, LOW, MAIN };

static cap_t go[LOW];        /* endpoints: a bit lets that thread loose */
static cap_t server, second; /* endpoints; the second is the first one's server in a chain */
static mtx_t mutex;
static uint64_t section_turns, middle_turns; /* lengths, in turns of work() */
static uint64_t waited;

static void take_priority(unsigned below)
{
	int error = thread_set(0, THREAD_PRIORITY, startup_block()->priority - below);

	if (error)
		experiment_fail("priority", -error);
}

static void work(uint64_t turns)
{
	for (volatile uint64_t left = turns; left; left--)
		;
}

/* So many turns take so many ticks. */
static uint64_t turns_in(uint64_t ticks)
{
	const uint64_t turns = 1000000, start = __builtin_ia32_rdtsc();
	uint64_t took;

	work(turns);
	took = __builtin_ia32_rdtsc() - start;
	return (uint64_t)((unsigned __int128)ticks * turns / took) + 1;
}

/* ---- The resource, as a lock, as a server, behind two servers ---------------------------------
 */

/* What is done with the resource. low's is the long one: as soon as it has begun, the two others
 * come. */
static void critical_section(uint64_t turns)
{
	if (!turns)
		return;
	notify(go[HIGH], 1);
	notify(go[MIDDLE], 1);
	work(turns);
}

static void use_lock(uint64_t turns)
{
	if (mtx_lock(&mutex) != thrd_success)
		experiment_fail("lock", errno);
	critical_section(turns);
	mtx_unlock(&mutex);
}

static void use_server(uint64_t turns)
{
	struct msg m = { .word = { turns } };
	int error = ipc_call(server, &m, DEADLINE_FOREVER);

	if (error)
		experiment_fail("server", -error);
}

/* Does the work of its two callers, at low's priority or at what it inherits. */
static int serve_both(void *unused)
{
	struct msg m = { 0 };

	take_priority(LOW);
	for (int i = 0; i < 2; i++) {
		int error = ipc_recv(server, &m, DEADLINE_FOREVER);

		if (error)
			experiment_fail("server", -error);
		critical_section(m.word[0]);
		m.label = 0;
		ipc_reply(m.token, &m);
	}
	return 0;
}

/* The chain: takes one call, and asks for the resource itself before it answers. */
static void pass_on(cap_t from, void (*use)(uint64_t turns))
{
	struct msg m = { 0 };

	take_priority(LOW);
	must(ipc_recv(from, &m, DEADLINE_FOREVER), "server");
	use(0);
	m.label = 0;
	ipc_reply(m.token, &m);
}

static void use_second(uint64_t unused)
{
	struct msg m = { 0 };

	must(ipc_call(second, &m, DEADLINE_FOREVER), "server");
}

static int first_server(void *unused)
{
	pass_on(server, use_second);
	return 0;
}

static int second_server(void *unused)
{
	pass_on(second, use_lock);
	return 0;
}

/* How high and low come by the resource, and which servers there are. */
static const struct resource {
	const char *name;
	void (*high)(uint64_t turns), (*low)(uint64_t turns);
	thrd_start_t servers[2];
} resources[] = {
	{ "lock", use_lock, use_lock, { 0 } },
	{ "server", use_server, use_server, { serve_both } },
	{ "chain", use_server, use_lock, { first_server, second_server } },
};

/* ---- The three ------------------------------------------------------------------------------- */

static void wait_for_go(unsigned me)
{
	struct msg m = { 0 };
	int error;

	take_priority(me);
	error = ipc_recv(go[me], &m, DEADLINE_FOREVER);
	if (error)
		experiment_fail("waiting", -error);
}

static int high(void *resource)
{
	uint64_t start;

	wait_for_go(HIGH);
	start = __builtin_ia32_rdtsc();
	((const struct resource *)resource)->high(0);
	waited = __builtin_ia32_rdtsc() - start;
	return 0;
}

static int middle(void *unused)
{
	wait_for_go(MIDDLE);
	work(middle_turns);
	return 0;
}

static int low(void *resource)
{
	take_priority(LOW);
	((const struct resource *)resource)->low(section_turns);
	return 0;
}

static thrd_t start(thrd_start_t function, const struct resource *resource)
{
	thrd_t thread;

	if (thrd_create(&thread, function, (void *)resource) != thrd_success)
		experiment_fail("thread", errno);
	return thread;
}

/* Lets them play it through once. */
static uint64_t play(const struct resource *resource)
{
	thrd_t cast[5];
	unsigned count = 0;

	cast[count++] = start(high, resource);
	cast[count++] = start(middle, resource);
	for (unsigned i = 0; i < 2 && resource->servers[i]; i++)
		cast[count++] = start(resource->servers[i], resource);
	cast[count++] = start(low, resource);
	while (count > 0)
		thrd_join(cast[--count], NULL);
	return waited;
}

/* ---- The program ----------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
	uint64_t section = 100000, run = 5000000;
	int option;

	argc = experiment_begin("inversion", argc, argv, usage);
	while ((option = getopt(argc, argv, "s:m:")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		*(option == 's' ? &section : &run) =
		    experiment_number("a number of ticks", optarg, TICKS_LEAST, TICKS_MOST);
	}
	if (optind < argc)
		program_usage(usage, 2);
	go[HIGH] = new_endpoint();
	go[MIDDLE] = new_endpoint();
	server = new_endpoint();
	second = new_endpoint();
	section_turns = turns_in(section);
	middle_turns = turns_in(run);
	take_priority(MAIN);
	say("In ticks; instructions under --icount.\n");
	table("delays", "resource|critical section|middle's run|high's wait|beyond the section");
	for (unsigned i = 0; i < sizeof resources / sizeof *resources; i++) {
		const uint64_t wait = play(&resources[i]);

		cell_text(resources[i].name), cell((int64_t)section), cell((int64_t)run);
		cell((int64_t)wait), cell((int64_t)(wait - section));
	}
	return experiment_end();
}
