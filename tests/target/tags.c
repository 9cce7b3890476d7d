/* More spaces than address-space tags: booted with pcid=4 the tags are given out again and again,
 * and no two live spaces ever share one. Eight children, each with a number of its own at the same
 * address, are called in turn. Where there is no PCID there are no tags to run out of. (Emulators
 * hide a stale entry: Bochs flushes all at each switch. What the tags themselves come to is
 * tests/host/kernel_pcid.c's, with a model of the TLB.)
 *
 * GROUP: bugs
 * APPEND: pcid=4
 * EMULATORS: bochs */
#include "lib/story.h"

#define CHILDREN 8
#define ROUNDS   25

static uint64_t number; /* each child's own */

/* Answers each call with its number, and counts on. The argument: its endpoint and its number. */
static void tell_number(uint64_t argument)
{
	const cap_t own = ((volatile cap_t *)SHARED)[argument];
	struct msg m = { 0 };

	number = argument * 1000;
	ipc_recv(own, &m, DEADLINE_FOREVER);
	for (;;) {
		m.label = 0;
		m.word[0] = number++;
		ipc_reply_recv(m.token, &m, own, DEADLINE_FOREVER);
	}
}

int main(void)
{
	const struct info_system before = system_info();
	struct child child[CHILDREN];
	cap_t ep[CHILDREN], thread[CHILDREN];
	unsigned wrong = 0;

	is(before.pcid_tags, 4, "B11 four tags");
	for (unsigned i = 0; i < CHILDREN; i++) {
		ep[i] = (cap_t)endpoint_create();
		if (!child_make(&child[i], 64))
			bail_out("no child %u", i);
		((volatile cap_t *)SHARED)[i] = child_give(&child[i], ep[i], CAP_RECV, 0);
		thread[i] = (cap_t)child_start(&child[i], tell_number, i, HIGHER, 0);
	}
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned i = 0; i < CHILDREN; i++) {
			struct msg m = { 0 };

			wrong += ipc_call(ep[i], &m, DEADLINE_FOREVER) != 0 ||
			    m.word[0] != i * 1000 + round;
		}
	is(wrong, 0, "B11 eight spaces, four tags: each sees its own memory (NOVA)");
	ok(system_info().pcid_rollovers - before.pcid_rollovers >= ROUNDS,
	    "B11 the tags have run out and been given out again: %lu times (NOVA)",
	    system_info().pcid_rollovers - before.pcid_rollovers);
	is((int64_t)number, 0, "B11 nobody has written ours");
	for (unsigned i = 0; i < CHILDREN; i++) {
		child_end(&child[i]);
		cap_delete(thread[i]);
		cap_delete(ep[i]);
	}
	return tap_done();
}
