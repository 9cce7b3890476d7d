// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// GROUP: bugs
// Address-space tags: two spaces never share a good one, however often they run out; switches with
// tags enough flush nothing; what is changed in a space that is not loaded costs what it must. That
// nothing stale is ever used is for tlb.c to find out.
#include "world.h"
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/pcid.h"

#define SPACES   7
#define TAG_MASK 0xfffu

static u64 state = 1;

static u64 any(u64 below)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return (state >> 33) % below;
}

/* On each processor, at all times: the tags of its present generation are in one hand each. */
static void no_two_share(void)
{
	struct space *space[SPACES];

	for (unsigned i = 0; i < SPACES; i++)
		space[i] = new_space_with("space", 200, 1);
	for (unsigned step = 0; step < 4000; step++) {
		struct space *mine = space[any(SPACES)];
		u64 tag;

		host.cpu = (unsigned)any(CPUS_MAX);
		space_load(mine);
		if (!pcid_tags()) {
			IS(host.cr3[host.cpu], mine->root);
			continue;
		}
		tag = mine->pcid.tag[host.cpu];
		IS(host.cr3[host.cpu] & TAG_MASK, tag & TAG_MASK);
		EXPECT(tag & TAG_MASK);
		EXPECT((tag & TAG_MASK) <= pcid_tags());
		for (unsigned i = 0; i < SPACES; i++)
			EXPECT(space[i] == mine || tag == 0 || space[i]->pcid.tag[host.cpu] != tag);
		IS(pcid_generation(), (tag >> 12) + 1);
	}
	host.cpu = 0;
}

static u64 flushes(void)
{
	return pcid_flushed(0);
}

/* With tags enough, loading a space again and again flushes nothing. */
static void flushes_are_avoided(void)
{
	struct space *space[2] = { new_space("a"), new_space("b") };
	u64 before, loads;

	for (unsigned i = 0; i < 4; i++) /* twice: tags may just run out */
		space_load(space[i % 2]);
	before = flushes();
	loads = host.cr3_flushes;
	for (unsigned i = 0; i < 100; i++)
		space_load(space[i % 2]);
	IS(flushes() - before, pcid_tags() ? 0 : 100);
	IS(host.cr3_flushes - loads, flushes() - before);
}

/* A page of a space that is not loaded: INVPCID, or the next load flushes. On another processor the
 * next load there does. */
static void not_loaded(void)
{
	struct space *a = new_space("a"), *b = new_space("b");
	u64 before, pages;

	for (unsigned i = 0; i < 2; i++) {
		space_load(a);
		space_load(b);
		host.cpu = 1;
		space_load(a);
		space_load(b);
		host.cpu = 0;
	}
	before = flushes();
	pages = pcid_counters.page_flushes;
	for (unsigned i = 0; i < 3; i++)
		pcid_flush_page(&a->pcid, AREA, space_loaded(a));
	IS(pcid_counters.page_flushes - pages, pcid_tags() && machine_features.invpcid ? 3 : 0);
	space_load(a);
	IS(flushes() - before, pcid_tags() && machine_features.invpcid ? 0 : 1);
	host.cpu = 1;
	space_load(a);
	host.cpu = 0;
	IS(flushes() - before, pcid_tags() && machine_features.invpcid ? 1 : 2);
}

/* The counters say what was done; generations begin with 1 and rise by one at a roll-over. */
static void generations(void)
{
	struct space *space[SPACES];
	u64 generation = pcid_generation(), rollovers = pcid_counters.rollovers;

	for (unsigned i = 0; i < SPACES; i++)
		space[i] = new_space_with("space", 200, 1);
	for (unsigned i = 0; i < 10 * SPACES; i++)
		space_load(space[i % SPACES]);
	IS(pcid_generation() - generation, pcid_counters.rollovers - rollovers);
	rollovers = pcid_counters.rollovers - rollovers;
	if (pcid_tags() && pcid_tags() < SPACES) /* then every load needs a new tag */
		EXPECT(rollovers == 10 * SPACES / pcid_tags() ||
		    rollovers == 10 * SPACES / pcid_tags() + 1);
}

static void all_stories(void)
{
	story("no two live spaces share a tag", no_two_share);
	story("flushes are avoided", flushes_are_avoided);
	story("a page of a space that is not loaded", not_loaded);
	story("generations", generations);
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
			ok(on_processor(tags[i], invpcid), "%u tags, %s INVPCID", tags[i],
			    invpcid ? "with" : "without");
	return tap_done();
}
