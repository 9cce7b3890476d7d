/* The host's stand-in for kernel/machine.h: an array for physical memory, a processor that only
 * counts, a TLB that remembers, a clock that stands still until it is told. With it the kernel's
 * own sources run in a test. */
#ifndef TESTS_MACHINE_H
#define TESTS_MACHINE_H

#include "kernel/machine.h"
#include <setjmp.h>
#include <stdio.h>

#define HOST_ALL_PAGES UINT64_MAX
#define HOST_RAM       (64ull << 20) /* physical memory: [1 MiB, HOST_RAM) */

struct host {
	u64 tsc;
	u64 timer;         /* armed for; UINT64_MAX: not */
	u64 timer_arms;    /* how often it was */
	u64 fault_address; /* CR2 */
	bool masked[IRQ_LINES], spurious;
	u32 port_value; /* last written, and what is read */
	/* Translation */
	unsigned cpu; /* the one that runs this */
	bool pcid_on; /* CR4.PCIDE, on all */
	u64 cr3[CPUS_MAX];
	u64 cr3_loads, cr3_flushes, page_flushes; /* of all */
	/* Told of each invalidation on this processor: of a tag, or of one page of it (the last
	 * argument; else HOST_ALL_PAGES). For another model of a TLB to follow. */
	void (*invalidated)(unsigned tag, u64 page);
	/* Interrupts that come while nobody can run: called by machine_wait_for_interrupt */
	void (*idle)(void);
	bool short_cut; /* machine_short_cut */
	/* Memory */
	u64 allocations; /* frames, pool objects and charges asked for so far */
	u64 fail_at;     /* the one that fails; 0: none */
	u64 failed;      /* how many did */
	bool paused;     /* what the test itself makes does not count and does not fail */
	/* Ends */
	void (*explain)(void); /* called before the test breaks off */
	jmp_buf *on_end;       /* where a panic or a power-off goes; NULL: it ends the test */
	int status;            /* of the power-off; 99 and a text: panic */
	char panic[256];
};
extern struct host host;

/* Physical memory of so many bytes from the second MiB on, and its frames. Once in a process.
 * (world.h does more.) */
void host_boot_memory(u64 bytes);

/* Whether doing this ends in a panic, or in a power-off with that status. */
#define PANICS(action) ENDS(action, 99)
#define ENDS(action, wanted)             \
	({                               \
		jmp_buf here_;           \
		host.status = -1;        \
		host.on_end = &here_;    \
		if (!setjmp(here_)) {    \
			action;          \
		}                        \
		host.on_end = NULL;      \
		host.status == (wanted); \
	})

/* ---- TLBs (machine_tlb.c) ---- */

/* What user code of this processor may reach at address at the worst: by a translation that is
 * not true any more, if the TLB may hold one, else what the tables say. 0: a fault. */
u64 host_touch(u64 address);
/* On a return to user mode: whether all that any processor's TLB may hold and use is what the
 * tables say, or less. Else host_tlb_lie() says what is not. */
bool host_tlb_true(void);
const char *host_tlb_lie(void);
/* Whether this processor may hold, under that tag, an entry for address that was overwritten: of a
 * table of that level (0: a page). HOST_ANY_TAG: a global one. */
#define HOST_ANY_TAG 4096u
bool host_tlb_has_stale(unsigned tag, u64 address, unsigned level);
/* machine_memory.c: the frame goes back to the allocator. */
void host_frame_freed(paddr frame);

/* What the kernel does not use, but the rules have it (SDM vol. 3, 4.10.4.1). */
enum { INVPCID_ADDRESS, INVPCID_TAG, INVPCID_ALL_GLOBAL, INVPCID_ALL };
void host_invpcid(unsigned type, u16 tag, u64 address);
#define HOST_CR4_PGE   (1u << 0)
#define HOST_CR4_PCIDE (1u << 1)
#define HOST_CR4_PAE   (1u << 2)
#define HOST_CR4_SMEP  (1u << 3)
void host_write_cr4(unsigned changed, bool set); /* one of these bits changes to set */

/* Poison for memory that is nobody's, when the test is built with AddressSanitizer. */
void host_poison(const void *start, u64 bytes);
void host_unpoison(const void *start, u64 bytes);

#endif
