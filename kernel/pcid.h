/* Address-space tags (PCID). See pcid.c. */
#ifndef KERNEL_PCID_H
#define KERNEL_PCID_H

#include "machine.h"
#include "types.h"

/* Part of each space; only pcid.c looks inside. All zeros: no tag yet. */
struct pcid {
	u64 tag[CPUS_MAX]; /* on each processor: generation, and in the lower 12 bits the tag */
};

struct pcid_counters {
	u64 unflushed, full_flushes; /* switches of spaces: those without a flush, those with one */
	u64 page_flushes, rollovers;
};
extern struct pcid_counters pcid_counters;

/* limit: tags to use at most (2 to 4095), 0: none. The CPU decides whether there are any at all. */
void pcid_init(unsigned limit);
unsigned pcid_tags(void);
u64 pcid_generation(void); /* of this processor; the first is 1, without tags there is none: 0 */
/* Loads the space whose root and tags these are. */
void pcid_load(paddr root, struct pcid *pcid);
/* A mapping at address was changed or taken away; cpus: where its space is loaded. After this no
 * TLB entry for it is used any more, on any processor. */
void pcid_flush_page(struct pcid *pcid, u64 address, u64 cpus);

#endif
