/* What keeps the kernel inside for as long as it goes: the longest chains of waiting threads, each
 * with as many contended locks as it may have; many deadlines and deaths at the end of such a
 * chain; spaces whose tables are large and nearly empty. Here it is seen that all of it comes out
 * right; tests/boot/longest_entry.py counts the instructions of each entry.
 *
 * ICOUNT: yes
 * EMULATORS: qemu */
#include "lib/story.h"

#define LINKS 29 /* with a client, a server and main: 32 */
#define LOCKS 8
#define MANY  16 /* who lend one after the other */
#define LOW   1  /* priority of whoever is to lend nothing of note */
#define GIB   (1ull << 30)

/* Two chains of threads, of which each owns LOCKS locks. It waits for the first of the one behind
 * it, the last for main's; other threads wait for the rest. */
static struct link {
	uint64_t id, lock[LOCKS];
	cap_t thread;
} chain[2][LINKS];
static uint64_t gate; /* main's */
static volatile unsigned ended;
static volatile uint64_t deadline;

static uint64_t *behind(unsigned c, unsigned i)
{
	return i == LINKS - 1 ? &gate : &chain[c][i + 1].lock[0];
}

static void hold(uint64_t argument, uint64_t id)
{
	const unsigned c = argument / LINKS, i = argument % LINKS;

	chain[c][i].id = id;
	for (unsigned k = 0; k < LOCKS; k++)
		chain[c][i].lock[k] = id;
	lock_wait(behind(c, i), DEADLINE_FOREVER);
	thread_kill(0);
}

static void wait_for(uint64_t lock, uint64_t id)
{
	lock_wait((uint64_t *)lock, DEADLINE_FOREVER);
	thread_kill(0);
}

static void make_chain(unsigned c)
{
	for (unsigned i = LINKS; i-- > 0; sleep_ms(1)) {
		chain[c][i].thread = begin_small(hold, c * LINKS + i, LOW);
		sleep_ms(1);
		for (unsigned k = 1; k < LOCKS; k++)
			cap_delete(begin_small(wait_for, (uint64_t)&chain[c][i].lock[k], LOW));
	}
}

static int lent(unsigned c)
{
	return effective_priority(chain[c][LINKS - 1].id);
}

/* ---- Along the chain -------------------------------------------------------------------- */

static void priority_changes(void)
{
	thread_set(chain[0][0].thread, THREAD_PRIORITY, LOW + 7);
	is(lent(0), LOW + 7, "a priority goes along the whole chain");
	thread_set(chain[0][0].thread, THREAD_PRIORITY, LOW);
	is(lent(0), LOW, "and back");
	is(lock_wait(&chain[0][0].lock[0], DEADLINE_FOREVER), -EDEADLK, "a ring of all is refused");
}

static void wait_a_little(uint64_t lock, uint64_t id)
{
	ended += lock_wait((uint64_t *)lock, deadline) == -ETIMEDOUT;
	thread_kill(0);
}

/* Each one's end lowers what the chain is lent. */
static void deadlines_at_its_end(void)
{
	ended = 0;
	deadline = time_in_ms(50);
	for (unsigned i = MANY; i-- > 0;)
		cap_delete(begin_small(wait_a_little, (uint64_t)&chain[0][0].lock[0], LOW + 1 + i));
	sleep_ms(20);
	is(lent(0), LOW + MANY, "waiters at its end lend to all");
	sleep_ms(100);
	is(ended, MANY, "they come to their deadlines");
	is(lent(0), LOW, "and what they lent is gone");
}

static void bind_and_wait(uint64_t ep, uint64_t id)
{
	struct msg m;

	ipc_recv(ep, &m, DEADLINE_NOW);
	wait_for((uint64_t)&chain[0][0].lock[0], id);
}

static void call_for_ever(uint64_t ep)
{
	struct msg m = { 0 };

	ipc_call(ep, &m, DEADLINE_FOREVER);
	child_exit();
}

/* The same, when they are threads of a process that is killed. */
static void deaths_at_its_end(void)
{
	const cap_t ep = (cap_t)endpoint_create();
	const cap_t server = begin_small(bind_and_wait, ep, LOW);
	struct child c;
	cap_t theirs;
	int before;

	sleep_ms(5);
	if (!child_make(&c, 400))
		bail_out("no child");
	theirs = child_give(&c, ep, CAP_SEND, 0);
	for (int i = MANY; i-- > 0;)
		cap_delete(
		    (cap_t)child_start(&c, call_for_ever, theirs, LOW + 1 + i - own_priority(), 0));
	sleep_ms(20);
	before = lent(0); /* with a chain of 32 behind it, main can call nobody to tell of it */
	child_end(&c);
	is(before, LOW + MANY, "clients of another process lend to all");
	is(lent(0), LOW, "and nothing when it was killed");
	thread_kill(server);
	cap_delete(server);
	cap_delete(ep);
}

/* Receives one call, tells the token, and waits for the chain. */
static volatile uint64_t token;

static void take_and_wait(uint64_t ep, uint64_t id)
{
	struct msg m = { 0 };

	ipc_recv(ep, &m, DEADLINE_FOREVER);
	token = m.token;
	wait_for((uint64_t)&chain[0][0].lock[0], id);
}

/* From the end of one chain to that of the other. */
static void delegation(void)
{
	const cap_t ep = (cap_t)endpoint_create();
	const cap_t first = begin_small(take_and_wait, ep, LOW);
	const cap_t second = begin_small(wait_for, (uint64_t)&chain[1][0].lock[0], LOW);
	struct worker w = { do_call, .ep = ep, .deadline = DEADLINE_FOREVER };
	int before, first_after, second_after, error;

	sleep_ms(5);
	begin(&w, HIGHER);
	sleep_ms(5);
	before = lent(0);
	error = delegate(token, second);
	first_after = lent(0);
	second_after = lent(1);
	end(&w);
	is(before, own_priority() + HIGHER, "a client lends to one chain");
	is(error, 0, "its call is delegated");
	is(first_after, LOW, "and not to that one any more");
	is(second_after, own_priority() + HIGHER, "but to the other");
	thread_kill(first);
	thread_kill(second);
	cap_delete(first);
	cap_delete(second);
	cap_delete(ep);
}

/* ---- Tables ----------------------------------------------------------------------------- */

/* A page in each of many GiB: a table of each level for it. */
static void scattered_pages(void)
{
	const cap_t memory = (cap_t)mem_create(PAGE_SIZE);
	struct child c;
	bool all = true;

	if (!child_make(&c, 400))
		bail_out("no child");
	for (uint64_t i = 0; i < 64; i++)
		all &= mem_map(memory, c.space, (i + 100) * GIB, 0, PAGE_SIZE, PROT_READ) == 0;
	ok(all, "a page in each of 64 GiB");
	child_end(&c);
	is(cap_delete(memory), 0, "the space is gone, and then the page");
}

/* A table that was full once. */
static void empty_table(void)
{
	const cap_t ep = (cap_t)endpoint_create(),
		    copy = (cap_t)cap_mint(ep, CAP_SEND | CAP_TRANSFER, 0, 0);
	struct child c;
	bool all = true;

	if (!child_make(&c, 400))
		bail_out("no child");
	for (unsigned i = 0; i < 4000; i++)
		all &= cap_mint(copy, CAP_SEND, 0, c.space) > 0;
	ok(all, "4,000 capabilities");
	is(cap_revoke(copy), 0, "revoked");
	child_end(&c);
	cap_delete(copy);
	cap_delete(ep);
}

/* A table of ours with next to nothing in it any more: the next capability behind its middle. */
static void free_entries(void)
{
	const cap_t ep = (cap_t)endpoint_create(),
		    copy = (cap_t)cap_mint(ep, CAP_SEND | CAP_TRANSFER, 0, 0);
	struct info_thread self;
	struct info_cap info;
	bool all = true;

	for (unsigned i = 0; i < 3500; i++)
		all &= cap_mint(copy, CAP_SEND, 0, 0) > 0;
	ok(all, "3,500 capabilities of our own");
	is(cap_revoke(copy), 0, "revoked");
	ok(thread_info(own_id(), &self), "our space");
	is(kernel_info(kernel_cap(), INFO_CAPS, INFO_CAP(self.space, 400), &info, sizeof info), 0,
	    "no capability in 3,000 entries");
	cap_delete(copy);
	cap_delete(ep);
}

static void sleep_for_ever(uint64_t unused, uint64_t id)
{
	struct msg m;

	ipc_recv(0, &m, DEADLINE_FOREVER);
}

/* Slots of threads that have gone. */
static void empty_slots(void)
{
	static cap_t thread[3000];
	struct info_thread info;

	for (unsigned i = 0; i < COUNT(thread); i++)
		thread[i] = begin_small(sleep_for_ever, 0, LOW);
	thread_info(own_id(), &info);
	for (unsigned i = 0; i < COUNT(thread) - 1; i++) {
		thread_kill(thread[i]);
		cap_delete(thread[i]);
	}
	is(kernel_info(kernel_cap(), INFO_THREADS, 1500, &info, sizeof info), sizeof info,
	    "the first thread behind 1,500 slots");
	thread_kill(thread[COUNT(thread) - 1]);
	cap_delete(thread[COUNT(thread) - 1]);
}

int main(void)
{
	gate = own_id();
	make_chain(0);
	make_chain(1);
	priority_changes();
	deadlines_at_its_end();
	deaths_at_its_end();
	delegation();
	scattered_pages();
	empty_table();
	free_entries();
	empty_slots();
	return tap_done();
}
