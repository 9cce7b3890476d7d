/* CR3, CR4.PCIDE and the instructions that make the TLB forget (SDM vol. 3, 4.10.4).
 *
 * Invariant: none of its own: what must be flushed when is space.c's and pcid.c's business. Callers
 * ask machine_features first; TCG hangs on what it does not have.
 *
 * Layer 1. Called by space.c, pcid.c; calls nobody. */
#include "../machine.h"

#include "asm.h"

#define CR4_PCIDE       (1ull << 17)
#define INVPCID_ADDRESS 0ull /* type: one page of one tag */

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

void machine_flush_pcid_page(u16 pcid, u64 address)
{
	const struct {
		u64 pcid, address;
	} descriptor = { pcid, address };

	__asm__ volatile("invpcid %0, %1" : : "m"(descriptor), "r"(INVPCID_ADDRESS) : "memory");
}

void machine_enable_pcid(void)
{
	write_cr4(read_cr4() | CR4_PCIDE);
}
