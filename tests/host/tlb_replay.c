// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// How many TLB misses tags avoid. A recorded run of page touches is replayed twice under the real
// space.c and pcid.c, with tags and without, on TLBs of the sizes that processors have.
//
//     build/tests/host/tlb_replay FILE [TAGS]
//
// A line of the file is one event; numbers are decimal, addresses hexadecimal:
//
//     load SPACE             the processor switches to this space, which is made when it is new
//     touch ADDRESS ...      user code touches these pages, one after the other
//     change SPACE ADDRESS   the kernel changes or takes away what is mapped there
//     end SPACE              the space ends
//     cpu N                  what follows happens on processor N (0 to 3; at first 0)
//     # a comment
//
// Without a file it replays runs of its own, whose misses can be counted by hand.
#include "world.h"
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/pcid.h"

#define SPACES 65536
#define WAYS   12

/* First and second level of Intel's Skylake. Sets are chosen by the page's number. */
static const struct geometry {
	unsigned sets, ways;
} geometry[] = { { 16, 4 }, { 128, 12 } };
#define LEVELS ARRAY_SIZE(geometry)

struct entry {
	u64 page, used; /* used: when, 0: empty */
	unsigned tag;
};

struct result {
	u64 switches, touches, misses[LEVELS];
};

static struct entry tlb[CPUS_MAX][LEVELS][128][WAYS];
static struct result *result; /* shared with the processes that replay */
static struct space *spaces[SPACES];
static cap_t handles[SPACES];
static u64 now;

/* ---- A TLB of finite size, the least recently used entry is replaced ------------------ */

static unsigned loaded_tag(void)
{
	return host.pcid_on ? host.cr3[host.cpu] & 0xfff : 0;
}

/* Whether it was there; now it is. */
static bool hit(unsigned level, u64 page)
{
	struct entry *set = tlb[host.cpu][level][page / PAGE_SIZE % geometry[level].sets];
	struct entry *oldest = set;

	for (struct entry *e = set; e < set + geometry[level].ways; e++) {
		if (e->used && e->page == page && e->tag == loaded_tag()) {
			e->used = ++now;
			return true;
		}
		if (e->used < oldest->used)
			oldest = e;
	}
	*oldest = (struct entry){ page, ++now, loaded_tag() };
	return false;
}

static void invalidated(unsigned tag, u64 page)
{
	for (unsigned level = 0; level < LEVELS; level++)
		for (unsigned set = 0; set < geometry[level].sets; set++)
			for (unsigned way = 0; way < geometry[level].ways; way++) {
				struct entry *e = &tlb[host.cpu][level][set][way];

				if (e->tag == tag && (page == HOST_ALL_PAGES || e->page == page))
					e->used = 0;
			}
}

/* ---- Events --------------------------------------------------------------------------- */

static struct space *space_of(u64 number)
{
	if (number >= SPACES)
		panic("space %lu: they are numbered below %u", (unsigned long)number, SPACES);
	if (!spaces[number]) {
		spaces[number] = space_create(init, 100 * PAGE_SIZE, 1, "replay", 6, number);
		if (!spaces[number])
			panic("too many spaces at a time");
		handles[number] = give(init, &spaces[number]->object, CAP_SPACE);
	}
	return spaces[number];
}

static void touch(u64 address)
{
	result->touches++;
	for (unsigned level = 0; level < LEVELS; level++)
		result->misses[level] += !hit(level, ALIGN_DOWN(address, PAGE_SIZE));
}

static void end_space(u64 number)
{
	unsigned budget = UINT32_MAX;

	object_delete_cap((space_of(number), cap_of(init, handles[number])), &budget);
	settle();
	spaces[number] = NULL;
}

/* The next number of the line, to base; false: there is none. */
static bool number(char **line, int base, u64 *value)
{
	char *end;

	*value = strtoull(*line, &end, base);
	if (end == *line)
		return false;
	*line = end;
	return true;
}

/* False: it is not an event. */
static bool event(char *line)
{
	char *word = line + strspn(line, " \t");
	size_t length = strcspn(word, " \t\n");
	u64 a, b;

	line = word + length;
	if (length == 0 || *word == '#')
		return true;
	if (length == 4 && memcmp(word, "load", 4) == 0 && number(&line, 10, &a)) {
		u64 before = host.cr3_loads;

		space_load(space_of(a));
		result->switches += host.cr3_loads != before;
	} else if (length == 5 && memcmp(word, "touch", 5) == 0) {
		while (number(&line, 16, &a))
			touch(a);
	} else if (length == 6 && memcmp(word, "change", 6) == 0 && number(&line, 10, &a) &&
	    number(&line, 16, &b)) {
		pcid_flush_page(&space_of(a)->pcid, b, space_loaded(space_of(a)));
	} else if (length == 3 && memcmp(word, "end", 3) == 0 && number(&line, 10, &a)) {
		end_space(a);
	} else if (length == 3 && memcmp(word, "cpu", 3) == 0 && number(&line, 10, &a) &&
	    a < CPUS_MAX) {
		host.cpu = (unsigned)a;
	} else {
		return false;
	}
	return line[strspn(line, " \t\n")] == '\0';
}

/* In a process of its own: a kernel boots once. False: the run is not well-formed. */
static bool replay(FILE *run, unsigned tags, bool invpcid, struct result *found)
{
	int status;
	pid_t child;

	rewind(run);
	*result = (struct result){ 0 };
	fflush(stdout);
	child = fork();
	if (child == 0) {
		char *line = NULL;
		size_t room = 0;

		world_start(tags);
		machine_features.invpcid = invpcid;
		host.invalidated = invalidated;
		for (unsigned long at = 1; getline(&line, &room, run) > 0; at++)
			if (!event(line)) {
				fprintf(stderr, "line %lu is no event: %s", at, line);
				_exit(1);
			}
		_exit(0);
	}
	waitpid(child, &status, 0);
	*found = *result;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool report(FILE *run, unsigned tags)
{
	struct result with, without;

	if (!replay(run, 0, false, &without) || !replay(run, tags, true, &with))
		return false;
	printf("%lu touches, %lu switches; misses\n", (unsigned long)with.touches,
	    (unsigned long)with.switches);
	printf("%8s %14s %14s %14s\n", "entries", "flushing", "with tags", "avoided");
	for (unsigned level = 0; level < LEVELS; level++) {
		u64 avoided = without.misses[level] - with.misses[level];

		printf("%8u %14lu %14lu %14lu (%lu %%)\n",
		    geometry[level].sets * geometry[level].ways,
		    (unsigned long)without.misses[level], (unsigned long)with.misses[level],
		    (unsigned long)avoided,
		    (unsigned long)(without.misses[level] ? 100 * avoided / without.misses[level]
							  : 0));
	}
	return true;
}

/* ---- Runs whose misses can be counted by hand ----------------------------------------- */

#define PAGES  10
#define ROUNDS 100

/* So many spaces in turn touch ten pages each, and now and then one page changes. */
static FILE *in_turn(unsigned count, const char *change)
{
	FILE *run = tmpfile();

	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned i = 1; i <= count; i++) {
			fprintf(run, "load %u\ntouch", i);
			for (unsigned page = 0; page < PAGES; page++)
				fprintf(run, " %x", 0x400000 + page * 0x1000);
			fprintf(run, "\n%s\n", change);
		}
	return run;
}

static void misses(const char *what, FILE *run, unsigned tags, bool invpcid, u64 wanted)
{
	struct result found;
	bool good = replay(run, tags, invpcid, &found);

	ok(good && found.misses[0] == wanted && found.misses[1] == wanted,
	    "%s, %u tags, %s INVPCID: %lu misses, is %lu", what, tags, invpcid ? "with" : "without",
	    (unsigned long)wanted, (unsigned long)found.misses[1]);
}

static void own_runs(void)
{
	FILE *two = in_turn(2, ""), *three = in_turn(3, ""),
	     *loaded = in_turn(1, "change 1 402000"), *other = in_turn(2, "change 2 402000"),
	     *elsewhere = in_turn(2, "cpu 1\ncpu 0"), *wrong = tmpfile();
	struct result found;

	misses("two spaces", two, 0, false, 2 * ROUNDS * PAGES);
	misses("two spaces", two, 2, true, 2 * PAGES);
	misses("two spaces", two, 4095, true, 2 * PAGES);
	misses("three spaces", three, 2, true, 3 * ROUNDS * PAGES);
	misses("three spaces", three, 4, true, 3 * PAGES);
	misses("a page of the loaded space", loaded, 4, true, PAGES + ROUNDS - 1);
	misses("a page of the other", other, 4, true, 2 * PAGES + ROUNDS - 1);
	misses("a page of the other", other, 4095, false, PAGES + ROUNDS * PAGES);
	misses("processors mentioned", elsewhere, 4, true, 2 * PAGES);
	fputs("load 1\ntouch 1000\nlaod 2\n", wrong);
	ok(!replay(wrong, 2, true, &found), "what is no event is refused");
}

int main(int argc, char **argv)
{
	FILE *run;

	result =
	    mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argc < 2) {
		own_runs();
		return tap_done();
	}
	run = fopen(argv[1], "r");
	if (!run) {
		fprintf(stderr, "tlb_replay: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	return !report(run, argc > 2 ? (unsigned)atoi(argv[2]) : 4095);
}
