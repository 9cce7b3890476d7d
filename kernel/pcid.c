/* Address-space tags, so that a switch of spaces need not empty the TLB (Intel SDM vol. 3, 4.10.1).
 *
 * Invariant: among tags of the current generation no two spaces share one. Tags are given out in
 * order when a space is loaded for the first time in a generation; when they run out, a new
 * generation begins, and all tags of the old one are void at once, without a search for their
 * owners. Generations are 64 bits: at a roll-over each microsecond they wrap after 584,000 years.
 * Without PCID the same code runs and every load flushes.
 *
 * A tag is flushed by the load that uses it first in its generation, not all at once at the
 * roll-over: up to the load the old space's tables are the processor's, and it may fetch from them
 * ahead of any use, under a tag that would pass for clean (tests/host/kernel_pcid.c does).
 *
 * A page taken from a space that is not loaded is flushed with INVPCID, or else the whole tag at
 * the next load: nobody can use the entries in between, because only the loaded tag's entries are
 * used.
 *
 * Layer 2. Called by space.c; calls the machine. Removable: without tags everything works the same,
 * slower. */
#include "pcid.h"

#include "machine.h"

#define TAG_KERNEL 0 /* of the kernel's own root; spaces get 1 and up */

struct pcid_counters pcid_counters;

static unsigned tags; /* highest tag to give out; 0: PCID is off */
static u64 generation = 1;
static u16 last_tag = TAG_KERNEL;

void pcid_init(unsigned limit)
{
	if (!machine_features.pcid || limit == 0)
		return;
	tags = MIN(limit, 4095u);
	machine_enable_pcid();
}

unsigned pcid_tags(void)
{
	return tags;
}

static void assign(struct pcid *pcid)
{
	if (last_tag == tags) {
		generation++;
		last_tag = TAG_KERNEL;
		pcid_counters.rollovers++;
	}
	pcid->tag = ++last_tag;
	pcid->generation = generation;
	pcid->stale = true; /* with what its owner of an earlier generation left */
}

void pcid_load(paddr root, struct pcid *pcid)
{
	pcid_counters.switches++;
	if (!tags) {
		pcid_counters.full_flushes++;
		machine_load_cr3(root);
		return;
	}
	if (pcid->generation != generation)
		assign(pcid);
	if (pcid->stale) {
		pcid->stale = false;
		pcid_counters.full_flushes++;
		machine_load_cr3(root | pcid->tag);
	} else {
		pcid_counters.unflushed++;
		machine_load_cr3(root | pcid->tag | CR3_NO_FLUSH);
	}
}

void pcid_flush_page(struct pcid *pcid, u64 address, bool loaded)
{
	if (loaded) {
		machine_flush_page(address);
		pcid_counters.page_flushes++;
	} else if (tags && pcid->generation == generation) {
		if (machine_features.invpcid) {
			machine_flush_pcid_page(pcid->tag, address);
			pcid_counters.page_flushes++;
		} else {
			pcid->stale = true;
		}
	}
}
