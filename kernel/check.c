/* The debug checker. Every invariant that the kernel's files state at their tops, and that can be
 * recomputed from what they keep, is recomputed here the slow way and compared. One that does not
 * hold is a panic that names it.
 *
 * In a kernel made with CHECK=1 trap.c calls check_exit on each way out; tests on the host
 * (tests/host/kernel_*.c) call check_all after each step. Nothing here changes anything; nothing
 * else depends on it. Here: capabilities, references, mappings, quotas; threads and what they wait
 * for are in check_waits.c.
 *
 * Debug. Called by trap.c; sees everything. */
#include "check.h"

#include "copy.h"
#include "inherit.h"
#include "irq.h"
#include "machine.h"
#include "memory.h"
#include "pagetable.h"
#include "string.h"
#include "watch.h"

/* ---- Tallies: what refers to each object, what each quota pays for ------------------- */

#define TALLIES (CHECK_ENABLED ? 8192 : 1)

struct tally {
	const void *key;
	const struct object *object; /* or a quota: NULL */
	u64 charged;
	u32 caps, receivers, pins, dying;
};

static struct tally tally[TALLIES];
static u16 place[2 * TALLIES]; /* by a hash of the key: 1 + its index; 0: none */
static u32 tallies;

static u64 pool_bytes(u64 bytes)
{
	return ALIGN_UP(bytes, 64);
}

/* Yields the tally of a key, new ones all zero; true when it is new. */
static bool tally_of(const void *key, struct tally **found)
{
	u64 at = (u64)key * 0x9e3779b97f4a7c15ull >> 40;

	for (;; at++) {
		u16 *p = &place[at % ARRAY_SIZE(place)];

		if (*p && tally[*p - 1].key != key)
			continue;
		if (*p) {
			*found = &tally[*p - 1];
			return false;
		}
		ASSERT(tallies < TALLIES);
		*found = &tally[tallies++];
		**found = (struct tally){ .key = key };
		*p = (u16)tallies;
		return true;
	}
}

static void charge(const struct quota *quota, u64 bytes)
{
	for (; quota; quota = quota->parent) {
		struct tally *t;

		if (tally_of(quota, &t))
			charge(quota->parent, pool_bytes(sizeof(*quota)));
		t->charged += bytes;
	}
}

static u64 bytes_of(const struct object *object)
{
	switch (object->type) {
	case OBJECT_SPACE:
		return pool_bytes(sizeof(struct space));
	case OBJECT_THREAD:
		return pool_bytes(sizeof(struct thread));
	case OBJECT_ENDPOINT:
		return pool_bytes(sizeof(struct endpoint));
	case OBJECT_MEMORY:
		return pool_bytes(sizeof(struct memory)) +
		    memory_frames(CONTAINER_OF(object, struct memory, object)->pages) * PAGE_SIZE;
	default:
		return 0;
	}
}

static struct tally *count(const struct object *object)
{
	struct tally *t;

	if (tally_of(object, &t)) {
		t->object = object;
		charge(object->quota, bytes_of(object));
	}
	return t;
}

/* ---- Capabilities ------------------------------------------------------------------- */

static u32 with_parent, children, window_links; /* over all tables in this pass */

static void check_watches(const struct cap *cap)
{
	for (unsigned what = 0; what < ARRAY_SIZE(cap->watch); what++) {
		const struct watch *watch = cap->watch[what];

		if (!watch)
			continue;
		ASSERT(watch->cap == cap && watch->what == what && watch->bits);
		ASSERT(list_empty(&watch->on_object) == (what != WATCH_DEATH));
		count(&watch->target->object)->pins++;
		charge(cap->table->quota, pool_bytes(sizeof(*watch)));
	}
	if (cap->watch[WATCH_DERIVED])
		ASSERT(!list_empty(&cap->children)); /* else it has fired */
}

/* A capability in use, and its places in the tree of derivation and among the windows. */
static void check_cap(const struct cap *cap, const struct cap_table *table, u32 index)
{
	struct tally *t = count(cap->object);

	ASSERT(cap->handle == (index | (cap_t)cap->generation << 16) && cap->index == index &&
	    cap->table == table);
	ASSERT(cap->callee == (cap->rights & CAP_SEND ? cap->object : cap_no_object));
	t->caps++;
	t->receivers += (cap->rights & CAP_RECV) != 0;
	if (cap->parent) {
		with_parent++;
		ASSERT(cap->parent->handle && cap->parent->object == cap->object);
		ASSERT((cap->rights & ~cap->parent->rights) == 0 && !list_empty(&cap->sibling));
	} else {
		ASSERT(list_empty(&cap->sibling));
	}
	children += check_list(&cap->children);
	LIST_EACH (link, &cap->children)
		ASSERT(LIST_ENTRY(link, struct cap, sibling)->parent == cap);
	window_links += check_list(&cap->windows);
	LIST_EACH (link, &cap->windows)
		ASSERT(LIST_ENTRY(link, struct window, by_cap)->cap == cap);
	check_watches(cap);
}

/* Each entry is used, free or spent, never two of them; the frames are charged. */
static void check_table(const struct cap_table *table)
{
	u32 entries = table->frames * CAPS_PER_FRAME, used = 0, free = 0, spent = 0;

	for (u32 i = 0; i < entries; i++) {
		const struct cap *cap = &table->frame[i / CAPS_PER_FRAME][i % CAPS_PER_FRAME];

		if (cap->handle) {
			used++;
			check_cap(cap, table, i);
		} else {
			ASSERT(cap->callee == cap_no_object);
			spent += cap->generation == 0;
		}
	}
	for (const struct cap *cap = table->free; cap; cap = cap->parent) {
		ASSERT(cap->handle == 0 && cap->generation != 0);
		ASSERT(++free <= entries);
	}
	ASSERT(used == table->used && used + free + spent == entries);
	charge(table->quota, entries / CAPS_PER_FRAME * (u64)PAGE_SIZE);
}

/* ---- Mappings ----------------------------------------------------------------------- */

/* Counts the tables of a root's user half, itself too, and the pages mapped in them. */
static void count_tables(paddr table, unsigned level, unsigned entries, u64 *tables, u64 *pages)
{
	const pte_t *entry = phys_to_virt(table);

	++*tables;
	for (unsigned i = 0; i < entries; i++) {
		if (!(entry[i] & PTE_PRESENT))
			ASSERT(entry[i] == 0);
		else if (level == 0)
			++*pages;
		else
			count_tables(PTE_FRAME(entry[i]), level - 1, 512, tables, pages);
	}
}

/* What the object says of a page; 0: it has no frame yet. */
static paddr frame_of(const struct memory *memory, u64 page)
{
	const paddr *root, *table;

	if (memory->pages <= MEMORY_DIRECT)
		return memory->direct[page];
	root = memory->root ? phys_to_virt(memory->root) : NULL;
	table = root && root[page / 512] ? phys_to_virt(root[page / 512]) : NULL;
	return table ? table[page % 512] : 0;
}

/* The tables show what the window says. Pages that memory_protect has not reached yet may differ in
 * what they permit, never in being at once writable and executable, and never beyond the
 * capability. */
static void check_page(const struct window *window, u64 i)
{
	const struct memory *memory = CONTAINER_OF(window->cap->object, struct memory, object);
	const pte_t *found = pagetable_find(window->space->root, window->address + i * PAGE_SIZE);
	pte_t entry = found ? *found : 0;

	ASSERT((entry & (PTE_PRESENT | PTE_USER)) == (PTE_PRESENT | PTE_USER));
	ASSERT(PTE_FRAME(entry) && PTE_FRAME(entry) == frame_of(memory, window->offset + i));
	ASSERT(!(entry & PTE_WRITE) || (entry & PTE_NX));
	ASSERT(!(entry & PTE_WRITE) || (window->cap->rights & CAP_WRITE));
	ASSERT((entry & PTE_NX) || (window->cap->rights & CAP_EXECUTE));
	if (i < window->changed) {
		ASSERT(!(entry & PTE_WRITE) == !(window->prot & PROT_WRITE));
		ASSERT(!(entry & PTE_NX) == !!(window->prot & PROT_EXEC));
	}
}

/* What copy.c remembers is what the tables say. */
static void check_views(const struct space *space)
{
	for (unsigned i = 0; i < ACCESS_COUNT * VIEWS; i++) {
		const struct view *view = &space->views[i / VIEWS][i % VIEWS];
		const pte_t *entry;

		if (view->page == view_none(i % VIEWS))
			continue;
		entry = pagetable_find(space->root, view->page);
		ASSERT(view_number(view->page) == i % VIEWS);
		ASSERT(entry && *entry & PTE_PRESENT && *entry & PTE_USER);
		ASSERT(phys_to_virt(PTE_FRAME(*entry)) == (u8 *)(view->page + view->distance));
		ASSERT(i / VIEWS == ACCESS_READ || *entry & PTE_WRITE);
	}
}

/* Windows are sorted, disjoint and all that the page tables show but the time page. */
static void check_windows(const struct space *space)
{
	u64 tables = 0, pages = 0, mapped = 0;
	uaddr end = USER_START;

	ASSERT(check_list(&space->windows) == space->window_count);
	LIST_EACH (link, &space->windows) {
		const struct window *window = LIST_ENTRY(link, struct window, by_space);

		ASSERT(window->space == space && window->address >= end && window->cap->handle);
		ASSERT(window->cap->object->type == OBJECT_MEMORY && !window->cap->object->apart);
		ASSERT(window->mapped <= window->pages);
		end = window->address + window->pages * PAGE_SIZE;
		for (u64 i = 0; i < window->mapped; i++)
			check_page(window, i);
		mapped += window->mapped;
		window_links--;
		charge(space->quota, pool_bytes(sizeof(*window)));
	}
	ASSERT(end <= USER_END);
	if (!space->root)
		return;
	count_tables(space->root, 3, 256, &tables, &pages);
	ASSERT(pages == mapped + 1 || space->object.dead); /* the time page */
	charge(space->quota, tables * PAGE_SIZE);
	check_views(space);
}

/* ---- Spaces and what refers to what ------------------------------------------------- */

static void check_locks(const struct thread *owner)
{
	ASSERT(
	    check_list(&owner->locks) == owner->lock_count && owner->lock_count <= LOCKS_MAX + 1);
	LIST_EACH (link, &owner->locks) {
		const struct lock *lock = LIST_ENTRY(link, struct lock, of_owner);

		ASSERT(lock->waiters.lends_to == owner && !waitq_empty(&lock->waiters));
		charge(owner->space->quota, pool_bytes(sizeof(*lock)));
	}
}

static void check_space(const struct space *space)
{
	struct tally *t = count(&space->object);

	check_list(&space->created);
	LIST_EACH (link, &space->created)
		ASSERT(LIST_ENTRY(link, struct space, sibling)->quota->parent == space->quota);
	ASSERT(!space->object.apart || list_empty(&space->created));
	ASSERT(check_list(&space->threads) == space->thread_count);
	t->pins += space->thread_count;
	if (!space->quota->parent)
		t->caps++; /* object_set_root */
	charge(space->quota, 0);
	check_table(&space->caps);
	check_windows(space);
}

static void count_thread(const struct thread *thread)
{
	struct tally *t = count(&thread->object);

	if (thread->object.apart)
		return;
	check_locks(thread);
	t->pins++;
	if (thread->pager)
		count(&thread->pager->object)->pins++;
	if (thread->bound)
		count(&thread->bound->object)->pins++;
}

/* Whoever is dead and not yet taken apart waits for that exactly once. */
static void count_dying(void)
{
	struct object *first = object_condemned();
	struct list *link = first ? &first->dying : NULL,
		    *head = first ? first->dying.previous : NULL;

	for (; link != head; link = link->next) {
		struct object *object = LIST_ENTRY(link, struct object, dying);

		ASSERT(link->next->previous == link);
		count(object)->dying++;
	}
}

/* What an object or a quota says of itself, against what was counted. */
static void check_tally(const struct tally *t)
{
	const struct object *object = t->object;
	const struct quota *quota = t->key;

	if (!object) {
		ASSERT(quota->used == t->charged && quota->used <= quota->limit);
		return;
	}
	ASSERT(object->caps == t->caps && object->receivers == t->receivers);
	ASSERT(object->pins == t->pins + (object->type >= OBJECT_IRQ));
	ASSERT(t->dying == (object->dead && !object->apart));
	ASSERT(!object->apart || object->dead);
	ASSERT(!object->apart || list_empty(&object->watches));
	ASSERT(!object->apart || object->caps + object->pins > 0); /* else it is gone */
	check_list(&object->watches);
	if (!object->dead && object->type == OBJECT_ENDPOINT)
		ASSERT(object->receivers > 0);
	if (!object->dead && (object->type == OBJECT_SPACE || object->type == OBJECT_MEMORY))
		ASSERT(object->caps > 0);
}

void check_all(const struct thread *running)
{
	struct space *space;
	struct thread *thread;
	u32 spaces = 0;

	if (!CHECK_ENABLED)
		return;
	check_scheduling(running);
	tallies = with_parent = children = window_links = 0;
	memset(place, 0, sizeof(place));
	for (u32 id = 0; (space = space_next(id)); id = space->id + 1, spaces++)
		check_space(space);
	EACH_THREAD (thread)
		count_thread(thread);
	for (unsigned line = 0; line < IRQ_LINES; line++)
		if (irq_endpoint(line))
			count(&irq_endpoint(line)->object)->pins++;
	count_dying();
	ASSERT(spaces == space_count());
	ASSERT(with_parent == children);
	ASSERT(window_links == 0);
	for (u32 i = 0; i < tallies; i++)
		check_tally(&tally[i]);
}

void check_step(const struct thread *running)
{
	static u32 steps;

	if (++steps % CHECK_INTERVAL == 0)
		check_all(running);
	else
		check_scheduling(running);
}
