/* inversion: the textbook's priority inversion, and what inheritance makes of it.
 *
 * Three threads and one resource. low has the resource; then high asks for it; then middle, which
 * does not need it, becomes ready. How long does high wait? With inheritance low runs at high's
 * priority as long as it keeps high waiting: high waits for the rest of the critical section. With
 * inherit=off on the kernel's command line middle runs before low may go on: high waits for all of
 * middle's run as well, though its priority is higher than middle's.
 *
 * The resource is once a mutex and once a server, a thread that does the work for who calls it: it
 * is the caller's priority that counts then, in the same way. (Sha, Rajkumar, Lehoczky: Priority
 * inheritance protocols, 1990.) */
#include "program.h"
#include <atoll/startup.h>
#include <atoll/sys.h>
#include <inttypes.h>
#include <stdbool.h>
#include <threads.h>
#include <unistd.h>

static const char usage[] =
    "usage: inversion [-s TICKS] [-m TICKS]\n"
    "Three threads, high, middle and low, and one resource, which low has when high asks for it\n"
    "and middle begins to run. Shows how long high waits, when the resource is a lock, and when it\n"
    "is a server. Ticks are the TSC's: instructions under --icount.\n"
    "  -s TICKS  length of the critical section (100000)\n"
    "  -m TICKS  length of middle's run (5000000)\n"
    "Compare tools/run --icount -c inversion with the same and --append inherit=off.\n";

#define TICKS_LEAST 1000
#define TICKS_MOST  10000000000ul

/* Priorities below the program's own, which is high's; main is below them all, so whoever it
 * starts runs until it waits. */
enum { HIGH, MIDDLE, LOW, MAIN };

static cap_t go[LOW]; /* endpoints: a bit lets that thread loose */
static cap_t server;
static mtx_t mutex;
static uint64_t section_turns, middle_turns; /* lengths, in turns of work() */
static uint64_t waited;

static void fail(const char *what, int error)
{
	errno = error;
	program_error("inversion", what);
	exit(1);
}

static void take_priority(unsigned below)
{
	int error = thread_set(0, THREAD_PRIORITY, startup_block()->priority - below);

	if (error)
		fail("priority", -error);
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

/* ---- The resource, as a lock and as a server ------------------------------------------------- */

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
		fail("lock", errno);
	critical_section(turns);
	mtx_unlock(&mutex);
}

static void use_server(uint64_t turns)
{
	struct msg m = { .word = { turns } };
	int error = ipc_call(server, &m, DEADLINE_FOREVER);

	if (error)
		fail("server", -error);
}

/* Does the work of its two callers, at low's priority or at what it inherits. */
static int serve_both(void *unused)
{
	struct msg m = { 0 };

	take_priority(LOW);
	for (int i = 0; i < 2; i++) {
		int error = ipc_recv(server, &m, DEADLINE_FOREVER);

		if (error)
			fail("server", -error);
		critical_section(m.word[0]);
		m.label = 0;
		ipc_reply(m.token, &m);
	}
	return 0;
}

/* ---- The three ------------------------------------------------------------------------------- */

static void wait_for_go(unsigned me)
{
	struct msg m = { 0 };
	int error;

	take_priority(me);
	error = ipc_recv(go[me], &m, DEADLINE_FOREVER);
	if (error)
		fail("waiting", -error);
}

typedef void (*use)(uint64_t turns);

static int high(void *resource)
{
	uint64_t start;

	wait_for_go(HIGH);
	start = __builtin_ia32_rdtsc();
	(*(const use *)resource)(0);
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
	(*(const use *)resource)(section_turns);
	return 0;
}

static thrd_t start(thrd_start_t function, const use *resource)
{
	thrd_t thread;

	if (thrd_create(&thread, function, (void *)resource) != thrd_success)
		fail("thread", errno);
	return thread;
}

/* Lets them play it through once. */
static uint64_t play(use resource)
{
	const bool with_server = resource == use_server;
	thrd_t cast[] = { start(high, &resource), start(middle, &resource),
		with_server ? start(serve_both, &resource) : NULL, start(low, &resource) };

	for (size_t i = 0; i < sizeof cast / sizeof *cast; i++)
		if (cast[i])
			thrd_join(cast[i], NULL);
	return waited;
}

/* ---- The program ----------------------------------------------------------------------------- */

static cap_t new_endpoint(void)
{
	int64_t endpoint = endpoint_create();

	if (endpoint < 0)
		fail("endpoint", (int)-endpoint);
	return (cap_t)endpoint;
}

/* A number of ticks; does not return when it is none. */
static uint64_t ticks(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value < TICKS_LEAST || value > TICKS_MOST) {
		fprintf(stderr, "inversion: %s: not a number from %d to %lu\n", text, TICKS_LEAST,
		    TICKS_MOST);
		exit(2);
	}
	return value;
}

static void row(const char *name, uint64_t section, uint64_t run, uint64_t wait)
{
	printf("%-8s %16" PRIu64 " %13" PRIu64 " %12" PRIu64 " %19" PRId64 "\n", name, section, run,
	    wait, (int64_t)(wait - section));
}

int main(int argc, char **argv)
{
	uint64_t section = 100000, run = 5000000;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "s:m:")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		*(option == 's' ? &section : &run) = ticks(optarg);
	}
	if (optind < argc)
		program_usage(usage, 2);
	go[HIGH] = new_endpoint();
	go[MIDDLE] = new_endpoint();
	server = new_endpoint();
	section_turns = turns_in(section);
	middle_turns = turns_in(run);
	take_priority(MAIN);
	printf("In ticks; instructions under --icount.\n");
	printf("resource critical section  middle's run  high's wait  beyond the section\n");
	row("lock", section, run, play(use_lock));
	row("server", section, run, play(use_server));
	return program_end("inversion", 0, 1);
}
