/* pager: the operations (protocol.h) and its clients. What a fault calls for: region.c; how that is
 * done: pages.c.
 *
 * Invariant: an entry with a pid has a capability of that process's space and a watch on its death,
 * so whoever dies leaves nothing here. All that a client can make us keep is bounded: its regions,
 * each with one memory object and perhaps one open file. */
#include "pages.h"
#include "region.h"
#include <atoll/server.h>
#include <atoll/startup.h>
#include <errno.h>
#include <servers/process/protocol.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT_BIT(pid) (1ull << (pid) % 32)

static struct client {
	uint32_t pid;
	cap_t space;
	cap_t offer; /* memory for a child; 0: none */
	uint64_t offered;
	enum { SOUND, CRASHED, TOLD } state;
	uint64_t crash[4]; /* words of the fault */
	struct pager_counts counts;
	struct region region[PAGER_REGIONS];
} * clients[PAGER_CLIENTS]; /* NULL: free */

static cap_t process; /* to notify it; 0: nobody has attached anything yet */
static struct server server;

static struct client *find(uint64_t pid)
{
	for (unsigned i = 0; i < PAGER_CLIENTS; i++)
		if (clients[i] && clients[i]->pid == pid)
			return clients[i];
	return NULL;
}

static bool is_process(const struct request *r)
{
	return r->badge < PROCESS_FIRST;
}

/* ---- Clients --------------------------------------------------------------------------------- */

static void drop(cap_t *cap)
{
	if (*cap)
		cap_delete(*cap);
	*cap = 0;
}

static void end_client(struct client *c)
{
	unsigned slot = 0;

	while (clients[slot] != c)
		slot++;
	clients[slot] = NULL;
	for (unsigned i = 0; i < PAGER_REGIONS; i++)
		if (c->region[i].bytes)
			region_end(&c->region[i]);
	drop(&c->offer);
	drop(&c->space);
	free(c);
}

static int watch_client(const struct client *c)
{
	return watch(c->space, WATCH_DEATH, server.endpoint, CLIENT_BIT(c->pid));
}

/* Takes the capability of its space over. 0 or an error, then nothing has changed. */
static int new_client(uint64_t pid, struct request *r, struct client **new)
{
	struct client *c;
	unsigned slot = 0;
	int error;

	if (pid < PROCESS_FIRST || pid > UINT32_MAX)
		return EINVAL;
	if (find(pid))
		return EEXIST;
	while (slot < PAGER_CLIENTS && clients[slot])
		slot++;
	if (slot == PAGER_CLIENTS)
		return ENOSPC;
	c = calloc(1, sizeof *c);
	if (!c)
		return ENOMEM;
	c->pid = (uint32_t)pid;
	c->space = r->cap[0];
	error = watch_client(c);
	if (error) {
		free(c);
		return -error;
	}
	request_take(r, 0);
	clients[slot] = *new = c;
	return 0;
}

/* Several share a bit: to watch again says EBUSY while one lives. */
static void notified(uint64_t bits)
{
	for (unsigned i = 0; i < PAGER_CLIENTS; i++) {
		struct client *c = clients[i];

		if (c && bits & CLIENT_BIT(c->pid) && watch_client(c) != -EBUSY)
			end_client(c);
	}
}

/* ---- Regions --------------------------------------------------------------------------------- */

static bool good_region(uint64_t address, uint64_t bytes, uint64_t protection)
{
	return address % PAGE_SIZE == 0 && bytes % PAGE_SIZE == 0 && bytes > 0 &&
	    bytes <= PAGER_REGION_MAX && address >= USER_START && address < USER_END &&
	    bytes <= USER_END - address && (protection & PROT_READ) && protection <= 7 &&
	    (protection & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC);
}

/* A new region of this range, whose memory is to be filled in. Positive errors. */
static int new_region(
    struct client *c, uint64_t address, uint64_t bytes, uint64_t protection, struct region **new)
{
	struct region *r = c->region;

	if (!good_region(address, bytes, protection))
		return EINVAL;
	if (!region_free_range(c->region, address, bytes))
		return EEXIST;
	while (r < c->region + PAGER_REGIONS && r->bytes)
		r++;
	if (r == c->region + PAGER_REGIONS)
		return ENOSPC;
	*r = (struct region){ .address = address,
		.bytes = bytes,
		.protection = (unsigned)protection,
		.space = c->space,
		.counts = &c->counts };
	*new = r;
	return 0;
}

static unsigned files_of(const struct client *c)
{
	unsigned files = 0;

	for (unsigned i = 0; i < PAGER_REGIONS; i++)
		files += c->region[i].bytes && c->region[i].file;
	return files;
}

/* The file is opened last: an error leaves nothing behind. */
static int do_map(struct request *r)
{
	struct client *c = find(r->badge);
	struct region *region;
	int error;

	if (!c)
		return ESRCH;
	if (r->word[3] % PAGE_SIZE || r->word[4] > PAGER_KEEP || (r->word[4] && r->length))
		return EINVAL;
	if (r->length && files_of(c) >= PAGER_FILES)
		return EMFILE;
	error = new_region(c, r->word[0], r->word[1], r->word[2], &region);
	if (error)
		return error;
	error = pages_check(r->cap[0], region->bytes);
	if (!error && r->length)
		error = pages_open(r->bytes, r->length, &region->file);
	if (error) {
		region->bytes = 0;
		return -error;
	}
	region->file_offset = r->word[3];
	region->memory = request_take(r, 0);
	if (r->word[4] == PAGER_KEEP)
		region->here = region_all(region);
	return 0;
}

static int do_unmap(struct request *r)
{
	struct client *c = find(r->badge);
	struct region *region = c ? region_at(c->region, r->word[0]) : NULL;

	if (!c)
		return ESRCH;
	if (!region || region->address != r->word[0])
		return ENOENT;
	region_end(region);
	return 0;
}

static int do_counts(struct request *r)
{
	struct client *c = find(r->badge);
	struct pager_counts *counts = r->room;

	if (!c)
		return ESRCH;
	*counts = c->counts;
	for (unsigned i = 0; i < PAGER_REGIONS; i++) {
		const struct region *region = &c->region[i];

		if (!region->bytes)
			continue;
		counts->regions++;
		counts->fork_bytes += region_constant(region) ? 0 : region->bytes;
	}
	r->reply.send = counts;
	r->reply.length = sizeof *counts;
	return 0;
}

/* ---- Attaching and forking ------------------------------------------------------------------- */

/* A capability of our own, for one region more of the same memory. */
static int share(cap_t memory, struct region *region)
{
	int64_t copy = cap_mint(memory, CAP_READ | CAP_WRITE | CAP_EXECUTE, 0, 0);

	if (copy < 0)
		return (int)-copy;
	region->memory = (cap_t)copy;
	return 0;
}

static int attach_area(struct client *c, const struct pager_area *area, cap_t memory)
{
	struct region *region;
	int error = new_region(c, area->address, area->bytes, area->protection, &region);

	if (error)
		return error;
	region->offset = area->offset;
	region->here = region_all(region);
	return share(memory, region);
}

static int do_attach(struct request *r)
{
	const struct pager_area *area = r->bytes;
	const size_t areas = r->length / sizeof *area;
	struct client *c;
	int error;

	if (!is_process(r))
		return EPERM;
	error = new_client(r->word[0], r, &c);
	if (error)
		return error;
	for (size_t i = 0; !error && i < areas; i++)
		error = attach_area(c, &area[i], r->cap[1]);
	if (error) {
		end_client(c);
		return error;
	}
	/* Point of no return. */
	for (size_t i = 0; i < areas; i++)
		mem_unmap(c->space, area[i].address, area[i].bytes);
	drop(&process);
	process = request_take(r, 2);
	return 0;
}

static int do_offer(struct request *r)
{
	struct client *c = find(r->badge);
	int error = !c ? ESRCH : r->word[0] % PAGE_SIZE || !r->word[0] ? EINVAL : 0;

	if (!error)
		error = -pages_check(r->cap[0], r->word[0]);
	if (error)
		return error;
	drop(&c->offer);
	c->offer = request_take(r, 0);
	c->offered = r->word[0];
	return 0;
}

/* One region of the child: the same memory if nothing in it can change, else a copy, which takes so
 * much of what the parent offered. */
static int fork_region(
    struct client *parent, struct region *from, struct client *child, uint64_t *used)
{
	struct region *to;
	int error = -region_settle(from);

	if (!error)
		error = new_region(child, from->address, from->bytes, from->protection, &to);
	if (error)
		return error;
	if (region_constant(from)) {
		to->offset = from->offset;
		to->here = from->here;
		return share(from->memory, to);
	}
	if (from->bytes > parent->offered - *used)
		return ENOMEM;
	to->offset = *used;
	*used += from->bytes;
	error = share(parent->offer, to);
	if (!error)
		region_copy(to, from);
	return error;
}

static int do_fork(struct request *r)
{
	struct client *parent = find(r->word[0]), *child;
	uint64_t used = 0;
	int64_t pager;
	int error;

	if (!is_process(r))
		return EPERM;
	if (!parent)
		return ESRCH;
	error = new_client(r->word[1], r, &child);
	if (error)
		return error;
	for (unsigned i = 0; !error && i < PAGER_REGIONS; i++)
		if (parent->region[i].bytes)
			error = fork_region(parent, &parent->region[i], child, &used);
	drop(&parent->offer);
	parent->offered = 0;
	pager = error ? -error : cap_mint(server.endpoint, CAP_SEND | CAP_TRANSFER, child->pid, 0);
	if (pager < 0) {
		end_client(child);
		return (int)-pager;
	}
	r->reply.cap[r->reply.caps++] = (cap_t)pager;
	server_reply(r->token, 0, &r->reply);
	cap_delete((cap_t)pager);
	return SERVE_DEFER;
}

/* ---- Faults ---------------------------------------------------------------------------------- */

enum { VECTOR_PAGE_FAULT = 14 };
/* Bits of a page fault's error code (Intel SDM vol. 3, 4.7). */
enum { PAGE_WRITE = 2, PAGE_FETCH = 16 };

/* Answered, the thread goes on at the instruction that faulted. A crash is not answered: process
 * ends the space, and the thread with it. */
static int do_fault(struct request *r)
{
	const unsigned access = r->word[1] & PAGE_WRITE ? PROT_WRITE
	    : r->word[1] & PAGE_FETCH                   ? PROT_EXEC
							: PROT_READ;
	struct client *c = find(r->badge);
	struct region *region;

	if (!c)
		return ESRCH; /* which kills the thread */
	c->counts.faults++;
	region = r->word[0] == VECTOR_PAGE_FAULT ? region_at(c->region, r->word[2]) : NULL;
	if (region && region_fault(region, r->word[2], access) == 0)
		return 0;
	if (c->state == SOUND) {
		memcpy(c->crash, r->word, sizeof c->crash);
		c->state = CRASHED;
		notify(process, 1ull << PROCESS_BIT_CRASHED);
	}
	return SERVE_DEFER;
}

static int do_crashed(struct request *r)
{
	unsigned slot = 0;
	struct client *c;

	if (!is_process(r))
		return EPERM;
	while (slot < PAGER_CLIENTS && !(clients[slot] && clients[slot]->state == CRASHED))
		slot++;
	if (slot == PAGER_CLIENTS)
		return ENOENT;
	c = clients[slot];
	c->state = TOLD;
	r->reply.word[0] = c->pid;
	memcpy(&r->reply.word[1], c->crash, sizeof c->crash);
	return 0;
}

static const struct operation operations[] = {
	{ PAGER_MAP, PAGER_VERSION, 0, PAGER_PATH_MAX, 1, 1, do_map },
	{ PAGER_UNMAP, PAGER_VERSION, 0, 0, 0, 0, do_unmap },
	{ PAGER_COUNTS, PAGER_VERSION, 0, 0, 0, 0, do_counts },
	{ PAGER_OFFER, PAGER_VERSION, 0, 0, 1, 1, do_offer },
	{ PAGER_ATTACH, PAGER_VERSION, 0, PAGER_REGIONS * sizeof(struct pager_area), 3, 3,
	    do_attach },
	{ PAGER_FORK, PAGER_VERSION, 0, 0, 1, 1, do_fork },
	{ PAGER_CRASHED, PAGER_VERSION, 0, 0, 0, 0, do_crashed },
	{ FAULT_OP, FAULT_VERSION, 0, 0, 0, 0, do_fault },
};

int main(void)
{
	server =
	    (struct server){ SERVER_OPERATIONS(operations), .endpoint = startup_cap("endpoint"),
		    .room = sizeof(struct pager_counts), .notified = notified };
	return -serve(&server);
}
