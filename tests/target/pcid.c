/* Address-space tags as user code can see them: what the counters say of switches; more spaces than
 * tags, each of which sees its own pages all the time; and what is taken from a space that is not
 * loaded is gone when it runs again. A stale entry itself shows on no emulator (docs/tlb.md): that
 * is for the real processor, and for tests/host/tlb.c. Booted with fewer tags in pcid_two.c and
 * pcid_four.c. */
#include "lib/story.h"
#include <cpuid.h>

#define CHILDREN 8
#define PAGES    3
#define FLAGS    ((volatile uint64_t *)SHARED)
#define OWN(i)   ((volatile uint64_t *)(WINDOW + (i) * (uint64_t)PAGE_SIZE))
#define RW       PROT_READ | PROT_WRITE

static struct child child[CHILDREN];
static cap_t memory[CHILDREN], ep[CHILDREN], pager;

/* ---- What a child does ---------------------------------------------------------------- */

/* Answers each call with what its pages hold, and writes what it is told. */
static void keep_pages(uint64_t number)
{
	const cap_t own = (cap_t)FLAGS[number];
	struct msg m = { 0 };
	int error = ipc_recv(own, &m, DEADLINE_FOREVER);

	while (!error) {
		const uint64_t told = m.word[PAGES];

		for (unsigned i = 0; i < PAGES; i++) {
			m.word[i] = *OWN(i);
			*OWN(i) = told + i;
		}
		m.label = 0;
		error = ipc_reply_recv(m.token, &m, own, DEADLINE_FOREVER);
	}
	child_exit();
}

static void read_page(uint64_t page)
{
	FLAGS[CHILDREN] = *OWN(page);
	child_exit();
}

static void write_page(uint64_t page)
{
	*OWN(page) = 1;
	child_exit();
}

/* ---- The machine, the counters -------------------------------------------------------- */

static void detected(void)
{
	const struct info_system info = system_info();
	unsigned a, b = 0, c = 0, d;
	bool pcid, invpcid;

	__get_cpuid(1, &a, &b, &c, &d);
	pcid = c & (1u << 17);
	b = 0;
	__get_cpuid_count(7, 0, &a, &b, &c, &d);
	invpcid = b & (1u << 10);
	note("PCID %d, INVPCID %d, %u tags", pcid, invpcid, info.pcid_tags);
	ok(info.pcid_tags == 0 || (pcid && info.pcid_tags >= 2 && info.pcid_tags <= 4095),
	    "kernel_info: tags only where the processor has PCID");
	is(info.invpcid, invpcid, "kernel_info: INVPCID is told apart");
	is(info.pcid_generation > 0, info.pcid_tags > 0, "kernel_info: generations begin with 1");
}

static int talk(unsigned i, uint64_t told, struct msg *m)
{
	*m = (struct msg){ .word = { [PAGES] = told } };
	return ipc_call(ep[i], m, DEADLINE_FOREVER);
}

static void round_trips(void)
{
	const unsigned count = slow_kernel() ? 50 : 1000;
	struct info_system before, after;
	uint64_t flushes;
	struct msg m;
	bool good = true;

	sleep_ms(50); /* until the console has nothing to say any more */
	talk(0, 0, &m);
	before = system_info();
	for (unsigned i = 0; i < count; i++)
		good &= talk(0, 0, &m) == 0;
	after = system_info();
	flushes = after.full_flushes - before.full_flushes;
	ok(good, "%u round trips", count);
	ok(after.space_switches - before.space_switches >= 2 * count,
	    "kernel_info: each is two switches");
	is((int64_t)(after.switches_unflushed - before.switches_unflushed + flushes),
	    (int64_t)(after.space_switches - before.space_switches),
	    "kernel_info: a switch flushes or does not");
	if (!after.pcid_tags)
		ok(flushes >= 2 * count, "without tags each switch flushes: %lu", flushes);
	else if (after.pcid_tags > 2)
		is((int64_t)flushes, 0, "with tags none does");
	else /* the timer may wake a third space, and then the tags run out */
		ok(flushes < count / 10, "with two tags few do: %lu", flushes);
}

/* ---- Recycling ------------------------------------------------------------------------ */

static bool make_children(void)
{
	bool all = true;

	for (unsigned i = 0; i < CHILDREN; i++) {
		memory[i] = (cap_t)mem_create(PAGES * PAGE_SIZE);
		ep[i] = (cap_t)endpoint_create();
		all &= child_make(&child[i], 64) &&
		    mem_map(memory[i], child[i].space, WINDOW, 0, PAGES * PAGE_SIZE, RW) == 0;
		FLAGS[i] = child_give(&child[i], ep[i], CAP_RECV, 0);
		cap_delete((cap_t)child_start(&child[i], keep_pages, i, HIGHER, 0));
	}
	return all;
}

/* All in turn, so that with few tags nearly each switch is to one that has lost its own. */
static void own_pages(void)
{
	const unsigned rounds = slow_kernel() ? 10 : 100;
	const uint64_t rollovers = system_info().pcid_rollovers;
	const unsigned tags = system_info().pcid_tags;
	unsigned wrong = 0;
	struct msg m;

	for (unsigned i = 0; i < CHILDREN; i++)
		talk(i, i << 20, &m);
	for (unsigned round = 1; round <= rounds; round++)
		for (unsigned i = 0; i < CHILDREN; i++) {
			wrong += talk(i, (i << 20) + round * PAGES, &m) != 0;
			for (unsigned k = 0; k < PAGES; k++)
				wrong += m.word[k] != (i << 20) + (round - 1) * PAGES + k;
		}
	is(wrong, 0, "%u spaces, %u tags: each sees its own pages", CHILDREN, tags);
	if (tags && tags < CHILDREN)
		ok(system_info().pcid_rollovers - rollovers > rounds,
		    "kernel_info: the tags have run out %lu times",
		    system_info().pcid_rollovers - rollovers);
	else
		is((int64_t)(system_info().pcid_rollovers - rollovers), 0,
		    "kernel_info: no tags have run out");
}

/* ---- Taken from a space that is not loaded -------------------------------------------- */

/* Whether the child comes through it, or faults: it has run to its end either way. */
static bool comes_through(void (*run)(uint64_t page), uint64_t page)
{
	struct msg m = { 0 };
	int64_t thread = child_start(&child[1], run, page, HIGHER, pager);
	bool faulted = ipc_recv(pager, &m, DEADLINE_NOW) == 0 && MSG_OP(m.label) == FAULT_OP &&
	    m.word[2] / PAGE_SIZE == WINDOW / PAGE_SIZE + page;

	if (faulted) {
		m.label = MSG_LABEL(1, 0, 0, 0); /* kill it */
		ipc_reply(m.token, &m);
	}
	faulted |= !dead((cap_t)thread);
	cap_delete((cap_t)thread);
	child[1].stacks = 1; /* the next one may have its stack; keep_pages has the first */
	return !faulted;
}

static void taken_away(void)
{
	const cap_t space = child[1].space;
	struct msg m;

	pager = (cap_t)endpoint_create();
	talk(1, 7, &m);
	ok(comes_through(write_page, 0) && comes_through(read_page, 2), "a child uses its pages");
	is(mem_protect(space, WINDOW, PAGES * PAGE_SIZE, PROT_READ), 0,
	    "mem_protect: of a space that is not loaded");
	ok(!comes_through(write_page, 0), "mem_protect: it cannot write any more");
	ok(comes_through(read_page, 0) && FLAGS[CHILDREN] == 1, "mem_protect: but read");
	is(mem_protect(space, WINDOW, PAGES * PAGE_SIZE, RW), 0, "mem_protect: back again");
	ok(comes_through(write_page, 1), "mem_protect: it can write");
	is(mem_unmap(space, WINDOW, PAGES * PAGE_SIZE), 0,
	    "mem_unmap: of a space that is not loaded");
	ok(!comes_through(read_page, 0) && !comes_through(write_page, 2),
	    "mem_unmap: it reaches them no more");
	is(mem_map(memory[2], space, WINDOW, 0, PAGES * PAGE_SIZE, RW), 0,
	    "mem_map: others in their place");
	talk(2, 500, &m);
	ok(comes_through(read_page, 1) && FLAGS[CHILDREN] == 501, "mem_map: it sees those");
	cap_delete(memory[2]);
	ok(!comes_through(read_page, 1), "cap_delete: and with the capability they are gone");
}

int main(void)
{
	detected();
	ok(make_children(), "%u spaces with pages of their own at one address", CHILDREN);
	round_trips();
	own_pages();
	taken_away();
	for (unsigned i = 0; i < CHILDREN; i++)
		child_end(&child[i]);
	return tap_done();
}
