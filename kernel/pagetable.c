/* Four-level page tables of user space (Intel SDM vol. 3, 4.5).
 *
 * Invariant: upper-level entries of the user half are permissive (present, writable, user,
 * executable); only the last level restricts. The upper half of every root is a copy of the
 * kernel's, whose tables never change after boot. Tables live until their space is destroyed, so no
 * processor can hold a pointer to a freed one in its paging-structure caches.
 *
 * Layer 2. Called by space.c, memory.c, copy.c; calls frame.c, quota.c. */
#include "pagetable.h"

#include "frame.h"
#include "machine.h"
#include "string.h"

#define ENTRIES      512
#define USER_ENTRIES 256 /* of the root */
#define TABLE        (PTE_PRESENT | PTE_WRITE | PTE_USER)
#define LEVEL_TOP    3
#define SEARCH_COST  16u /* of a table: looking at 32 entries takes as long as freeing a frame */

static unsigned entry_index(uaddr address, unsigned level)
{
	return address >> (12 + 9 * level) & (ENTRIES - 1);
}

static paddr new_table(struct quota *quota)
{
	paddr table;

	if (!quota_charge(quota, PAGE_SIZE))
		return 0;
	table = frame_alloc_zeroed();
	if (!table)
		quota_refund(quota, PAGE_SIZE);
	return table;
}

static void free_table(paddr table, struct quota *quota)
{
	frame_free(table);
	quota_refund(quota, PAGE_SIZE);
}

paddr pagetable_create(struct quota *quota)
{
	paddr root = new_table(quota);

	if (root)
		memcpy((pte_t *)phys_to_virt(root) + USER_ENTRIES, machine_kernel_half(),
		    (ENTRIES - USER_ENTRIES) * sizeof(pte_t));
	return root;
}

pte_t *pagetable_find(paddr root, uaddr address)
{
	paddr table = root;

	ASSERT(address < 1ull << 47);
	for (unsigned level = LEVEL_TOP; level > 0; level--) {
		pte_t entry = ((pte_t *)phys_to_virt(table))[entry_index(address, level)];

		if (!(entry & PTE_PRESENT))
			return NULL;
		table = PTE_FRAME(entry);
	}
	return (pte_t *)phys_to_virt(table) + entry_index(address, 0);
}

pte_t *pagetable_make(paddr root, uaddr address, struct quota *quota)
{
	paddr table = root;

	ASSERT(address < 1ull << 47);
	for (unsigned level = LEVEL_TOP; level > 0; level--) {
		pte_t *entry = (pte_t *)phys_to_virt(table) + entry_index(address, level);

		if (!(*entry & PTE_PRESENT)) {
			paddr new = new_table(quota);

			if (!new)
				/* tables made on the way stay: they are charged, and of use soon */
				return NULL;
			machine_write_entry(entry, new | TABLE);
		}
		table = PTE_FRAME(*entry);
	}
	return (pte_t *)phys_to_virt(table) + entry_index(address, 0);
}

/* Frees the tables below `table`, which is of the given level; its first `entries` entries count.
 * One that was looked through for tables below it costs as much as so many that were not. */
static bool prune(
    paddr table, unsigned level, unsigned entries, struct quota *quota, unsigned *budget)
{
	pte_t *entry = phys_to_virt(table);

	for (unsigned i = 0; i < entries; i++) {
		paddr table_below;

		if (!(entry[i] & PTE_PRESENT))
			continue;
		if (*budget == 0)
			return false;
		if (level > 1 && !prune(PTE_FRAME(entry[i]), level - 1, ENTRIES, quota, budget))
			return false;
		if (*budget == 0)
			return false;
		*budget -= MIN(*budget, level > 1 ? SEARCH_COST : 1u);
		table_below = PTE_FRAME(entry[i]);
		machine_write_entry(&entry[i], 0);
		free_table(table_below, quota);
	}
	return true;
}

bool pagetable_prune(paddr root, struct quota *quota, unsigned *budget)
{
	return prune(root, LEVEL_TOP, USER_ENTRIES, quota, budget);
}

void pagetable_destroy(paddr root, struct quota *quota)
{
	free_table(root, quota);
}
