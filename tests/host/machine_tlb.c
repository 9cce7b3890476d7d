/* The processors' TLBs and paging-structure caches, as bad as the manual allows them to be. (Part
 * of machine.c. Numbers in brackets: paragraphs of Intel's SDM, vol. 3A, chapter 4.)
 *
 * A processor may fetch a translation of the tables that it has loaded at any time, used or not
 * [4.10.2.3, 4.10.3.1], and keep it as long as it likes. So under the tag that is loaded it holds
 * all that the tables say, and nothing needs to be stored for that. What needs to be stored is what
 * they do not say any more: an entry that is overwritten goes on the pile of whoever may hold it,
 * until an instruction invalidates it there. That is the worst that any TLB can be, whatever its
 * size, and takes time only where something is stale.
 *
 * A "cache" is what one processor may hold under one tag: of the tree of tables last loaded there,
 * all that has not changed since it was (`until`), and its pile. Only present entries are ever
 * cached [4.10.2.3], so what appears in a table needs no invalidation.
 *
 * The kernel reports what it does through machine.h: CR3, INVLPG, INVPCID, and each write of an
 * entry (machine_write_entry); and by freeing frames. */
#include "kernel/frame.h"
#include "kernel/pagetable.h"

#define KERNEL_ROOT 0x4000
#define ENTRIES     512
#define TOP         3 /* level of a root; 0: entries that map pages */
#define TAGS        4096
#define PTE_GLOBAL  (1ull << 8)
#define TAG_OF(cr3) ((cr3) & (TAGS - 1))

/* An entry that may still be cached. */
struct stale {
	unsigned level;
	u64 address; /* the first that it translates */
	pte_t entry;
};

struct pile {
	struct stale *stale;
	unsigned count, room;
};

struct tree {
	paddr root;
	u64 globals; /* its pages with the G bit */
	struct cache *holders;
};

/* A table of a tree that was loaded at some time. */
struct table {
	struct tree *tree;
	unsigned level;
	u64 base;
	u64 since[ENTRIES]; /* when each entry was written */
};

struct cache {
	struct tree *tree;  /* last loaded; NULL: invalidated since */
	struct cache *next; /* that holds the same */
	u64 until;          /* when it was unloaded */
	u64 *flushed;       /* pages invalidated after that */
	unsigned count, room;
	struct pile pile;
};

static u64 kernel_half[ENTRIES / 2];
static struct table *tables[HOST_RAM / PAGE_SIZE]; /* by frame */
static u32 mapped[HOST_RAM / PAGE_SIZE];           /* how many entries map this frame */
static struct cache caches[CPUS_MAX][TAGS];
static struct pile globals[CPUS_MAX]; /* used under any tag [4.10.2.4] */
static bool no_globals;               /* CR4.PGE is 0 */
static u64 now;                       /* counts what happens */
static char lie[200];

static unsigned shift_of(unsigned level)
{
	return 12 + 9 * level;
}

static bool same_page(u64 a, u64 b, unsigned level)
{
	return a >> shift_of(level) == b >> shift_of(level);
}

static pte_t *entries_of(paddr table)
{
	return phys_to_virt(table);
}

/* The entry of that level which translates address, or 0. */
static pte_t walk(paddr root, u64 address, unsigned level)
{
	pte_t entry = root | PTE_PRESENT;

	for (unsigned l = TOP + 1; l > level; l--) {
		entry = entries_of(PTE_FRAME(entry))[address >> shift_of(l - 1) & (ENTRIES - 1)];
		if (!(entry & PTE_PRESENT))
			return 0;
	}
	return entry;
}

static struct cache *loaded(unsigned cpu)
{
	return &caches[cpu][TAG_OF(host.cr3[cpu])];
}

static bool is_loaded(const struct cache *cache)
{
	return cache == loaded((unsigned)((cache - caches[0]) / TAGS));
}

static bool tree_is_loaded(const struct tree *tree)
{
	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++)
		if (loaded(cpu)->tree == tree)
			return true;
	return false;
}

static _Noreturn void broken(const char *what, paddr frame)
{
	panic("%s (frame %lx)", what, (unsigned long)frame);
}

/* ---- Piles -------------------------------------------------------------------------- */

static void push(struct pile *pile, struct stale stale)
{
	if (pile->count == pile->room) {
		pile->room = pile->room ? 2 * pile->room : 16;
		pile->stale = realloc(pile->stale, pile->room * sizeof(*pile->stale));
	}
	pile->stale[pile->count++] = stale;
}

/* Takes away what translates address. uppers: of the levels above, all, or those that translate it
 * as well. */
static void drop(struct pile *pile, u64 address, bool all_uppers)
{
	for (unsigned i = 0; i < pile->count;) {
		struct stale *s = &pile->stale[i];

		if (same_page(s->address, address, s->level) || (s->level > 0 && all_uppers))
			*s = pile->stale[--pile->count];
		else
			i++;
	}
}

static bool points_to(const struct pile *pile, paddr frame)
{
	for (unsigned i = 0; i < pile->count; i++)
		if (PTE_FRAME(pile->stale[i].entry) == frame)
			return true;
	return false;
}

/* ---- Caches ------------------------------------------------------------------------- */

static void detach(struct cache *cache)
{
	struct cache **link = cache->tree ? &cache->tree->holders : NULL;

	if (!link)
		return;
	while (*link != cache)
		link = &(*link)->next;
	*link = cache->next;
	cache->tree = NULL;
}

static void attach(struct cache *cache, struct tree *tree)
{
	cache->tree = tree;
	cache->next = tree->holders;
	tree->holders = cache;
}

/* All but global entries. What is loaded is fetched again at once. */
static void forget(struct cache *cache)
{
	cache->pile.count = 0;
	cache->count = 0;
	if (!is_loaded(cache))
		detach(cache);
}

/* Whether the cache may have this entry of its tree as it is now in the table. */
static bool holds(const struct cache *cache, const struct table *table, unsigned i, u64 address)
{
	if (is_loaded(cache))
		return true;
	if (table->since[i] > cache->until)
		return false;
	for (unsigned k = 0; k < cache->count; k++)
		if (same_page(cache->flushed[k], address, table->level))
			return false;
	return true;
}

static void keep(struct cache *cache, struct stale stale)
{
	unsigned cpu = (unsigned)((cache - caches[0]) / TAGS);
	bool global = stale.level == 0 && (stale.entry & PTE_GLOBAL) && !no_globals;

	push(global ? &globals[cpu] : &cache->pile, stale);
}

/* ---- Tables ------------------------------------------------------------------------- */

static void entry_appears(struct table *table, unsigned i, pte_t entry);

static u64 address_of(const struct table *table, unsigned i)
{
	return table->base + ((u64)i << shift_of(table->level));
}

/* Of a root only the user half counts: the kernel's never changes. */
static unsigned entries_in(const struct table *table)
{
	return table->level == TOP ? ENTRIES / 2 : ENTRIES;
}

static void adopt(struct tree *tree, paddr frame, unsigned level, u64 base)
{
	struct table *table = calloc(1, sizeof(*table));

	if (tables[frame / PAGE_SIZE])
		broken("a table in two places", frame);
	*table = (struct table){ .tree = tree, .level = level, .base = base };
	tables[frame / PAGE_SIZE] = table;
	for (unsigned i = 0; i < entries_in(table); i++)
		if (entries_of(frame)[i] & PTE_PRESENT)
			entry_appears(table, i, entries_of(frame)[i]);
}

static void entry_appears(struct table *table, unsigned i, pte_t entry)
{
	table->since[i] = ++now;
	if (table->level > 0) {
		adopt(table->tree, PTE_FRAME(entry), table->level - 1, address_of(table, i));
	} else {
		mapped[PTE_FRAME(entry) / PAGE_SIZE]++;
		table->tree->globals += (entry & PTE_GLOBAL) != 0;
	}
}

static void disown(paddr frame);

/* It is about to be overwritten, or its table to go: on the pile of whoever may have it. With an
 * upper entry goes all that was reached through it. */
static void entry_vanishes(struct table *table, unsigned i, pte_t entry)
{
	struct stale stale = { table->level, address_of(table, i), entry };

	for (struct cache *cache = table->tree->holders; cache; cache = cache->next)
		if (holds(cache, table, i, stale.address))
			keep(cache, stale);
	if (table->level > 0) {
		disown(PTE_FRAME(entry));
	} else {
		mapped[PTE_FRAME(entry) / PAGE_SIZE]--;
		table->tree->globals -= (entry & PTE_GLOBAL) != 0;
	}
}

static void disown(paddr frame)
{
	struct table *table = tables[frame / PAGE_SIZE];

	if (!table)
		return; /* it was freed before */
	for (unsigned i = 0; i < entries_in(table); i++)
		if (entries_of(frame)[i] & PTE_PRESENT)
			entry_vanishes(table, i, entries_of(frame)[i]);
	tables[frame / PAGE_SIZE] = NULL;
	free(table);
}

void machine_write_entry(u64 *entry, u64 value)
{
	paddr at = virt_to_phys(entry);
	struct table *table = tables[at / PAGE_SIZE];
	unsigned i = at % PAGE_SIZE / sizeof(*entry);

	if (table && (*entry & PTE_PRESENT))
		entry_vanishes(table, i, *entry);
	*entry = value;
	if (table && (value & PTE_PRESENT))
		entry_appears(table, i, value);
}

/* Invalidate, then reuse. */
void host_frame_freed(paddr frame)
{
	struct table *table = tables[frame / PAGE_SIZE];

	if (mapped[frame / PAGE_SIZE])
		broken("a frame was freed that is still mapped", frame);
	if (table && tree_is_loaded(table->tree))
		broken("a table was freed that a processor has loaded", frame);
	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++)
		if (points_to(&loaded(cpu)->pile, frame) || points_to(&globals[cpu], frame))
			broken("a frame was freed that a TLB may still lead to", frame);
	if (table) {
		struct tree *tree = table->level == TOP ? table->tree : NULL;

		disown(frame);
		while (tree && tree->holders)
			detach(tree->holders);
		free(tree);
	}
}

/* ---- CR3 ---------------------------------------------------------------------------- */

static struct tree *tree_at(paddr root)
{
	struct tree *tree;

	if (tables[root / PAGE_SIZE])
		return tables[root / PAGE_SIZE]->tree;
	tree = calloc(1, sizeof(*tree));
	tree->root = root;
	adopt(tree, root, TOP, 0);
	return tree;
}

/* Calls for each entry that the cache may have of a table and those below. */
static void each_held(struct cache *cache, paddr frame, bool only_globals)
{
	const struct table *table = tables[frame / PAGE_SIZE];

	for (unsigned i = 0; i < entries_in(table); i++) {
		struct stale stale = { table->level, address_of(table, i), entries_of(frame)[i] };

		if (!(stale.entry & PTE_PRESENT))
			continue;
		if ((!only_globals || (table->level == 0 && (stale.entry & PTE_GLOBAL))) &&
		    holds(cache, table, i, stale.address))
			keep(cache, stale);
		if (table->level > 0)
			each_held(cache, PTE_FRAME(stale.entry), only_globals);
	}
}

/* Up to now it may have fetched anything. */
static void unload(unsigned cpu)
{
	struct cache *cache = loaded(cpu);

	if (cache->tree->globals)
		each_held(cache, cache->tree->root, true);
	cache->until = ++now;
	cache->count = 0;
}

static void tell(unsigned tag, u64 page)
{
	if (host.invalidated)
		host.invalidated(tag, page);
}

/* [4.10.4.1, MOV to CR3] Without CR4.PCIDE, or with bit 63 clear: all entries of the tag that is
 * loaded, but for global ones. With it set: none. */
void machine_load_cr3(u64 cr3)
{
	bool keeps = cr3 & CR3_NO_FLUSH;
	struct tree *tree = tree_at(PTE_FRAME(cr3));
	struct cache *cache;

	if (!host.pcid_on && (keeps || TAG_OF(cr3)))
		panic("CR3 with a tag while CR4.PCIDE is 0");
	unload(host.cpu);
	host.cr3[host.cpu] = cr3 & ~CR3_NO_FLUSH;
	host.cr3_loads++;
	cache = loaded(host.cpu);
	if (!keeps) {
		host.cr3_flushes++;
		cache->pile.count = 0;
		detach(cache);
		tell(TAG_OF(cr3), HOST_ALL_PAGES);
	} else if (cache->tree && cache->tree != tree) {
		host.cr3[host.cpu] = KERNEL_ROOT; /* what it may hold is what it held when unloaded
						   */
		each_held(cache, cache->tree->root, false);
		host.cr3[host.cpu] = cr3 & ~CR3_NO_FLUSH;
		detach(cache);
	}
	if (!cache->tree)
		attach(cache, tree);
	cache->count = 0;
}

u64 machine_read_cr3(void)
{
	return host.cr3[host.cpu];
}

const u64 *machine_kernel_half(void)
{
	return kernel_half;
}

paddr machine_kernel_root(void)
{
	return KERNEL_ROOT;
}

void machine_enable_pcid(void)
{
	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++)
		if (TAG_OF(host.cr3[cpu]))
			panic("CR4.PCIDE set while CR3 has a tag");
	host.pcid_on = true;
}

static void tlb_boot(void)
{
	memset(phys_to_virt(KERNEL_ROOT), 0, PAGE_SIZE);
	kernel_half[ENTRIES / 2 - 1] = 0x5000 | PTE_PRESENT | PTE_WRITE;
	for (host.cpu = CPUS_MAX; host.cpu-- > 0;) {
		host.cr3[host.cpu] = KERNEL_ROOT;
		attach(loaded(host.cpu), tree_at(KERNEL_ROOT));
	}
	host.cpu = 0;
}

/* ---- Invalidation ------------------------------------------------------------------- */

/* [4.10.4.1, INVLPG] The page under the current tag, global ones under any; and of the levels above
 * all that the tag has. */
void machine_flush_page(u64 address)
{
	host.page_flushes++;
	drop(&loaded(host.cpu)->pile, address, true);
	drop(&globals[host.cpu], address, false);
	tell(TAG_OF(host.cr3[host.cpu]), ALIGN_DOWN(address, PAGE_SIZE));
}

/* [4.10.4.1, INVPCID] 0: what translates one address under one tag. 1: all of a tag. 3: all of all
 * tags. 2: that, and global ones, which the other types leave. */
void host_invpcid(unsigned type, u16 tag, u64 address)
{
	struct cache *cache = &caches[host.cpu][tag];

	if (tag >= TAGS || (tag && !host.pcid_on))
		panic("INVPCID of tag %u", tag);
	if (type == INVPCID_ADDRESS) {
		drop(&cache->pile, address, false);
		tell(tag, ALIGN_DOWN(address, PAGE_SIZE));
		if (is_loaded(cache))
			return;
		if (cache->count == cache->room) {
			cache->room = cache->room ? 2 * cache->room : 16;
			cache->flushed =
			    realloc(cache->flushed, cache->room * sizeof(*cache->flushed));
		}
		cache->flushed[cache->count++] = address;
		return;
	}
	for (unsigned t = 0; t < TAGS; t++)
		if (type != INVPCID_TAG || t == tag) {
			forget(&caches[host.cpu][t]);
			tell(t, HOST_ALL_PAGES);
		}
	if (type == INVPCID_ALL_GLOBAL)
		globals[host.cpu].count = 0;
}

void machine_flush_pcid_page(u16 tag, u64 address)
{
	if (!machine_features.invpcid)
		panic("INVPCID on a processor without it");
	host.page_flushes++;
	host_invpcid(INVPCID_ADDRESS, tag, address);
}

/* [4.10.4.1, MOV to CR4] PGE changes, or PCIDE from 1 to 0: everything. PAE changes, or SMEP from 0
 * to 1: all of the current tag. PCIDE from 0 to 1: nothing. */
void host_write_cr4(unsigned changed, bool set)
{
	if ((changed & HOST_CR4_PGE) || ((changed & HOST_CR4_PCIDE) && !set))
		host_invpcid(INVPCID_ALL_GLOBAL, 0, 0);
	if ((changed & HOST_CR4_PAE) || ((changed & HOST_CR4_SMEP) && set))
		forget(loaded(host.cpu));
	if (changed & HOST_CR4_PGE)
		no_globals = !set;
	if (changed & HOST_CR4_PCIDE)
		host.pcid_on = set;
}

/* ---- What user code may meet -------------------------------------------------------- */

static bool more_rights(pte_t than, pte_t has)
{
	return (has & ~than & (PTE_WRITE | PTE_USER)) || (than & ~has & PTE_NX);
}

u64 host_touch(u64 address)
{
	const struct pile *piles[] = { &loaded(host.cpu)->pile, &globals[host.cpu] };

	for (unsigned k = 0; k < ARRAY_SIZE(piles); k++)
		for (unsigned i = 0; i < piles[k]->count; i++)
			if (piles[k]->stale[i].level == 0 &&
			    same_page(piles[k]->stale[i].address, address, 0))
				return piles[k]->stale[i].entry;
	return walk(PTE_FRAME(host.cr3[host.cpu]), address, 0);
}

/* A translation that the tables have too, with all its rights, does no harm. */
static bool pile_is_true(unsigned cpu, const struct pile *pile, const char *kind)
{
	for (unsigned i = 0; i < pile->count; i++) {
		const struct stale *s = &pile->stale[i];
		pte_t is = walk(PTE_FRAME(host.cr3[cpu]), s->address, s->level);

		if (is && PTE_FRAME(is) == PTE_FRAME(s->entry) &&
		    (s->level > 0 || !more_rights(is, s->entry)))
			continue;
		snprintf(lie, sizeof(lie),
		    "processor %u, CR3 %lx: level %u of %lx may be the %s %lx, the tables say %lx",
		    cpu, (unsigned long)host.cr3[cpu], s->level, (unsigned long)s->address, kind,
		    (unsigned long)s->entry, (unsigned long)is);
		return false;
	}
	return true;
}

bool host_tlb_true(void)
{
	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++)
		if (!pile_is_true(cpu, &loaded(cpu)->pile, "stale") ||
		    !pile_is_true(cpu, &globals[cpu], "global"))
			return false;
	return true;
}

static bool pile_has(const struct pile *pile, u64 address, unsigned level)
{
	for (unsigned i = 0; i < pile->count; i++)
		if (pile->stale[i].level == level &&
		    same_page(pile->stale[i].address, address, level))
			return true;
	return false;
}

bool host_tlb_has_stale(unsigned tag, u64 address, unsigned level)
{
	return pile_has(
	    tag == HOST_ANY_TAG ? &globals[host.cpu] : &caches[host.cpu][tag].pile, address, level);
}

const char *host_tlb_lie(void)
{
	return lie;
}
