/* Address-space tags (PCID). See pcid.c. */
#ifndef KERNEL_PCID_H
#define KERNEL_PCID_H

#include "machine_inline.h"
#include "types.h"

/* Part of each space; only pcid.c looks inside. All zeros: no tag yet. */
struct pcid {
	/* on each processor: generation, and in the lower 12 bits the tag; what to load into CR3
	 * while that is good */
	u64 tag[CPUS_MAX], cr3[CPUS_MAX];
};

struct pcid_cpu {
	u64 generation; /* good tags are above this, with which no tag begins */
	u64 last;       /* given out */
};
extern struct pcid_cpu pcid_cpus[CPUS_MAX];

struct pcid_counters {
	u64 good, renewed; /* switches to spaces with a good tag, to others */
	u64 page_flushes, rollovers;
};
extern struct pcid_counters pcid_counters;

/* limit: tags to use at most (2 to 4095), 0: none. The CPU decides whether there are any at all. */
void pcid_init(unsigned limit);
unsigned pcid_tags(void);
u64 pcid_generation(void); /* of this processor; the first is 1, without tags there is none: 0 */
/* Whether the space has a good tag here: then it can be loaded at once. */
static inline bool pcid_ready(const struct pcid *pcid)
{
	return pcid->tag[machine_cpu()] > pcid_cpus[machine_cpu()].generation;
}
/* Loads the space whose root and tags these are; the second, one that has no good tag here. */
void pcid_load_renewed(paddr root, struct pcid *pcid);
static inline void pcid_load(paddr root, struct pcid *pcid)
{
	if (UNLIKELY(!pcid_ready(pcid))) {
		pcid_load_renewed(root, pcid);
		return;
	}
	pcid_counters.good++;
	machine_load_cr3_now(pcid->cr3[machine_cpu()]);
}
/* Switches of spaces without a flush, and those with one. others: loads of a good tag's CR3 that
 * were made elsewhere. */
u64 pcid_unflushed(u64 others);
u64 pcid_flushed(u64 others);
/* A mapping at address was changed or taken away; cpus: where its space is loaded. After this no
 * TLB entry for it is used any more, on any processor. */
void pcid_flush_page(struct pcid *pcid, u64 address, u64 cpus);

#endif
