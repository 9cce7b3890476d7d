// SOURCES: servers/pager/region.c
// What a fault in a region calls for, against a model: clients are forked, read, write, unmap and
// end at random, and each must always see what it would if fork had copied everything at once. Here
// the pages of a region are single numbers, and memory objects are arrays of them.
#include "../../servers/pager/pages.h"
#include "../../servers/pager/region.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PAGES   PAGER_PIECES
#define CLIENTS 8
#define ADDRESS 0x10000ull
#define RW      (PROT_READ | PROT_WRITE)

/* ---- Memory and spaces, as pages.c and the kernel have them ------------------------------------
 */

struct memory {
	unsigned users;
	int page[PAGES];
};

/* What a client has mapped: a place in some memory, or NULL. */
struct mapping {
	int *place;
	unsigned protection;
};

static struct client {
	struct region region;
	struct pager_counts counts;
	struct mapping mapped[PAGES];
	int expected[PAGES]; /* the model */
} clients[CLIENTS];

static struct memory memories[CLIENTS + 1];
static unsigned fail_after; /* so many more pages can be mapped or copied; 0: no limit */
static unsigned fills, copies;

static struct memory *memory_of(const struct region *r)
{
	return &memories[r->memory];
}

static struct client *client_of(const struct region *r)
{
	return &clients[r->space];
}

static bool fails(void)
{
	return fail_after && --fail_after == 0;
}

int pages_map(
    const struct region *where, const struct region *from, unsigned piece, unsigned protection)
{
	if (fails())
		return -ENOMEM;
	if (client_of(where)->mapped[piece].place)
		abort(); /* the kernel would answer EEXIST */
	client_of(where)->mapped[piece] =
	    (struct mapping){ &memory_of(from)->page[piece], protection };
	return 0;
}

void pages_unmap(const struct region *r, unsigned piece)
{
	client_of(r)->mapped[piece] = (struct mapping){ 0 };
}

int pages_protect(const struct region *r, unsigned piece, unsigned protection)
{
	if (fails())
		return -ENOMEM;
	client_of(r)->mapped[piece].protection = protection;
	return 0;
}

int pages_fill(const struct region *r, unsigned piece)
{
	fills++;
	memory_of(r)->page[piece] = r->file ? 1000 + (int)piece : 0;
	return 0;
}

int pages_copy(const struct region *from, const struct region *to, unsigned piece)
{
	if (fails())
		return -ENOMEM;
	copies++;
	memory_of(to)->page[piece] = memory_of(from)->page[piece];
	return 0;
}

void pages_drop(struct region *r)
{
	memory_of(r)->users--;
}

/* ---- Clients -----------------------------------------------------------------------------------
 */

static cap_t new_memory(void)
{
	cap_t memory = 1;

	while (memories[memory].users)
		memory++;
	memories[memory].users = 1;
	for (unsigned i = 0; i < PAGES; i++)
		memories[memory].page[i] = -1; /* nobody may see that */
	return memory;
}

static struct client *new_client(void)
{
	struct client *c = clients;

	while (c->region.bytes)
		if (++c == clients + CLIENTS)
			return NULL;
	*c = (struct client){ .region = { .address = ADDRESS,
				  .bytes = PAGES * PAGE_SIZE,
				  .protection = RW,
				  .space = (cap_t)(c - clients),
				  .memory = new_memory(),
				  .counts = &c->counts } };
	return c;
}

static struct client *start(cap_t file)
{
	struct client *c = new_client();

	c->region.file = file;
	for (unsigned i = 0; i < PAGES; i++)
		c->expected[i] = file ? 1000 + (int)i : 0;
	return c;
}

static struct client *fork_client(struct client *parent)
{
	struct client *child = new_client();

	if (!child || region_settle(&parent->region) != 0)
		abort();
	region_copy(&child->region, &parent->region);
	memcpy(child->expected, parent->expected, sizeof child->expected);
	return child;
}

static void end(struct client *c)
{
	region_end(&c->region);
}

/* As the processor does: a fault as long as the page is not there, or not to be written. */
static int *access_page(struct client *c, unsigned page, unsigned access)
{
	for (int tries = 0; tries < 2; tries++) {
		const struct mapping *m = &c->mapped[page];

		if (m->place && (m->protection & access) == access)
			return m->place;
		if (region_fault(&c->region, ADDRESS + page * PAGE_SIZE + 5, access) != 0)
			return NULL;
	}
	return NULL; /* mended, and it faults again */
}

static bool reads(struct client *c, unsigned page)
{
	const int *place = access_page(c, page, PROT_READ);

	return place && *place == c->expected[page];
}

static bool writes(struct client *c, unsigned page, int value)
{
	int *place = access_page(c, page, PROT_WRITE);

	if (place)
		*place = c->expected[page] = value;
	return place != NULL;
}

static bool reads_all(struct client *c)
{
	bool all = true;

	for (unsigned page = 0; page < PAGES; page++)
		all &= reads(c, page);
	return all;
}

static void end_all(void)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (clients[i].region.bytes)
			end(&clients[i]);
}

static bool no_memory_used(void)
{
	for (unsigned i = 0; i <= CLIENTS; i++)
		if (memories[i].users)
			return false;
	return true;
}

/* ---- Stories -----------------------------------------------------------------------------------
 */

static void geometry(void)
{
	struct region region[PAGER_REGIONS] = { { .address = ADDRESS, .bytes = PAGE_SIZE },
		{ .address = ADDRESS + 2 * PAGE_SIZE, .bytes = 9 * PAGE_SIZE } };

	ok(region_piece_bytes(&region[0]) == PAGE_SIZE && region_all(&region[0]) == 1,
	    "one page is one piece");
	ok(region_piece_bytes(&region[1]) == 2 * PAGE_SIZE && region_all(&region[1]) == 0x1f,
	    "nine pages are five pieces, the last of one page");
	ok(region_at(region, ADDRESS) == &region[0] &&
		region_at(region, ADDRESS + PAGE_SIZE - 1) == &region[0] &&
		!region_at(region, ADDRESS - 1) && !region_at(region, ADDRESS + PAGE_SIZE) &&
		!region_at(region, 0) && !region_at(region, UINT64_MAX),
	    "an address is in one region, or none");
	ok(region_free_range(region, ADDRESS + PAGE_SIZE, PAGE_SIZE) &&
		!region_free_range(region, ADDRESS + PAGE_SIZE, 2 * PAGE_SIZE) &&
		!region_free_range(region, ADDRESS - PAGE_SIZE, 2 * PAGE_SIZE) &&
		!region_free_range(region, ADDRESS - PAGE_SIZE, 100 * PAGE_SIZE) &&
		region_free_range(region, ADDRESS - PAGE_SIZE, PAGE_SIZE),
	    "what overlaps is found");
}

static void rights(void)
{
	struct client *c = start(0);

	c->region.protection = PROT_READ;
	ok(region_fault(&c->region, ADDRESS, PROT_WRITE) == -EFAULT,
	    "a region that is read-only is not written");
	ok(region_fault(&c->region, ADDRESS, PROT_EXEC) == -EFAULT, "nor executed");
	ok(reads(c, 0), "but read");
	ok(!region_constant(&c->region), "it may still change: not all is here");
	ok(reads_all(c) && region_constant(&c->region), "when all is, it cannot");
	c->region.protection = RW;
	ok(!region_constant(&c->region), "one that can be written can");
	end_all();
}

static void only_what_is_touched(void)
{
	struct client *parent = start(7), *child;

	fills = copies = 0;
	reads(parent, 3);
	writes(parent, 3, 33);
	ok(fills == 1, "a page is read from the file when it is touched, once");
	child = fork_client(parent);
	ok(reads(child, 3) && reads(child, 4) && copies == 0, "reading copies nothing");
	ok(fills == 2, "what neither has is read for both");
	ok(writes(child, 3, 34) && copies == 1, "the child writes: one copy");
	ok(writes(child, 3, 35) && copies == 1, "and no other");
	ok(writes(parent, 3, 36) && copies == 1, "the parent writes to what the child has copied");
	ok(writes(parent, 4, 44) && copies == 2, "and to what it has not: one copy, the child's");
	ok(reads_all(child) && reads_all(parent), "each sees its own");
	ok(child->counts.copied == 2, "the copies are counted as the child's");
	copies = 0;
	end(parent);
	ok(copies == PAGES - 2, "the parent ends: the child gets the rest");
	ok(reads_all(child), "and has all that it had");
	end_all();
	ok(no_memory_used(), "nothing is left");
}

/* Each failure in turn: nobody ever sees what is not his, and what fails leaves no half. */
static void out_of_memory(void)
{
	bool right = true;

	for (unsigned after = 1; after < 40; after++) {
		struct client *parent = start(0), *child;

		for (unsigned page = 0; page < PAGES; page++)
			writes(parent, page, (int)page + 1);
		child = fork_client(parent);
		fail_after = after;
		for (unsigned page = 0; page < PAGES; page++)
			writes(page % 2 ? parent : child, page, (int)page + 100);
		end(parent);
		fail_after = 0;
		for (unsigned page = 0; page < PAGES; page++)
			right &= child->region.lost || reads(child, page);
		right &= !child->region.lost || access_page(child, PAGES - 1, PROT_WRITE) == NULL;
		end_all();
		right &= no_memory_used();
	}
	ok(right, "each place where memory runs out: an error, and no wrong page");
}

static unsigned random_below(unsigned below)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % below);
}

static void at_random(void)
{
	unsigned steps = 200000, count[6] = { 0 };
	bool right = true;

	for (unsigned step = 0; step < steps && right; step++) {
		struct client *c = &clients[random_below(CLIENTS)];
		unsigned what = random_below(100), page = random_below(PAGES);

		if (!c->region.bytes) {
			if (what < 5)
				start(what % 2), count[0]++;
		} else if (what < 45) {
			right = reads(c, page), count[1]++;
		} else if (what < 90) {
			right = writes(c, page, (int)step), count[2]++;
		} else if (what < 93) {
			memset(&c->mapped[page], 0, sizeof c->mapped[page]), count[3]++;
		} else if (what < 95) {
			end(c), count[4]++;
		} else {
			bool room = false;

			for (unsigned i = 0; i < CLIENTS; i++)
				room |= !clients[i].region.bytes;
			if (room)
				fork_client(c), count[5]++;
		}
		if (!right)
			printf(
			    "# step %u: client %u, page %u\n", step, (unsigned)(c - clients), page);
	}
	ok(right && count[0] > 100 && count[3] > 1000 && count[4] > 1000 && count[5] > 1000,
	    "%u steps: %u begun, %u read, %u written, %u unmapped, %u ended, %u forked", steps,
	    count[0], count[1], count[2], count[3], count[4], count[5]);
	for (unsigned i = 0; i < CLIENTS; i++)
		right &= !clients[i].region.bytes || reads_all(&clients[i]);
	ok(right, "at the end each sees all that it should");
	end_all();
	ok(no_memory_used(), "nothing is left");
}

int main(void)
{
	geometry();
	rights();
	only_what_is_touched();
	out_of_memory();
	at_random();
	return tap_done();
}
