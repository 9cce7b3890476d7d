// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: bugs
// Address-space tags against a TLB that remembers all it may and fetches ahead whenever it may
// (machine.c): whatever is loaded, mapped and taken away in which order, with tags that run out all
// the time, no space ever sees a translation that is not its own or not true any more. What no
// emulator shows (docs/caveats.md) shows here.
#include "world.h"
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/pcid.h"

#define SPACES 7
#define PLACES 6

static u64 state = 1;

static u64 any(u64 below)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return (state >> 33) % below;
}

static uaddr place(u64 i)
{
	return 0x10000000 + i * 0x200000;
}

/* Random life of seven spaces; after every step the loaded space's view is compared with its
 * tables. */
static void life(void)
{
	struct space *space[SPACES] = { 0 };
	cap_t window[SPACES][PLACES] = { 0 };
	u64 loaded = 0;

	host.speculates = true;
	for (unsigned step = 0; step < 3000; step++) {
		u64 i = any(SPACES), p = any(PLACES);
		unsigned budget = UINT32_MAX;

		if (!space[i]) {
			space[i] = new_space_with("space", 200, 1);
			memset(window[i], 0, sizeof(window[i]));
			continue;
		}
		switch (any(8)) {
		case 0:
		case 1:
		case 2:
			space_load(space[loaded = i]);
			break;
		case 3:
			if (!window[i][p])
				window[i][p] = map_pages(
				    space[i], place(p), 1 + any(2), PROT_READ | PROT_WRITE);
			break;
		case 4:
			if (window[i][p])
				object_delete_cap(cap_of(space[i], window[i][p]), &budget);
			window[i][p] = 0;
			settle();
			break;
		case 5:
			if (window[i][p])
				IS(memory_protect(space[i], place(p), 2 * PAGE_SIZE,
				       any(2) ? PROT_READ : PROT_READ | PROT_WRITE, &budget),
				    0);
			break;
		case 6:
			if (any(20) == 0) {
				destroy(space[i]);
				space[i] = NULL;
			}
			break;
		default:
			for (unsigned touches = 0; touches < 5; touches++)
				host_touch(place(any(PLACES)) + any(2) * PAGE_SIZE);
		}
		if (!EXPECT(host_tlb_true()))
			return;
	}
}

/* Each space keeps a tag as long as nobody needs it; two live spaces never have the same. */
static void no_two_share(void)
{
	struct space *space[SPACES];
	u64 loads = 0;

	for (unsigned i = 0; i < SPACES; i++)
		space[i] = new_space_with("space", 200, 1);
	for (unsigned step = 0; step < 2000; step++) {
		const struct pcid *mine = &space[any(SPACES)]->pcid;

		mine = &CONTAINER_OF(mine, struct space, pcid)->pcid;
		space_load(CONTAINER_OF(mine, struct space, pcid));
		loads++;
		if (!pcid_tags())
			continue;
		EXPECT(mine->tag >= 1 && mine->tag <= pcid_tags());
		EXPECT((host.cr3 & 0xfff) == mine->tag);
		for (unsigned i = 0; i < SPACES; i++)
			EXPECT(&space[i]->pcid == mine ||
			    space[i]->pcid.generation != mine->generation ||
			    space[i]->pcid.tag != mine->tag);
	}
	EXPECT(loads == 2000);
}

/* With tags enough, loading a space again and again flushes nothing. */
static void flushes_are_avoided(void)
{
	struct space *space[2] = { new_space("a"), new_space("b") };
	u64 before;

	for (unsigned i = 0; i < 4; i++) /* twice: tags may just run out */
		space_load(space[i % 2]);
	before = host.cr3_flushes + host.full_flushes;
	for (unsigned i = 0; i < 100; i++)
		space_load(space[i % 2]);
	IS(host.cr3_flushes + host.full_flushes - before, pcid_tags() >= 2 ? 0 : 100);
}

static void all_stories(void)
{
	story("no stale translation is ever used", life);
	story("no two live spaces share a tag", no_two_share);
	story("flushes are avoided", flushes_are_avoided);
}

/* A process of its own for each kind of processor: a kernel boots once. */
static bool on_processor(unsigned tags, bool invpcid)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stdout))
			exit(1);
		world_start(tags);
		machine_features.invpcid = invpcid;
		all_stories();
		exit(world_done());
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
	static const unsigned tags[] = { 0, 2, 3, 4, 6, 4095 };

	for (unsigned i = 0; i < ARRAY_SIZE(tags); i++)
		for (unsigned invpcid = 0; invpcid < 2; invpcid++)
			ok(on_processor(tags[i], invpcid), "%u tags, %s INVPCID: life with a TLB",
			    tags[i], invpcid ? "with" : "without");
	return tap_done();
}
