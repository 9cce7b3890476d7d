// SOURCES: tests/host/machine.c tests/host/machine_memory.c kernel/pagetable.c
// The model of the TLBs (machine_tlb.c) keeps to the manual's rules: what each instruction leaves
// in them, what is fetched, and what counts as a lie. (Intel SDM vol. 3A, 4.10.4.1)
#include "machine.h"
#include "tap.h"

#include "kernel/frame.h"
#include "kernel/pagetable.h"

#define A      0x10000000ull /* a page, */
#define B      0x20200000ull /* one with a table of its own, */
#define GLOBAL 0x30000000ull /* and one with the G bit */
#define OLD    (0x1000ull << 12 | PTE_PRESENT | PTE_WRITE | PTE_USER)
#define NEW    (0x2000ull << 12 | PTE_PRESENT | PTE_WRITE | PTE_USER)
#define BIT_G  (1ull << 8)
#define TABLE  1 /* the level whose entries lead to tables of pages */

/* What may be stale: under each tag two pages and the table behind B; under any tag one page. */
enum { A1 = 1, B1 = 2, TABLE1 = 4, A2 = 8, B2 = 16, TABLE2 = 32, G = 64, ALL = 127 };

static struct quota quota = { .limit = UINT64_MAX };
static paddr root[3]; /* by tag */

static void write_page(unsigned tag, u64 address, pte_t value)
{
	machine_write_entry(pagetable_make(root[tag], address, &quota), value);
}

static pte_t *entry_of(paddr table, u64 index)
{
	return (pte_t *)phys_to_virt(PTE_FRAME(table)) + index;
}

static void take_table_away(unsigned tag, u64 address)
{
	pte_t top = *entry_of(root[tag], address >> 39), next = *entry_of(top, address >> 30 & 511);

	machine_write_entry(entry_of(next, address >> 21 & 511), 0);
}

static void load(unsigned tag)
{
	machine_load_cr3(root[tag] | tag | CR3_NO_FLUSH);
}

/* Under both tags all is cached and then changed, without a flush. Tag 1 stays loaded. */
static void make_stale(void)
{
	host_write_cr4(HOST_CR4_PGE, false);
	host_write_cr4(HOST_CR4_PGE, true);
	machine_load_cr3(machine_kernel_root());
	for (unsigned tag = 2; tag >= 1; tag--) {
		root[tag] = pagetable_create(&quota);
		write_page(tag, A, OLD);
		write_page(tag, B, OLD);
		write_page(tag, GLOBAL, tag == 1 ? OLD | BIT_G : 0);
		load(tag);
	}
	for (unsigned tag = 1; tag <= 2; tag++) {
		write_page(tag, A, NEW);
		write_page(tag, B, NEW);
		take_table_away(tag, B);
	}
	write_page(1, GLOBAL, 0);
}

static unsigned stale(void)
{
	unsigned found = host_tlb_has_stale(HOST_ANY_TAG, GLOBAL, 0) ? G : 0;

	for (unsigned tag = 1; tag <= 2; tag++)
		found |= (host_tlb_has_stale(tag, A, 0) ? (tag == 1 ? A1 : A2) : 0) |
		    (host_tlb_has_stale(tag, B, 0) ? (tag == 1 ? B1 : B2) : 0) |
		    (host_tlb_has_stale(tag, B, TABLE) ? (tag == 1 ? TABLE1 : TABLE2) : 0);
	return found;
}

#define LEAVES(instruction, wanted)                                                                \
	do {                                                                                       \
		unsigned found_;                                                                   \
		make_stale();                                                                      \
		instruction;                                                                       \
		found_ = stale();                                                                  \
		ok(found_ == (wanted), "rule: %s leaves %x, is %x", #instruction, wanted, found_); \
	} while (0)

static void rules(void)
{
	LEAVES((void)0, ALL);
	LEAVES(load(2), ALL);
	LEAVES(machine_flush_page(A), ALL & ~(A1 | TABLE1));
	LEAVES(machine_flush_page(B), ALL & ~(B1 | TABLE1));
	LEAVES(machine_flush_page(GLOBAL), ALL & ~(G | TABLE1));
	LEAVES(host_invpcid(INVPCID_ADDRESS, 1, A), ALL & ~A1);
	LEAVES(host_invpcid(INVPCID_ADDRESS, 2, A), ALL & ~A2);
	LEAVES(host_invpcid(INVPCID_ADDRESS, 2, B), ALL & ~(B2 | TABLE2));
	LEAVES(host_invpcid(INVPCID_ADDRESS, 1, GLOBAL), ALL);
	LEAVES(host_invpcid(INVPCID_TAG, 1, 0), ALL & ~(A1 | B1 | TABLE1));
	LEAVES(host_invpcid(INVPCID_TAG, 2, 0), ALL & ~(A2 | B2 | TABLE2));
	LEAVES(host_invpcid(INVPCID_ALL, 0, 0), G);
	LEAVES(host_invpcid(INVPCID_ALL_GLOBAL, 0, 0), 0);
	LEAVES(machine_load_cr3(root[1] | 1), ALL & ~(A1 | B1 | TABLE1));
	LEAVES(machine_load_cr3(root[2] | 2), ALL & ~(A2 | B2 | TABLE2));
	LEAVES(machine_load_cr3(root[2] | 1), ALL & ~(A1 | B1 | TABLE1));
	LEAVES(machine_load_cr3(root[2] | 1 | CR3_NO_FLUSH), ALL);
	LEAVES(host_write_cr4(HOST_CR4_PGE, false), 0);
	LEAVES(host_write_cr4(HOST_CR4_PAE, true), ALL & ~(A1 | B1 | TABLE1));
	LEAVES(host_write_cr4(HOST_CR4_SMEP, true), ALL & ~(A1 | B1 | TABLE1));
	LEAVES(host_write_cr4(HOST_CR4_SMEP, false), ALL);
	LEAVES(host_write_cr4(HOST_CR4_PCIDE, true), ALL);
	LEAVES((host_write_cr4(HOST_CR4_PCIDE, false), host_write_cr4(HOST_CR4_PCIDE, true)), 0);
	LEAVES(host.cpu = 1, 0);
	host.cpu = 0;
}

/* Of a tag that is not loaded nothing is fetched: what was invalidated there, or mapped since, is
 * not cached, and so not stale when it changes. What is loaded is fetched again at once. */
static void fetching(void)
{
	make_stale();
	load(2);
	write_page(2, A, OLD);
	load(1);
	host_invpcid(INVPCID_ADDRESS, 2, A);
	write_page(2, A, NEW);
	ok(!host_tlb_has_stale(2, A, 0), "rule: not loaded, not fetched again");
	write_page(2, GLOBAL, OLD);
	write_page(2, GLOBAL, NEW);
	ok(!host_tlb_has_stale(2, GLOBAL, 0), "rule: not loaded, not fetched at first");
	machine_flush_page(A);
	write_page(1, A, OLD);
	ok(host_tlb_has_stale(1, A, 0) && !host_tlb_true(), "rule: loaded, fetched at once");
	load(2);
	host_invpcid(INVPCID_ALL_GLOBAL, 0, 0);
	ok(host_tlb_true(), "nothing stale is no lie");
	write_page(2, A, NEW & ~PTE_WRITE);
	ok(!host_tlb_true(), "more rights than the tables give are a lie");
	write_page(2, A, NEW);
	ok(host_tlb_true(), "the same, or fewer, are none");
	ok(PANICS(host_frame_freed(root[2])), "a table of the loaded tree is not to be freed");
	ok(PANICS(host_frame_freed(PTE_FRAME(NEW))), "nor a frame that is mapped");
	ok(PANICS(machine_flush_pcid_page(1, A)), "there is no INVPCID without INVPCID");
	host_write_cr4(HOST_CR4_PCIDE, false);
	ok(PANICS(machine_load_cr3(root[1] | 1)), "nor a tag without CR4.PCIDE");
}

int main(void)
{
	host_boot_memory(16 << 20);
	machine_enable_pcid();
	rules();
	fetching();
	return tap_done();
}
