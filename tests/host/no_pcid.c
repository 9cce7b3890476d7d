/* What is left of kernel/pcid.c when it is taken out: nobody has a tag, every load flushes. */
#include "kernel/pcid.h"

struct pcid_counters pcid_counters;
struct pcid_cpu pcid_cpus[CPUS_MAX];

void pcid_init(unsigned limit)
{
}

unsigned pcid_tags(void)
{
	return 0;
}

u64 pcid_generation(void)
{
	return 0;
}

void pcid_load_renewed(paddr root, struct pcid *pcid)
{
	unsigned cpu = machine_cpu();

	pcid->tag[cpu] = UINT64_MAX; /* good for ever */
	pcid->cr3[cpu] = root;
	pcid_counters.good++;
	machine_load_cr3(root);
}

u64 pcid_unflushed(u64 others)
{
	return 0;
}

u64 pcid_flushed(u64 others)
{
	return pcid_counters.good + others;
}

void pcid_flush_page(struct pcid *pcid, u64 address, u64 loaded)
{
	machine_on(loaded, machine_flush_page, address);
	pcid_counters.page_flushes += loaded != 0;
}
