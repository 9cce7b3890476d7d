/* What it costs to move memory does not depend on how much it is: from the sender's call until the
 * receiver runs, 64 KiB and 4 MiB take the same number of instructions. So no page is
 * touched, nor any table of pages. (Time is the number of instructions.)
 *
 * GROUP: window
 * ICOUNT: yes
 * EMULATORS: qemu */
#include "lib/story.h"

#define TAKE   (1 | MSG_MOVE)
#define ROUNDS 5

static cap_t ep;
static volatile uint64_t arrived;

static void receiver(uint64_t unused, uint64_t id)
{
	struct msg m;

	for (;;) {
		m = (struct msg){ .recv_caps = TAKE };
		ipc_recv(ep, &m, DEADLINE_FOREVER);
		arrived = __builtin_ia32_rdtsc();
		m.label = 0;
		ipc_reply(m.token, &m);
		cap_delete(m.cap[0]);
	}
}

/* Instructions of the last of some rounds. The pages are there: they have been mapped once. */
static int64_t cost(uint64_t bytes)
{
	uint64_t start = 0;

	for (int round = 0; round < ROUNDS; round++) {
		cap_t memory = (cap_t)mem_create(bytes);
		struct msg m = { .label = MSG_LABEL(1, 1, TAKE, 0), .cap = { memory } };

		mem_map(memory, 0, WINDOW, 0, bytes, PROT_READ | PROT_WRITE);
		mem_unmap(0, WINDOW, bytes);
		start = __builtin_ia32_rdtsc();
		if (ipc_call(ep, &m, DEADLINE_FOREVER) != 0)
			return -1;
		settled_frames();
	}
	return (int64_t)(arrived - start);
}

int main(void)
{
	int64_t small, large;

	ep = (cap_t)endpoint_create();
	begin_small(receiver, 0, (unsigned)own_priority());
	small = cost(64 << 10);
	large = cost(4 << 20);
	note("64 KiB: %ld instructions, 4 MiB: %ld", small, large);
	ok(small > 0, "64 KiB are moved");
	is(large, small, "4 MiB at the same cost");
	return tap_done();
}
