/* Address spaces.
 *
 * Invariant: every space's root has the kernel's upper half and the time page; the loaded space of
 * a processor is the one whose root its CR3 holds, or none (the kernel's own root). What a space
 * consists of is charged to its own quota, whose charges count against its creator's too.
 *
 * Layer 3. Called by memory.c, object.c, info.c, syscall.c, trap.c, main.c; calls pagetable.c,
 * pcid.c, cap.c, quota.c, clock.c. */
#include "space.h"

#include "clock.h"
#include "copy.h"
#include "machine.h"
#include "pagetable.h"
#include "quota.h"
#include "string.h"

static struct pool spaces = POOL("space", sizeof(struct space));
static struct list all = { &all, &all };
struct space *space_on[CPUS_MAX];
static u32 last_id, count;
static struct space *told; /* by space_next, the last time: who asks for all goes on there */

static bool map_time_page(struct space *space)
{
	pte_t *entry = pagetable_make(space->root, TIME_PAGE, space->quota);

	if (entry)
		machine_write_entry(entry, clock_time_page() | PTE_PRESENT | PTE_USER | PTE_NX);
	return entry != NULL;
}

static void name_it(struct space *space, const char *name, size_t length)
{
	for (size_t i = 0; i < length && i < KERNEL_NAME_MAX - 1; i++)
		space->name[i] = name[i] > ' ' && name[i] < 0x7f ? name[i] : '?';
}

static void forget_views(struct space *space, unsigned number)
{
	for (enum access access = 0; access < ACCESS_COUNT; access++)
		space->views[access][number].page = view_none(number);
}

struct space *space_create(
    struct space *creator, u64 limit, u8 ceiling, const char *name, size_t length, u64 tag)
{
	struct quota *quota =
	    count < SPACES_MAX ? quota_create(creator ? creator->quota : NULL, limit) : NULL;
	struct space *space = quota ? quota_alloc(quota, &spaces) : NULL;

	if (space) {
		space->quota = quota;
		space->object.quota = quota;
		space->root = pagetable_create(quota);
		if (space->root && map_time_page(space)) {
			cap_table_init(&space->caps, quota);
			name_it(space, name, length);
			space->object.type = OBJECT_SPACE;
			space->ceiling = ceiling;
			space->tag = tag;
			space->id = ++last_id;
			for (unsigned i = 0; i < VIEWS; i++)
				forget_views(space, i);
			list_init(&space->threads);
			list_init(&space->windows);
			list_init(&space->created);
			list_init(&space->sibling);
			if (creator)
				list_push_back(&creator->created, &space->sibling);
			list_init(&space->object.watches);
			list_init(&space->object.dying);
			list_push_back(&all, &space->link);
			count++;
			return space;
		}
		if (space->root) {
			unsigned budget = UINT32_MAX;

			pagetable_prune(space->root, quota, &budget);
			pagetable_destroy(space->root, quota);
		}
		quota_free(quota, &spaces, space);
	}
	if (quota)
		quota_close(quota);
	return NULL;
}

bool space_dismantle(struct space *space, unsigned *budget)
{
	ASSERT(space->object.dead && space->thread_count == 0 && space->window_count == 0);
	space_unload(space);
	if (!space->root)
		return true;
	if (!pagetable_prune(space->root, space->quota, budget))
		return false;
	pagetable_destroy(space->root, space->quota);
	space->root = 0;
	cap_table_destroy(&space->caps);
	return true;
}

void space_free(struct space *space)
{
	struct quota *quota = space->quota;

	if (told == space)
		told = NULL;
	list_remove(&space->link);
	list_remove(&space->sibling);
	count--;
	quota_free(quota, &spaces, space);
	quota_close(quota);
}

u64 space_loaded(const struct space *space)
{
	u64 cpus = 0;

	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++)
		if (space == space_on[cpu])
			cpus |= 1ull << cpu;
	return cpus;
}

void space_flush_page(struct space *space, uaddr address)
{
	forget_views(space, view_number(address));
	pcid_flush_page(&space->pcid, address, space_loaded(space));
}

void space_unload(struct space *space)
{
	machine_on(space_loaded(space), machine_load_cr3, machine_kernel_root());
	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++)
		if (space == space_on[cpu])
			space_on[cpu] = NULL;
}

struct space *space_next(u32 id)
{
	struct list *link = told && told->id <= id ? &told->link : all.next;

	for (; link != &all; link = link->next) {
		struct space *space = LIST_ENTRY(link, struct space, link);

		if (space->id >= id)
			return told = space;
	}
	return NULL;
}

u32 space_count(void)
{
	return count;
}
