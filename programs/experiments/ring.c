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
#include <atoll/startup.h>
#include <atoll/sys.h>
#include <inttypes.h>
#include <threads.h>
#include <unistd.h>

#include "../program.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: ring [-t MS] [--json] K...\n"
    "K threads (2 to 16), each a server, begin at once by calling the next one in a circle, with\n"
    "one deadline for all. Shows what became of the calls, how long they waited, and each\n"
    "thread's priority: its own, the effective one half-way to the deadline, and afterwards.\n"
    "Several K: one ring after the other, and no threads but sums.\n"
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
		experiment_fail("waiting", -error);
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
		experiment_fail("priority", -error);
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

	member[i].endpoint = new_endpoint();
	member[i].base = i < priority ? priority - i : 1;
	if (thrd_create(&member[i].thread, take_part, &member[i]) != thrd_success)
		experiment_fail("thread", errno);
}

/* ---- What the kernel tells ------------------------------------------------------------------- */

static unsigned effective(uint64_t id)
{
	struct info_thread info;
	int64_t got = kernel_info(kernel, INFO_THREADS, (uint16_t)id, &info, sizeof info);

	if (got != sizeof info || info.id != id)
		experiment_fail("kernel", got < 0 ? (int)-got : ESRCH);
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
	for (unsigned i = 0; i < members; i++)
		cap_delete(member[i].endpoint);
}

static uint64_t wasted(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < members; i++)
		sum += member[i].waited;
	return sum;
}

#define US(ns) ((int64_t)((ns) / 1000)) /* thousandths of a millisecond */

static void show_members(uint64_t tau)
{
	table("threads", "thread|calls|own|half-way|after|waited ms|result");
	for (unsigned i = 0; i < members; i++) {
		const struct member *m = &member[i];

		cell((uint16_t)m->id), cell((uint16_t)member[(i + 1) % members].id);
		cell(m->base), cell(m->during), cell(m->after), cell_milli(US(m->waited));
		cell_text(m->error ? strerror(-m->error) : "answered");
	}
	say("wasted: %" PRId64 ".%03" PRId64 " ms; K * tau: %" PRIu64 ".000 ms\n",
	    US(wasted()) / 1000, US(wasted()) % 1000, members * (tau / NS_PER_MS));
}

static void show_sums(uint64_t tau)
{
	unsigned refused = 0;

	for (unsigned i = 0; i < members; i++)
		refused += member[i].error == -EDEADLK;
	cell(members), cell((int64_t)(tau / NS_PER_MS)), cell(refused);
	cell_milli(US(wasted())), cell((int64_t)(members * (tau / NS_PER_MS)));
}

static void play_one(const char *size, uint64_t tau, bool alone)
{
	const uint64_t log = read_log(0, false);

	members = (unsigned)experiment_number("K", size, LEAST, MOST);
	play(tau);
	if (!alone) {
		show_sums(tau);
		return;
	}
	show_members(tau);
	read_log(log, !experiment_json());
}

int main(int argc, char **argv)
{
	uint64_t tau = 100ull * NS_PER_MS;
	int option;

	argc = experiment_begin("ring", argc, argv, usage);
	while ((option = getopt(argc, argv, "t:")) != -1) {
		if (option != 't')
			program_usage(usage, 2);
		tau = experiment_number("the time in ms", optarg, 1, TAU_MOST) * NS_PER_MS;
	}
	if (argc == optind)
		program_usage(usage, 2);
	kernel = server_named("kernel");
	if (argc - optind > 1)
		table("rings", "K|tau ms|refused|wasted ms|K * tau");
	for (int i = optind; i < argc; i++)
		play_one(argv[i], tau, argc - optind == 1);
	return experiment_end();
}
