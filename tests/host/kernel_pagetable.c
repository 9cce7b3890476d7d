// SOURCES: tests/host/machine.c tests/host/machine_memory.c kernel/pagetable.c
// Page tables: what is made is found, at the borders of every level; all tables are charged, freed
// once, and in steps however small; running out half-way harms nothing.
#include "machine.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

#include "kernel/frame.h"
#include "kernel/pagetable.h"

#define LAST 0x00007ffffffff000ull

static struct quota *quota;

static const u64 address[] = { 0x1000, 0x1ff000, 0x200000, 0x3ffff000, 0x40000000, 0x7fffffff000,
	0x8000000000, 0x123456789000, LAST - 0x1000, LAST };

static void maps_and_finds(void)
{
	paddr root = pagetable_create(quota);
	unsigned budget = UINT32_MAX;
	bool all = true, none = true, half;

	half = memcmp((pte_t *)phys_to_virt(root) + 256, machine_kernel_half(), 2048) == 0;
	ok(half, "the upper half is the kernel's");
	for (unsigned i = 0; i < ARRAY_SIZE(address); i++)
		none &= !pagetable_find(root, address[i]);
	ok(none, "a new root translates nothing");
	for (unsigned i = 0; i < ARRAY_SIZE(address); i++) {
		pte_t *entry = pagetable_make(root, address[i], quota);

		all &= entry && *entry == 0;
		*entry = (i + 1) << 12 | PTE_PRESENT;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(address); i++)
		all &= *pagetable_find(root, address[i]) == ((i + 1) << 12 | PTE_PRESENT) &&
		    pagetable_make(root, address[i], quota) ==
			pagetable_find(root, address[i] + 0xfff);
	ok(all, "what was made is found, and made only once");
	ok(PANICS(pagetable_make(root, 1ull << 47, quota)) &&
		PANICS(pagetable_find(root, DIRECT_MAP | 1ull << 63)),
	    "no table for what is not a user address");
	for (unsigned i = 0; i < ARRAY_SIZE(address); i++)
		*pagetable_find(root, address[i]) = 0;
	ok(pagetable_prune(root, quota, &budget) && quota->used == PAGE_SIZE,
	    "only the root is left");
	half = memcmp((pte_t *)phys_to_virt(root) + 256, machine_kernel_half(), 2048) == 0;
	ok(half, "and the kernel's half, untouched");
	pagetable_destroy(root, quota);
	ok(quota->used == 0, "nothing is left");
}

static bool pruned_in_steps(unsigned size)
{
	paddr root = pagetable_create(quota);
	u64 tables, steps = 0;
	unsigned budget;

	for (unsigned i = 0; i < 300; i++)
		if (!pagetable_make(root, ((u64)rand() << 16 ^ (u64)rand()) << 12 & LAST, quota))
			return false;
	tables = quota->used / PAGE_SIZE - 1;
	do {
		budget = size;
		steps++;
		if (steps > tables + 2)
			return false;
	} while (!pagetable_prune(root, quota, &budget));
	pagetable_destroy(root, quota);
	return quota->used == 0 && steps >= tables / size;
}

/* Every table on the way is refused once, by the quota and by memory. */
static bool runs_out(void)
{
	u64 frames = frame_available();
	unsigned failures = 0;

	for (unsigned k = 1;; k++) {
		unsigned budget = UINT32_MAX;
		paddr root;
		bool made;

		host.fail_at = host.allocations + k;
		root = pagetable_create(quota);
		made = root && pagetable_make(root, 0x123456789000, quota);
		if (host.allocations < host.fail_at) {
			host.fail_at = 0;
			pagetable_prune(root, quota, &budget);
			pagetable_destroy(root, quota);
			return failures == k - 1 && failures >= 8 && quota->used == 0 &&
			    frame_available() == frames;
		}
		failures += !made;
		host.fail_at = 0;
		if (root && !pagetable_make(root, 0x123456789000, quota)) /* with memory it goes on
									     where it was */
			return false;
		if (root) {
			pagetable_prune(root, quota, &budget);
			pagetable_destroy(root, quota);
		}
		if (quota->used || frame_available() != frames)
			return false;
	}
}

int main(void)
{
	srand(1);
	host_boot_memory(8 << 20);
	quota = quota_create(NULL, UINT32_MAX);
	maps_and_finds();
	ok(pruned_in_steps(1), "pruned a table at a time");
	ok(pruned_in_steps(2), "two at a time");
	ok(pruned_in_steps(64), "64 at a time");
	ok(runs_out(), "C10 each allocation on the way fails once");
	return tap_done();
}
