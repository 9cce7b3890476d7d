/* CR3, CR4.PCIDE and the instructions that make the TLB forget (SDM vol. 3, 4.10.4).
 *
 * Invariant: none of its own: what must be flushed when is space.c's and pcid.c's business. Callers
 * ask machine_features first; TCG hangs on what it does not have.
 *
 * Layer 1. Called by space.c, pcid.c; calls nobody. */
#include "../machine.h"

#include "asm.h"

#define CR4_PGE   (1ull << 7)
#define CR4_PCIDE (1ull << 17)

enum { INVPCID_ADDRESS = 0, INVPCID_TAG = 1, INVPCID_ALL = 2 };

static void invpcid(u64 type, u16 pcid, u64 address)
{
	const struct {
		u64 pcid, address;
	} descriptor = { pcid, address };

	__asm__ volatile("invpcid %0, %1" : : "m"(descriptor), "r"(type) : "memory");
}

void machine_load_cr3(u64 cr3)
{
	write_cr3(cr3);
}

u64 machine_read_cr3(void)
{
	return read_cr3();
}

void machine_flush_page(u64 address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

void machine_flush_pcid(u16 pcid)
{
	invpcid(INVPCID_TAG, pcid, 0);
}

void machine_flush_pcid_page(u16 pcid, u64 address)
{
	invpcid(INVPCID_ADDRESS, pcid, address);
}

/* Without INVPCID: changing CR4.PGE empties the TLB, all tags and global entries included. */
void machine_flush_all(void)
{
	u64 cr4 = read_cr4();

	if (machine_features.invpcid) {
		invpcid(INVPCID_ALL, 0, 0);
	} else {
		write_cr4(cr4 & ~CR4_PGE);
		write_cr4(cr4);
	}
}

void machine_enable_pcid(void)
{
	write_cr4(read_cr4() | CR4_PCIDE);
}
