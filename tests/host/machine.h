/* The host's stand-in for kernel/machine.h: an array for physical memory, a processor that only
 * counts, a TLB that remembers, a clock that stands still until it is told. With it the kernel's
 * own sources run in a test. */
#ifndef TESTS_MACHINE_H
#define TESTS_MACHINE_H

#include "kernel/machine.h"
#include <setjmp.h>
#include <stdio.h>

#define HOST_RAM (64ull << 20) /* physical memory: [1 MiB, HOST_RAM) */

struct host {
	u64 tsc;
	u64 timer;         /* armed for; UINT64_MAX: not */
	u64 timer_arms;    /* how often it was */
	u64 fault_address; /* CR2 */
	bool masked[IRQ_LINES], spurious;
	u32 port_value; /* last written, and what is read */
	/* Translation */
	u64 cr3;
	bool pcid_on;
	u64 cr3_loads, cr3_flushes, full_flushes, page_flushes;
	bool speculates; /* the TLB fills itself at the worst moments */
	/* Interrupts that come while nobody can run: called by machine_wait_for_interrupt */
	void (*idle)(void);
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

/* What user code would reach at address now: through the TLB if it remembers the page, else by a
 * walk that it then remembers. 0: a fault. */
u64 host_touch(u64 address);
/* Whether all that the TLB remembers under the current tag is what the tables say. */
bool host_tlb_true(void);

/* Poison for memory that is nobody's, when the test is built with AddressSanitizer. */
void host_poison(const void *start, u64 bytes);
void host_unpoison(const void *start, u64 bytes);

#endif
