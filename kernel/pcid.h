/* Address-space tags (PCID). See pcid.c. */
#ifndef KERNEL_PCID_H
#define KERNEL_PCID_H

#include "types.h"

/* Part of each space; only pcid.c looks inside. All zeros: no tag yet. */
struct pcid {
	u64 generation; /* that the tag belongs to; 0: none */
	u16 tag;
	bool stale; /* the TLB may hold untruths under it: flush at the next load */
};

struct pcid_counters {
	u64 switches, unflushed, full_flushes, page_flushes, rollovers;
};
extern struct pcid_counters pcid_counters;

/* limit: tags to use at most (2 to 4095), 0: none. The CPU decides whether there are any at all. */
void pcid_init(unsigned limit);
unsigned pcid_tags(void);
/* Loads the space whose root and tag these are. */
void pcid_load(paddr root, struct pcid *pcid);
/* A mapping at address was changed or taken away; loaded: in the space that is loaded now. After
 * this no TLB entry for it is used any more. */
void pcid_flush_page(struct pcid *pcid, u64 address, bool loaded);

#endif
