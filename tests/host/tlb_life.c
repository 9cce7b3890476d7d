/* See tlb_life.h. */
#include "tlb_life.h"

#include "world.h"
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/pcid.h"
#include "kernel/transfer.h"

#define SPACES 6
#define PLACES 7
#define LIVES  64 /* one for each kind of processor; see kind_of */

enum { LOAD, MAP, SHARE, MOVE, UNMAP, DELETE, PROTECT, DESTROY, CREATE, OPERATIONS };
static const char *const names[OPERATIONS] = { "load", "map", "share", "move", "unmap", "delete",
	"protect", "destroy", "create" };

/* Neighbours in one table, and places that share no table, one table, two. */
static const uaddr places[PLACES] = { 0x10000000, 0x10004000, 0x10200000, 0x50000000, 0x8010000000,
	0x8010200000, 0x700000000000 };

struct kind {
	unsigned cpus, tags;
	bool invpcid;
};

/* What all lives have seen: they are processes. */
static struct totals {
	u64 done[OPERATIONS]; /* that succeeded */
	u64 unflushed, flushed, pages, rollovers;
} * totals;

static u64 state, seed, step;
static unsigned operation;
static struct space *spaces[SPACES];
static cap_t handles[SPACES];          /* that init has of them */
static cap_t memories[SPACES][PLACES]; /* whose windows are, or may be, at that place */

static u64 any(u64 below)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return (state >> 33) % below;
}

static struct kind kind_of(u64 number)
{
	static const unsigned tags[] = { 2, 3, 4, 5, 7, 16, 4095, 0 };
	struct kind kind = { .cpus = 1 + number % 4,
		.tags = tags[number / 4 % ARRAY_SIZE(tags)],
		.invpcid = number / 32 % 2 };

	return kind;
}

/* ---- Operations: each says whether it came to something ------------------------------- */

/* Often less than the whole takes: then it is for a later operation, and others come between. */
static unsigned budget(void)
{
	return any(3) ? UINT32_MAX : 1 + (unsigned)any(4);
}

static u64 some_prot(void)
{
	static const u64 prot[] = { PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC };

	return prot[any(ARRAY_SIZE(prot))];
}

static bool create(u64 s)
{
	struct space *space = space_create(init, 200 * PAGE_SIZE, 1, "life", 4, 0);

	spaces[s] = space;
	handles[s] = give(init, &space->object, CAP_SPACE);
	memset(memories[s], 0, sizeof(memories[s]));
	map_pages(space, AREA, 1, PROT_READ | PROT_WRITE); /* for messages */
	return true;
}

/* It is taken apart in the steps that follow, and may be loaded somewhere all the while. */
static bool destroy_it(u64 s)
{
	unsigned most = UINT32_MAX;

	object_delete_cap(cap_of(init, handles[s]), &most);
	spaces[s] = NULL;
	return true;
}

static bool map_it(u64 s, u64 p)
{
	unsigned pages = 1 + (unsigned)any(3), most = budget();
	struct memory *memory;

	if (memories[s][p] || !(memory = memory_create(pages, spaces[s]->quota)))
		return false;
	memories[s][p] =
	    give(spaces[s], &memory->object, CAP_READ | CAP_WRITE | CAP_EXECUTE | CAP_TRANSFER);
	return memory_map(cap_of(spaces[s], memories[s][p]), spaces[s], places[p], 0,
		   pages * PAGE_SIZE, some_prot(), &most) == 0;
}

/* What one space has at a place, another one gets there too. */
static bool share(u64 s, u64 p)
{
	u64 other = any(SPACES);
	unsigned most = budget();

	if (!spaces[other] || !memories[other][p] || memories[s][p])
		return false;
	memories[s][p] = give_copy(
	    spaces[other], memories[other][p], spaces[s], CAP_READ | CAP_WRITE | CAP_EXECUTE, 0);
	return memory_map(cap_of(spaces[s], memories[s][p]), spaces[s], places[p], 0, PAGE_SIZE,
		   some_prot(), &most) == 0;
}

/* Moved in a message: who has it takes its own window away, perhaps not all of it, and sends;
 * whoever gets it maps it. */
static bool move(u64 s, u64 p)
{
	static struct thread from, to;
	u64 other = any(SPACES), label = MSG_LABEL(0, 0, 1 | MSG_MOVE, 0);
	unsigned most = budget(), all = UINT32_MAX;
	int error;

	if (!spaces[other] || !memories[s][p] || memories[other][p])
		return false;
	memory_unmap(spaces[s], places[p], 4 * PAGE_SIZE, &most);
	put_ext(spaces[other], AREA, (struct msg_ext){ .recv_caps = 1 | MSG_MOVE });
	from = (struct thread){ .space = spaces[s], .ext = { .cap = { memories[s][p] } } };
	to = (struct thread){ .space = spaces[other], .ext_address = AREA };
	if (transfer_check(&from, label, &to, &error) != TRANSFER_FITS)
		return false;
	transfer_commit(&from, label, &to);
	memories[s][p] = 0;
	memories[other][p] = get_ext(spaces[other], AREA).cap[0];
	return memory_map(cap_of(spaces[other], memories[other][p]), spaces[other], places[p], 0,
		   PAGE_SIZE, some_prot(), &all) == 0;
}

/* The window goes, the memory stays. */
static bool unmap(u64 s, u64 p)
{
	unsigned most = budget();

	return memories[s][p] && memory_unmap(spaces[s], places[p], 4 * PAGE_SIZE, &most) == 0;
}

/* The window goes with the capability, and often the frames with it. */
static bool delete_it(u64 s, u64 p)
{
	unsigned most = budget();

	if (!memories[s][p] || !object_delete_cap(cap_of(spaces[s], memories[s][p]), &most))
		return false;
	memories[s][p] = 0;
	return true;
}

static bool operate(u64 s, u64 p)
{
	unsigned most = budget();

	switch (operation) {
	case LOAD:
		space_load(spaces[s]);
		return true;
	case MAP:
		return map_it(s, p);
	case SHARE:
		return share(s, p);
	case MOVE:
		return move(s, p);
	case UNMAP:
		return unmap(s, p);
	case DELETE:
		return delete_it(s, p);
	case PROTECT:
		return memory_protect(spaces[s], places[p], 4 * PAGE_SIZE, some_prot(), &most) == 0;
	case DESTROY:
		return destroy_it(s);
	default:
		return create(s);
	}
}

/* ---- Lives ---------------------------------------------------------------------------- */

static void explain(void)
{
	fprintf(stderr, "# seed %lu, operation %lu (%s), on processor %u: %s\n",
	    (unsigned long)seed, (unsigned long)step, names[operation], host.cpu, host.panic);
	fflush(stdout);
	_exit(1); /* quickly, for those who try mutants */
}

static void live(struct kind kind, u64 operations)
{
	static const u8 likely[] = { LOAD, LOAD, LOAD, LOAD, LOAD, MAP, MAP, MAP, SHARE, MOVE,
		UNMAP, DELETE, DELETE, PROTECT, PROTECT };
	u64 frames = frame_available();

	for (step = 0; step < operations; step++) {
		u64 s = any(SPACES);

		host.cpu = (unsigned)any(kind.cpus);
		operation = !spaces[s] ? CREATE : !any(150) ? DESTROY : likely[any(sizeof(likely))];
		totals->done[operation] += operate(s, any(PLACES));
		if (object_condemned()) /* as trap.c does on the way out */
			object_step();
		if (!host_tlb_true())
			panic("%s", host_tlb_lie());
		if (step % 1000 == 0)
			check_all(NULL);
	}
	for (u64 s = 0; s < SPACES; s++)
		if (spaces[s])
			destroy_it(s);
	settle();
	check_all(NULL);
	if (frame_available() != frames)
		panic("%lu frames are gone", (unsigned long)(frames - frame_available()));
}

static void count_up(void)
{
	totals->unflushed += pcid_unflushed(0);
	totals->flushed += pcid_flushed(0);
	totals->pages += pcid_counters.page_flushes;
	totals->rollovers += pcid_counters.rollovers;
}

/* A process of its own: a kernel boots once. */
static bool one_life(u64 number, u64 operations)
{
	struct kind kind = kind_of(number);
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		seed = state = number;
		host.explain = explain;
		world_start(kind.tags);
		machine_features.invpcid = kind.invpcid;
		live(kind, operations);
		count_up();
		_exit(0);
	}
	waitpid(child, &status, 0);
	return ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "SEED=%lu OPS=%lu: %u processors, %u tags, %s INVPCID", (unsigned long)number,
	    (unsigned long)operations, kind.cpus, kind.tags, kind.invpcid ? "with" : "without");
}

static u64 setting(const char *name, u64 otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

int tlb_lives(u64 operations)
{
	u64 only = setting("SEED", 0), first = setting("FIRST", 1);

	bool good = true;

	operations = setting("OPS", only ? operations / LIVES : operations);
	totals =
	    mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (only) {
		one_life(only, operations);
		return tap_done();
	}
	for (u64 i = 0; i < LIVES && good; i++) /* the others would say the same */
		good = one_life(first + i, operations / LIVES);
	printf("# %lu loads without a flush, %lu with one; %lu pages flushed; %lu roll-overs\n",
	    (unsigned long)totals->unflushed, (unsigned long)totals->flushed,
	    (unsigned long)totals->pages, (unsigned long)totals->rollovers);
	for (unsigned i = 0; i < OPERATIONS && good; i++)
		ok(totals->done[i] > operations / 2000, "%s worked %lu times", names[i],
		    (unsigned long)totals->done[i]);
	return tap_done();
}
