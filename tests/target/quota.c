/* Quotas: who makes things without end comes to its own limit, and nobody else notices. A child
 * with 64 frames makes memory, mappings, capabilities and so on until it is refused, and then goes
 * on trying. Beside it, turn by turn, a neighbour does a thousand rounds of what a program does:
 * not one of its calls may fail. When both have ended every frame is back.
 *
 * GROUP: space */
#include "lib/story.h"

#define FRAMES  64
#define ROUNDS  1000
#define HELPERS 8 /* as many contended locks as a thread may have */

/* What the children tell, in memory that both share with us. */
struct told {
	volatile uint64_t made, tries; /* before the first refusal; after it */
	volatile int64_t refusal;
	volatile uint64_t failures; /* of the neighbour */
	cap_t server;               /* the neighbour's capability for our endpoint */
};
#define TOLD ((struct told *)SHARED)

enum { ROUND = 1, DONE = 2 };

static cap_t ep;

/* ---- What is made without end: each in the child, the i-th one -------------------------- */

static cap_t page, endpoint; /* the child's own, made before the first */

static int64_t a_page(uint64_t i)
{
	return mem_create(PAGE_SIZE);
}

static int64_t a_table(uint64_t i)
{
	return mem_map(page, 0, WINDOW + (i << 30), 0, PAGE_SIZE, PROT_READ);
}

static int64_t a_window(uint64_t i)
{
	return mem_map(page, 0, WINDOW + i * (uint64_t)PAGE_SIZE, 0, PAGE_SIZE, PROT_READ);
}

static int64_t a_copy(uint64_t i)
{
	return cap_mint(endpoint, CAP_SEND, 1 + i, 0);
}

static int64_t a_thread(uint64_t i)
{
	return thread_create(0, UNMAPPED, UNMAPPED, 0, 1, 0);
}

static int64_t an_endpoint(uint64_t i)
{
	return endpoint_create();
}

static int64_t a_watch(uint64_t i)
{
	int64_t copy = a_copy(i);

	return copy < 0 ? copy : watch((cap_t)copy, WATCH_DEATH, endpoint, 1);
}

static int64_t a_space(uint64_t i)
{
	return space_create(16, 1, "grandchild", 10, 0xd);
}

/* Locks cost only when they are contended. The child owns all of them; its helpers wait for one
 * each, once endpoints have taken up the rest of the quota. */
static uint64_t lock[HELPERS];
static volatile int64_t refused_lock;
static char stack[HELPERS][1024] __attribute__((aligned(16)));

static void contend(uint64_t i)
{
	int error = lock_wait(&lock[i], DEADLINE_FOREVER);

	if (error)
		refused_lock = error;
	child_exit();
}

static int64_t a_lock(uint64_t i)
{
	static cap_t helper[HELPERS];
	int64_t cap = 0;

	if (i > 0)
		return refused_lock;
	for (unsigned k = 0; k < HELPERS; k++) {
		lock_wait(&lock[k], DEADLINE_FOREVER);
		helper[k] = (cap_t)thread_create(
		    0, (uint64_t)contend, (uint64_t)(stack[k] + 1016), k, 1, 0);
	}
	while (cap >= 0)
		cap = endpoint_create();
	for (unsigned k = 0; k < HELPERS; k++)
		thread_start(helper[k]);
	while (!refused_lock) /* they are of a lower priority */
		sleep_ms(1);
	return 0;
}

static const struct kind {
	const char *name;
	int64_t (*make)(uint64_t i);
	int refusal;
} kinds[] = {
	{ "memory objects", a_page, ENOMEM },
	{ "mappings far apart, with page tables", a_table, ENOMEM },
	{ "mappings side by side", a_window, ENOSPC },
	{ "capabilities", a_copy, ENOMEM },
	{ "threads", a_thread, ENOMEM },
	{ "endpoints", an_endpoint, ENOMEM },
	{ "watches", a_watch, ENOMEM },
	{ "spaces", a_space, ENOMEM },
	{ "contended locks", a_lock, ENOMEM },
};

static void make_without_end(uint64_t kind)
{
	int64_t result = 0;

	page = (cap_t)mem_create(PAGE_SIZE);
	endpoint = (cap_t)endpoint_create();
	for (uint64_t i = 0; result >= 0; i++) {
		TOLD->made = i;
		result = kinds[kind].make(i);
		yield(); /* the neighbour's turn */
	}
	TOLD->refusal = result;
	for (;; TOLD->tries++, yield())
		kinds[kind].make(TOLD->made);
}

/* ---- The neighbour ---------------------------------------------------------------------- */

/* One of each, used where there is something to use, and given back. How many were refused. */
static unsigned one_round(uint64_t round)
{
	int64_t memory = mem_create(PAGE_SIZE), own = endpoint_create(),
		copy = cap_mint((cap_t)own, CAP_SEND, round + 1, 0), thread = a_thread(0),
		space = a_space(0);
	const int64_t result[] = { memory, own, copy, thread, space,
		mem_map((cap_t)memory, 0, WINDOW, 0, PAGE_SIZE, PROT_READ | PROT_WRITE),
		watch((cap_t)copy, WATCH_DEATH, (cap_t)own, 1) };
	const cap_t cap[] = { (cap_t)memory, (cap_t)copy, (cap_t)own, (cap_t)space };
	struct msg m = { .label = MSG_LABEL(ROUND, 0, 0, 0), .word = { round } };
	unsigned failures = 0;

	for (unsigned i = 0; i < COUNT(result); i++)
		failures += result[i] < 0;
	if (!failures) {
		*(volatile uint64_t *)WINDOW = round;
		failures += *(volatile uint64_t *)WINDOW != round;
	}
	failures += ipc_call(TOLD->server, &m, DEADLINE_FOREVER) != 0 || m.word[0] != round + 1;
	failures += thread_kill((cap_t)thread) != 0 || cap_delete((cap_t)thread) != 0;
	for (unsigned i = 0; i < COUNT(cap); i++)
		failures += cap_delete(cap[i]) != 0;
	return failures;
}

static void be_neighbour(uint64_t rounds)
{
	struct msg m = { .label = MSG_LABEL(DONE, 0, 0, 0) };

	for (uint64_t i = 0; i < rounds; i++)
		TOLD->failures += one_round(i);
	ipc_call(TOLD->server, &m, DEADLINE_FOREVER);
	child_exit();
}

/* ---- Both ------------------------------------------------------------------------------- */

/* Answers the neighbour until it is done. How many calls came. */
static uint64_t serve_neighbour(void)
{
	struct msg m = { 0 };
	uint64_t calls = 0;

	while (ipc_recv(ep, &m, time_in_ms(30000)) == 0) {
		const bool round = MSG_OP(m.label) == ROUND;

		m.label = 0;
		m.word[0]++;
		ipc_reply(m.token, &m);
		if (!round)
			break;
		calls++;
	}
	return calls;
}

static void without_end(unsigned kind, uint64_t rounds)
{
	const char *name = kinds[kind].name;
	struct child greedy, neighbour;
	uint64_t calls;

	*TOLD = (struct told){ 0 };
	if (!child_make(&greedy, FRAMES) || !child_make(&neighbour, FRAMES))
		bail_out("no children");
	TOLD->server = child_give(&neighbour, ep, CAP_SEND, 1);
	cap_delete((cap_t)child_start(&greedy, make_without_end, kind, LOWER, 0));
	cap_delete((cap_t)child_start(&neighbour, be_neighbour, rounds, LOWER, 0));
	calls = serve_neighbour();
	for (int i = 0; i < 1000 && !TOLD->tries; i++)
		sleep_ms(1);
	ok(TOLD->made > 0, "%s: %lu are made", name, TOLD->made);
	is(TOLD->refusal, -kinds[kind].refusal, "%s: no more", name);
	ok(TOLD->tries > 0, "%s: it goes on trying", name);
	is((int64_t)calls, (int64_t)rounds, "%s: the neighbour does its rounds", name);
	is((int64_t)TOLD->failures, 0, "%s: none of its calls fails", name);
	child_end(&greedy);
	child_end(&neighbour);
}

int main(void)
{
	const uint64_t rounds = slow_kernel() ? ROUNDS / 10 : ROUNDS;
	struct info_system before, after;
	uint64_t frames;

	ep = (cap_t)endpoint_create();
	warm_up();
	TOLD->made = 0; /* the pages of SHARED are there from now on */
	for (unsigned kind = 0; kind < COUNT(kinds); kind++) {
		frames = settled_frames();
		before = system_info();
		without_end(kind, rounds);
		is((int64_t)settled_frames(), (int64_t)frames, "%s: all frames are back",
		    kinds[kind].name);
		after = system_info();
		ok(after.threads == before.threads && after.spaces == before.spaces,
		    "%s: threads and spaces are as before", kinds[kind].name);
	}
	return tap_done();
}
