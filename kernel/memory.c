/* Memory objects and windows.
 *
 * Invariants: a window shows pages [offset, offset + mapped) of its object at its address; windows
 * of one space do not overlap; each is on the list of the capability it was made through, so
 * deleting that capability takes away exactly what it gave. An object's frames are zeroed before
 * they are first seen and freed after the last window is gone and flushed.
 *
 * Zeroing and mapping stop at a budget of pages and remember how far they came, in the window; the
 * call is then made again from user mode, so that interrupts and others get their turn.
 *
 * Layer 3. Called by object.c, transfer.c, syscall.c, elf.c, main.c; calls space.c, pagetable.c,
 * frame.c, quota.c. */
#include "memory.h"

#include "frame.h"
#include "machine.h"
#include "pagetable.h"
#include "quota.h"
#include "string.h"
#include "trace.h"

#define PER_TABLE (PAGE_SIZE / sizeof(paddr))

static struct pool memories = POOL("memory", sizeof(struct memory));
static struct pool windows = POOL("window", sizeof(struct window));

/* ---- Objects -------------------------------------------------------------------------- */

u64 memory_frames(u64 pages)
{
	return pages <= MEMORY_DIRECT ? pages : pages + (pages + PER_TABLE - 1) / PER_TABLE + 1;
}

struct memory *memory_create(u64 pages, struct quota *quota)
{
	struct memory *memory;

	ASSERT(pages > 0 && pages <= MEM_MAX / PAGE_SIZE);
	memory = quota_alloc(quota, &memories);
	if (!memory)
		return NULL;
	if (!quota_charge(quota, memory_frames(pages) * PAGE_SIZE)) {
		quota_free(quota, &memories, memory);
		return NULL;
	}
	memory->object.type = OBJECT_MEMORY;
	memory->object.quota = quota;
	list_init(&memory->object.watches);
	list_init(&memory->object.dying);
	memory->pages = pages;
	return memory;
}

/* A table of frame numbers, for objects of more than MEMORY_DIRECT pages. Paid for like the pages.
 */
static paddr *table_in(paddr *where)
{
	if (!*where)
		*where = frame_alloc_zeroed();
	return *where ? phys_to_virt(*where) : NULL;
}

/* Where the frame of a page is noted; NULL: out of memory. */
static paddr *place_of(struct memory *memory, u64 page)
{
	paddr *root, *table;

	ASSERT(page < memory->pages);
	if (memory->pages <= MEMORY_DIRECT)
		return &memory->direct[page];
	root = table_in(&memory->root);
	table = root ? table_in(&root[page / PER_TABLE]) : NULL;
	return table ? &table[page % PER_TABLE] : NULL;
}

struct memory *memory_borrow(paddr start, u64 pages, struct quota *quota)
{
	struct memory *memory = memory_create(pages, quota);

	if (!memory)
		return NULL;
	memory->borrowed = true;
	for (u64 page = 0; page < pages; page++) {
		paddr *place = place_of(memory, page);

		if (!place)
			return NULL; /* at boot only: the caller panics */
		*place = start + page * PAGE_SIZE;
	}
	return memory;
}

paddr memory_frame(struct memory *memory, u64 page)
{
	paddr *place = place_of(memory, page);

	if (!place)
		return 0;
	if (!*place)
		*place = frame_alloc_zeroed();
	return *place;
}

/* Frees the frames of one table, or of memory->direct. */
static void free_frames(struct memory *memory, paddr *table, u64 entries)
{
	for (u64 i = 0; i < entries; i++) {
		if (table[i] && !memory->borrowed)
			frame_free(table[i]);
		table[i] = 0;
	}
}

bool memory_dismantle(struct memory *memory, unsigned *budget)
{
	paddr *root;

	if (memory->pages <= MEMORY_DIRECT)
		free_frames(memory, memory->direct, memory->pages);
	if (!memory->root)
		return true;
	root = phys_to_virt(memory->root);
	for (; memory->freed < memory->pages; memory->freed += MEMORY_DIRECT) {
		u64 page = memory->freed;
		paddr *table = root + page / PER_TABLE;

		if (!*table) {
			memory->freed += PER_TABLE - MEMORY_DIRECT;
			continue;
		}
		if (*budget == 0)
			return false;
		(*budget)--;
		free_frames(
		    memory, (paddr *)phys_to_virt(*table) + page % PER_TABLE, MEMORY_DIRECT);
		if (page % PER_TABLE + MEMORY_DIRECT == PER_TABLE ||
		    page + MEMORY_DIRECT >= memory->pages) {
			frame_free(*table);
			*table = 0;
		}
	}
	frame_free(memory->root);
	memory->root = 0;
	return true;
}

int memory_check_sole(const struct cap *cap)
{
	if (cap->object->type != OBJECT_MEMORY)
		return -EINVAL;
	if (cap->object->caps > 1 || !list_empty(&cap->windows) || trace_owner == cap->object)
		return -EBUSY;
	return cap->watch[WATCH_DEATH] || cap->watch[WATCH_DERIVED] ? -EBUSY : 0;
}

int memory_trace(struct memory *memory, unsigned budget)
{
	u64 done = trace_owner ? trace_pages() : 0;

	for (; done < memory->pages; done++) {
		paddr frame;

		if (budget-- == 0)
			return RESTART;
		frame = memory_frame(memory, done);
		if (!frame) {
			trace_end(&memory->object);
			return -ENOMEM;
		}
		trace_add(&memory->object, frame);
	}
	trace_begin();
	return 0;
}

static u64 cost_of(const struct memory *memory)
{
	return memories.size + memory_frames(memory->pages) * PAGE_SIZE;
}

bool memory_can_charge(const struct memory *memory, const struct quota *quota)
{
	return quota_can_move(memory->object.quota, quota, cost_of(memory));
}

void memory_charge(struct memory *memory, struct quota *quota)
{
	quota_move(memory->object.quota, quota, cost_of(memory));
	memory->object.quota = quota;
}

void memory_free(struct memory *memory)
{
	struct quota *quota = memory->object.quota;
	u64 bytes = memory_frames(memory->pages) * PAGE_SIZE;

	/* One refund, so that the quota cannot go between two. */
	quota_refund(quota, bytes);
	quota_free(quota, &memories, memory);
}

/* ---- Windows -------------------------------------------------------------------------- */

static bool good_range(uaddr address, u64 bytes)
{
	return address % PAGE_SIZE == 0 && bytes % PAGE_SIZE == 0 && bytes > 0 &&
	    bytes <= MAP_MAX && address >= USER_START && address < USER_END &&
	    bytes <= USER_END - address;
}

static bool good_prot(u64 prot)
{
	return (prot & PROT_READ) && (prot & ~(u64)(PROT_READ | PROT_WRITE | PROT_EXEC)) == 0 &&
	    (prot & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC);
}

static u32 rights_for(u64 prot)
{
	return CAP_READ | (prot & PROT_WRITE ? CAP_WRITE : 0) |
	    (prot & PROT_EXEC ? CAP_EXECUTE : 0);
}

static pte_t make_entry(paddr frame, u64 prot)
{
	return frame | PTE_PRESENT | PTE_USER | (prot & PROT_WRITE ? PTE_WRITE : 0) |
	    (prot & PROT_EXEC ? 0 : PTE_NX);
}

static uaddr end_of(const struct window *window)
{
	return window->address + window->pages * PAGE_SIZE;
}

static struct window *window_at(struct list *link)
{
	return LIST_ENTRY(link, struct window, by_space);
}

/* The link of the first window that ends behind address, or the list's head. */
static struct list *first_behind(struct space *space, uaddr address)
{
	struct list *link = space->windows.next;

	while (link != &space->windows && end_of(window_at(link)) <= address)
		link = link->next;
	return link;
}

static struct window *open_window(struct cap *cap, struct space *space, uaddr address, u64 offset,
    u64 pages, u64 prot, struct list *next)
{
	struct window *window = quota_alloc(space->quota, &windows);

	if (!window)
		return NULL;
	window->cap = cap;
	window->space = space;
	window->address = address;
	window->offset = offset;
	window->pages = pages;
	window->prot = prot;
	list_push_back(&cap->windows, &window->by_cap);
	list_insert_before(&window->by_space, next);
	space->window_count++;
	return window;
}

bool memory_close_window(struct window *window, unsigned *budget)
{
	struct space *space = window->space;

	while (window->mapped > 0) {
		uaddr address = window->address + (window->mapped - 1) * PAGE_SIZE;

		if (*budget == 0)
			return false;
		(*budget)--;
		machine_write_entry(pagetable_find(space->root, address), 0);
		space_flush_page(space, address);
		window->mapped--;
		window->pages = window->mapped;
	}
	list_remove(&window->by_cap);
	list_remove(&window->by_space);
	space->window_count--;
	quota_free(space->quota, &windows, window);
	return true;
}

/* Adds pages to a window until it is complete: 0, RESTART, or -ENOMEM with the window gone. */
static int fill(struct window *window, unsigned *budget)
{
	struct memory *memory = CONTAINER_OF(window->cap->object, struct memory, object);
	struct space *space = window->space;

	while (!window->failed && window->mapped < window->pages) {
		uaddr address = window->address + window->mapped * PAGE_SIZE;
		paddr frame;
		pte_t *entry;

		if (*budget == 0)
			return RESTART;
		(*budget)--;
		entry = pagetable_make(space->root, address, space->quota);
		frame = entry ? memory_frame(memory, window->offset + window->mapped) : 0;
		if (!frame) {
			window->failed = true;
			break;
		}
		machine_write_entry(entry, make_entry(frame, window->prot));
		window->mapped++;
	}
	if (!window->failed)
		return 0;
	return memory_close_window(window, budget) ? -ENOMEM : RESTART;
}

int memory_map(struct cap *cap, struct space *space, uaddr address, u64 offset, u64 bytes, u64 prot,
    unsigned *budget)
{
	struct memory *memory = CONTAINER_OF(cap->object, struct memory, object);
	u64 pages = bytes / PAGE_SIZE, first = offset / PAGE_SIZE;
	struct window *next, *window;
	struct list *link;

	if (!good_range(address, bytes) || !good_prot(prot) || offset % PAGE_SIZE != 0)
		return -EINVAL;
	if (first >= memory->pages || pages > memory->pages - first)
		return -EINVAL;
	if (rights_for(prot) & ~cap->rights)
		return -EPERM;
	link = first_behind(space, address);
	next = link == &space->windows ? NULL : window_at(link);
	if (next && next->address == address && next->cap == cap && next->offset == first &&
	    next->prot == prot && (next->failed || (next->pages == pages && next->mapped < pages)))
		return fill(next, budget); /* this very call, cut short before */
	if (next && next->address < address + bytes)
		return -EEXIST;
	if (space->window_count >= WINDOWS_MAX)
		return -ENOSPC;
	window = open_window(cap, space, address, first, pages, prot, link);
	return window ? fill(window, budget) : -ENOMEM;
}

/* How many windows lie in the range, and the first's link. -EINVAL: it cuts through one, and a
 * window goes or changes as a whole. -EPERM: one of them was made without these rights. */
static int check_windows(
    struct space *space, uaddr address, u64 bytes, u32 rights, struct list **first)
{
	uaddr end = address + bytes;
	int count = 0;

	*first = first_behind(space, address);
	for (struct list *link = *first; link != &space->windows; link = link->next, count++) {
		const struct window *w = window_at(link);

		if (w->address >= end)
			break;
		if (w->address < address || end_of(w) > end)
			return -EINVAL;
		if (rights & ~w->cap->rights)
			return -EPERM;
	}
	return count;
}

int memory_unmap(struct space *space, uaddr address, u64 bytes, unsigned *budget)
{
	struct list *link, *next;
	int count;

	if (!good_range(address, bytes))
		return -EINVAL;
	count = check_windows(space, address, bytes, 0, &link);
	if (count < 0)
		return count;
	for (; count > 0; count--, link = next) {
		next = link->next;
		if (!memory_close_window(window_at(link), budget))
			return RESTART;
	}
	return 0;
}

static bool protect_window(struct window *window, u64 prot, unsigned *budget)
{
	struct space *space = window->space;

	if (window->prot == prot && window->changed == window->mapped)
		return true; /* in an earlier entry: many windows are soon passed */
	if (window->prot != prot) {
		window->prot = prot;
		window->changed = 0;
	}
	for (; window->changed < window->mapped; window->changed++) {
		uaddr address = window->address + window->changed * PAGE_SIZE;
		pte_t *entry;

		if (*budget == 0)
			return false;
		(*budget)--;
		entry = pagetable_find(space->root, address);
		machine_write_entry(entry, make_entry(PTE_FRAME(*entry), prot));
		space_flush_page(space, address);
	}
	return true;
}

int memory_protect(struct space *space, uaddr address, u64 bytes, u64 prot, unsigned *budget)
{
	struct list *link;
	int count;

	if (!good_range(address, bytes) || !good_prot(prot))
		return -EINVAL;
	count = check_windows(space, address, bytes, rights_for(prot), &link);
	if (count <= 0)
		return count ? count : -EINVAL;
	/* Point of no return. */
	for (; count > 0; count--, link = link->next)
		if (!protect_window(window_at(link), prot, budget))
			return RESTART;
	return 0;
}
