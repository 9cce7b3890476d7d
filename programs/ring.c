/* ring: threads that call one another in a circle, and what becomes of them.
 *
 * Each of K threads is a server with an endpoint, and all begin at once by calling the next one's,
 * the last the first's, with one deadline for all. Nobody receives while it calls, so nobody can be
 * answered. With deadlock=detect on the kernel's command line, which is the default, the call that
 * would close the ring is refused at once (EDEADLK) and the kernel's log names the ring; who was
 * refused goes on to serve, so that all others get their answers. With deadlock=wait the ring
 * stands until the deadline: K threads have wasted the time of it each, the textbook's D = K * tau.
 *
 * The threads' priorities differ, so that it shows what is lent within the ring, and that nothing
 * of it is left when the ring is gone. */
#include "program.h"
#include <atoll/name.h>
#include <atoll/startup.h>
#include <atoll/sys.h>
#include <inttypes.h>
#include <stdbool.h>
#include <threads.h>
#include <unistd.h>

static const char usage[] =
    "usage: ring [-t MS] K\n"
    "K threads (2 to 16), each a server, begin at once by calling the next one in a circle, with\n"
    "one deadline for all. Shows what became of the calls, how long they waited, and each\n"
    "thread's priority: its own, the effective one half-way to the deadline, and afterwards.\n"
    "  -t MS  time from the start to the deadline, tau (100)\n"
    "Compare tools/run --append deadlock=detect with deadlock=wait.\n";

#define LEAST       2
#define MOST        16
#define TAU_MOST    60000
#define NS_PER_MS   1000000
#define START_IN_NS 1000000 /* time for all to hear of it */

static struct member {
	thrd_t thread;
	uint64_t id;
	cap_t endpoint;
	unsigned base;          /* priority */
	uint64_t waited;        /* ns, for the answer to its call */
	int error;              /* of its call */
	unsigned during, after; /* effective priority */
} member[MOST];

static unsigned members;
static uint64_t start, deadline; /* of all their calls */
static cap_t kernel;

static void fail(const char *what, int error)
{
	errno = error;
	program_error("ring", what);
	exit(1);
}

/* ---- A member -------------------------------------------------------------------------------- */

static void sleep_until(uint64_t time)
{
	struct msg m = { 0 };

	ipc_recv(0, &m, time);
}

/* Until main sets a bit. Nobody calls meanwhile. */
static void wait_for_main(const struct member *me)
{
	struct msg m = { 0 };
	int error = ipc_recv(me->endpoint, &m, DEADLINE_FOREVER);

	if (error)
		fail("waiting", -error);
}

/* Answers one call, if there is one or comes one until the deadline. */
static void serve_one(const struct member *me)
{
	struct msg m = { 0 };

	if (ipc_recv(me->endpoint, &m, deadline) != 0 || !m.token)
		return;
	m.label = 0;
	ipc_reply(m.token, &m);
}

static int take_part(void *argument)
{
	struct member *me = argument, *next = &member[(me - member + 1) % members];
	struct msg m = { 0 };
	int error = thread_set(0, THREAD_PRIORITY, me->base);

	if (error)
		fail("priority", -error);
	me->id = thread_id();
	wait_for_main(me); /* and from now on the endpoint is this thread's */
	sleep_until(start);
	me->error = ipc_call(next->endpoint, &m, deadline);
	me->waited = time_now() - start;
	serve_one(me);
	wait_for_main(me);
	return 0;
}

/* Makes one, which runs until it waits for main: main has the lowest priority of all. */
static void begin(unsigned i)
{
	unsigned priority = startup_block()->priority;
	int64_t endpoint = endpoint_create();

	if (endpoint < 0)
		fail("endpoint", (int)-endpoint);
	member[i].endpoint = (cap_t)endpoint;
	member[i].base = i < priority ? priority - i : 1;
	if (thrd_create(&member[i].thread, take_part, &member[i]) != thrd_success)
		fail("thread", errno);
}

/* ---- What the kernel tells ------------------------------------------------------------------- */

static unsigned effective(uint64_t id)
{
	struct info_thread info;
	int64_t got = kernel_info(kernel, INFO_THREADS, (uint16_t)id, &info, sizeof info);

	if (got != sizeof info || info.id != id)
		fail("kernel", got < 0 ? (int)-got : ESRCH);
	return info.effective;
}

/* The kernel's log from a position on, onto standard output or, with show false, nowhere. Returns
 * where it ends. */
static uint64_t read_log(uint64_t at, bool show)
{
	char text[512];
	int64_t got;

	while ((got = kernel_info(kernel, INFO_LOG, at, text, sizeof text)) > 0) {
		if (show)
			fwrite(text, 1, (size_t)got, stdout);
		at += (uint64_t)got;
	}
	return at;
}

/* ---- The program ----------------------------------------------------------------------------- */

static unsigned long number(
    const char *what, const char *text, unsigned long least, unsigned long most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value < least || value > most) {
		fprintf(stderr, "ring: %s: %s is from %lu to %lu\n", text, what, least, most);
		exit(2);
	}
	return value;
}

static void let_go(void)
{
	for (unsigned i = 0; i < members; i++)
		notify(member[i].endpoint, 1);
}

static void play(uint64_t tau)
{
	thread_set(0, THREAD_PRIORITY, 0);
	for (unsigned i = 0; i < members; i++)
		begin(i);
	start = time_in_ns(START_IN_NS);
	deadline = start + tau;
	let_go();
	sleep_until(start + tau / 2);
	for (unsigned i = 0; i < members; i++)
		member[i].during = effective(member[i].id);
	sleep_until(deadline + NS_PER_MS);
	for (unsigned i = 0; i < members; i++)
		member[i].after = effective(member[i].id);
	let_go();
	for (unsigned i = 0; i < members; i++)
		thrd_join(member[i].thread, NULL);
}

static void print_ms(uint64_t ns)
{
	printf("%" PRIu64 ".%03" PRIu64, ns / NS_PER_MS, ns / 1000 % 1000);
}

static void show(uint64_t tau)
{
	uint64_t wasted = 0;

	printf("thread calls  own  half-way  after     waited ms  result\n");
	for (unsigned i = 0; i < members; i++) {
		const struct member *m = &member[i];

		printf("%6u %5u %4u %9u %6u %9" PRIu64 ".%03" PRIu64 "  %s\n", (uint16_t)m->id,
		    (uint16_t)member[(i + 1) % members].id, m->base, m->during, m->after,
		    m->waited / NS_PER_MS, m->waited / 1000 % 1000,
		    m->error ? strerror(-m->error) : "answered");
		wasted += m->waited;
	}
	printf("wasted: ");
	print_ms(wasted);
	printf(" ms; K * tau: ");
	print_ms(members * tau);
	printf(" ms\n");
}

int main(int argc, char **argv)
{
	uint64_t tau = 100ull * NS_PER_MS, log;
	int64_t found;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "t:")) != -1) {
		if (option != 't')
			program_usage(usage, 2);
		tau = number("the time in ms", optarg, 1, TAU_MOST) * NS_PER_MS;
	}
	if (argc - optind != 1)
		program_usage(usage, 2);
	members = (unsigned)number("K", argv[optind], LEAST, MOST);
	found = name_lookup("kernel", DEADLINE_NOW);
	if (found < 0)
		fail("kernel", (int)-found);
	kernel = (cap_t)found;
	log = read_log(0, false);
	play(tau);
	show(tau);
	read_log(log, true);
	return program_end("ring", 0, 1);
}
