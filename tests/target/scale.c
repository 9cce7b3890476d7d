/* What an operation costs does not depend on how many wait. 10,000 threads sleep, each with a
 * deadline of its own; as many clients of all priorities are queued on one server, each with one
 * too. The same operations are measured with 10, 100, 1,000 and 10,000 of both: none costs more
 * than twice what it costs with 10. Only the heap of deadlines grows at all, with the logarithm.
 * make bench takes the table from here.
 *
 * ICOUNT: yes
 * EMULATORS: qemu
 * TIMEOUT: 60 */
#include "lib/story.h"

#define MOST   10000 /* sleepers, and clients */
#define KEPT   256   /* of the clients: those that something is done to */
#define LEVELS 24    /* priorities of clients: 1 to 24, which is the ceiling of programs */
#define ROUNDS 33
#define HOUR   3600000000000ull

enum { TRIP, TRIP_UNTIL, CREATE, SEND, EXPIRE, RECEIVE, REPLY, PRIORITY, NOTIFY, KILL, OPERATIONS };
static const char *const name[OPERATIONS] = { "round trip", "round trip, deadline into heap",
	"make a client", "send into the queue", "expire in the queue", "receive from the queue",
	"reply", "change a client's priority", "notify the server", "kill a client" };

static cap_t ep, wake, other; /* the server's; the caller's; the echo's */
static cap_t client[KEPT];
static unsigned sleepers, clients;
static volatile unsigned served, expired; /* how often */
static volatile uint64_t start;           /* TSC when the caller calls */
static volatile bool serving;
static uint64_t sample[OPERATIONS][ROUNDS];

static uint64_t now(void)
{
	return __builtin_ia32_rdtsc();
}

/* ---- Who waits ------------------------------------------------------------------------ */

static void sleeper(uint64_t n, uint64_t id)
{
	struct msg m;

	for (;;) /* deadlines in no order */
		ipc_recv(0, &m, HOUR + n * 7919 % MOST * 1000);
}

static void one_client(uint64_t n, uint64_t id)
{
	struct msg m = { 0 };

	for (;;)
		ipc_call(ep, &m, HOUR + n * 7919 % MOST * 1000);
}

/* Of the highest priority, and lent nothing: looks at its queue when told to, a millisecond later.
 */
static void server(uint64_t unused, uint64_t id)
{
	struct msg m;

	for (;;) {
		uint64_t t[3];

		ipc_recv(0, &m, time_in_ms(1));
		if (!serving)
			continue;
		t[0] = now();
		ipc_recv(ep, &m, DEADLINE_NOW);
		t[1] = now();
		ipc_reply(m.token, &(struct msg){ 0 });
		t[2] = now();
		sample[RECEIVE][served] = t[1] - t[0];
		sample[REPLY][served] = t[2] - t[1];
		serving = ++served < ROUNDS;
	}
}

/* Another server, which nobody is queued on. */
static void echo(uint64_t unused, uint64_t id)
{
	struct msg m;

	ipc_recv(other, &m, DEADLINE_FOREVER);
	for (;;)
		ipc_reply_recv(m.token, &m, other, DEADLINE_FOREVER);
}

/* Calls the server whenever it is notified, and goes when its deadline comes. Before and behind it
 * in the queue are half of the clients. */
static void caller(uint64_t unused, uint64_t id)
{
	struct msg m;

	for (;;) {
		ipc_recv(wake, &m, DEADLINE_FOREVER);
		m = (struct msg){ 0 };
		start = now();
		ipc_call(ep, &m, time_in_ns(20000));
		expired++;
	}
}

static void grow(unsigned wanted)
{
	while (sleepers < wanted) {
		cap_delete(begin_small(sleeper, sleepers, 24)); /* it lives on in its space */
		sleepers++;
	}
	while (clients < wanted) {
		cap_t cap = begin_small(one_client, clients, 1 + clients % LEVELS);

		if (clients < KEPT)
			client[clients] = cap;
		else
			cap_delete(cap);
		clients++;
	}
	/* Whoever was made is below some, who run first: until all wait. */
	sleep_ms(20);
}

/* ---- Measuring ------------------------------------------------------------------------ */

static uint64_t median(uint64_t *samples)
{
	for (unsigned i = 1; i < ROUNDS; i++)
		for (unsigned j = i; j > 0 && samples[j] < samples[j - 1]; j--) {
			const uint64_t swapped = samples[j];

			samples[j] = samples[j - 1];
			samples[j - 1] = swapped;
		}
	return samples[ROUNDS / 2];
}

/* The caller goes into the queue, and out of it while this thread looks at the time. */
static void send_and_expire(unsigned round)
{
	const unsigned before = expired;
	uint64_t last, t, longest = 0;
	bool gone;

	notify(wake, 1);
	last = now();
	sample[SEND][round] = last - start;
	do { /* it may come anywhere in here, so the time is read once more afterwards */
		gone = expired != before;
		t = now();
		longest = t - last > longest ? t - last : longest;
		last = t;
	} while (!gone);
	sample[EXPIRE][round] = longest;
}

static void others(unsigned round)
{
	const unsigned n = round * 7 % (clients < KEPT ? clients : KEPT);
	struct msg m = { 0 };
	uint64_t t[6];

	t[0] = now();
	thread_set(client[n], THREAD_PRIORITY, 1 + (n + 11) % LEVELS);
	t[1] = now();
	notify(ep, 1);
	t[2] = now();
	thread_kill(client[n]);
	t[3] = now();
	cap_delete(client[n]);
	t[4] = now();
	client[n] = begin_small(one_client, n, 1 + n % LEVELS);
	t[5] = now();
	sleep_ms(2);
	sample[CREATE][round] = t[5] - t[4];
	sample[PRIORITY][round] = t[1] - t[0];
	sample[NOTIFY][round] = t[2] - t[1];
	sample[KILL][round] = t[3] - t[2];
	t[0] = now();
	ipc_call(other, &m, time_in_ms(1000)); /* it slept, and so is in the heap no more */
	t[1] = now();
	ipc_call(other, &m, DEADLINE_FOREVER);
	t[2] = now();
	sample[TRIP_UNTIL][round] = t[1] - t[0];
	sample[TRIP][round] = t[2] - t[1];
}

static void measure(uint64_t cost[OPERATIONS])
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		send_and_expire(i);
		others(i);
	}
	served = 0;
	endpoint_unbind(ep); /* takes the bits along: the server finds messages only */
	for (serving = true; serving;)
		sleep_ms(2);
	for (unsigned i = 0; i < OPERATIONS; i++)
		cost[i] = median(sample[i]);
}

int main(void)
{
	static const unsigned many[] = { 10, 100, 1000, 10000 };
	uint64_t cost[COUNT(many)][OPERATIONS];

	ep = (cap_t)endpoint_create();
	wake = (cap_t)endpoint_create();
	other = (cap_t)endpoint_create();
	begin_small(server, 0, 24);
	begin_small(echo, 0, (unsigned)own_priority() + 1);
	begin_small(caller, 0, (unsigned)own_priority() + 1);
	for (unsigned i = 0; i < COUNT(many); i++) {
		grow(many[i]);
		measure(cost[i]);
	}
	note("instructions with                   10      100     1,000    10,000");
	for (unsigned i = 0; i < OPERATIONS; i++)
		note("%-31s %6lu   %6lu   %6lu   %6lu", name[i], cost[0][i], cost[1][i], cost[2][i],
		    cost[3][i]);
	for (unsigned i = 0; i < OPERATIONS; i++)
		ok(cost[3][i] <= 2 * cost[0][i] && cost[2][i] <= 2 * cost[0][i] &&
			cost[1][i] <= 2 * cost[0][i],
		    "%s: at most twice the cost with 10", name[i]);
	return tap_done();
}
