/* Address-space tags, so that a switch of spaces need not empty the TLB (Intel SDM vol. 3, 4.10.1).
 *
 * Each processor gives out its own tags, in rising order, when it loads a space that has none
 * there. When they run out a new generation begins, and all tags of the old one are void at once,
 * without a search for their owners: a space's tag is kept with its generation above it, as one
 * number that only rises, and it is good when it is above where the generation began.
 *
 * Invariant: of the tags that are good on one processor no two are the same, and under a good tag
 * of a space that is not loaded the TLB holds nothing but what the space's tables say. A generation
 * has 52 bits: at a roll-over each microsecond they wrap after 142 years.
 *
 * A tag is flushed by the load that uses it first, not all at once at the roll-over: up to the load
 * the old space's tables are the processor's, and it may fetch from them ahead of any use, under a
 * tag that would pass for clean (docs/notes/pcid-reuse.md).
 *
 * A mapping that goes is flushed at once where its space is loaded. Where it is not, nobody can use
 * the entry before the space is loaded again, so its tag may as well be taken away: the next load
 * there flushes. Here, INVPCID spares that.
 *
 *      this processor, holding the lock        another, which has the space not loaded
 *      the entry is written
 *      takes away the tag of the other
 *      leaves the lock
 *                                              takes the lock, loads the space: it has no tag
 *                                              a new one, flushed: nothing old is found
 *
 * Without PCID every tag is good, for every load flushes.
 *
 * Layer 2. Called by space.c, info.c, main.c; calls the machine. Removable: tests/host/no_pcid.c is
 * all it takes to do without tags. */
#include "pcid.h"

#include "trace.h"

#define TAG_BITS 12
#define TAG_MASK ((1u << TAG_BITS) - 1)
#define TAGS_MAX 4095 /* 0 is of the kernel's own root */
#define NO_TAGS \
	UINT64_MAX /* instead of a tag when there are none: good for ever, every load flushes */

struct pcid_counters pcid_counters;

static unsigned tags; /* to give out in a generation; 0: PCID is off */

struct pcid_cpu pcid_cpus[CPUS_MAX];

void pcid_init(unsigned limit)
{
	if (!machine_features.pcid || limit == 0)
		return;
	tags = MIN(limit, TAGS_MAX);
	machine_enable_pcid();
}

unsigned pcid_tags(void)
{
	return tags;
}

u64 pcid_generation(void)
{
	return tags ? (pcid_cpus[machine_cpu()].generation >> TAG_BITS) + 1 : 0;
}

static u64 new_tag(unsigned cpu)
{
	if (pcid_cpus[cpu].last == pcid_cpus[cpu].generation + tags) {
		pcid_cpus[cpu].generation += 1u << TAG_BITS;
		pcid_cpus[cpu].last = pcid_cpus[cpu].generation;
		pcid_counters.rollovers++;
	}
	return ++pcid_cpus[cpu].last;
}

void pcid_load_renewed(paddr root, struct pcid *pcid)
{
	unsigned cpu = machine_cpu();
	u64 tag = tags ? new_tag(cpu) : NO_TAGS;

	pcid->tag[cpu] = tag;
	pcid->cr3[cpu] = tags ? root | (tag & TAG_MASK) | CR3_NO_FLUSH : root;
	pcid_counters.renewed++;
	machine_load_cr3(pcid->cr3[cpu] & ~CR3_NO_FLUSH);
}

u64 pcid_unflushed(u64 others)
{
	return tags ? pcid_counters.good + others : 0;
}

u64 pcid_flushed(u64 others)
{
	return pcid_counters.renewed + (tags ? 0 : pcid_counters.good + others);
}

void pcid_flush_page(struct pcid *pcid, u64 address, u64 loaded)
{
	trace(flush, 0, 0, 0, 0, address);
	machine_on(loaded, machine_flush_page, address);
	pcid_counters.page_flushes += loaded != 0;
	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
		u64 *tag = &pcid->tag[cpu];

		if (loaded >> cpu & 1 || *tag <= pcid_cpus[cpu].generation || *tag == NO_TAGS)
			continue;
		if (cpu == machine_cpu() && machine_features.invpcid) {
			machine_flush_pcid_page(*tag & TAG_MASK, address);
			pcid_counters.page_flushes++;
		} else {
			*tag = 0;
		}
	}
}
