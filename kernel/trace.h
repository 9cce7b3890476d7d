/* Traces: what happens in the kernel, event by event. See trace.c. */
#ifndef KERNEL_TRACE_H
#define KERNEL_TRACE_H

#include "types.h"

extern bool trace_on;
__attribute__((cold)) void trace_write(
    u32 event, u64 thread, u64 peer, u64 badge, u64 label, u64 value);

/* One event: TRACE_*, thread, peer, badge, label, value (abi.h says which means what). A macro, so
 * that nothing but one test is done while nobody traces. */
#define trace(event, ...)                                        \
	do {                                                     \
		if (UNLIKELY(trace_on))                          \
			trace_write(TRACE_##event, __VA_ARGS__); \
	} while (0)

/* The ring. `owner` tells whose the frames are. Until trace_begin nothing is written. */
#define TRACE_PAGES (TRACE_MAX / PAGE_SIZE)
extern const void *trace_owner; /* NULL: nobody */
/* Takes one more frame, behind those it has. */
void trace_add(const void *owner, paddr frame);
u64 trace_pages(void); /* it has so many */
void trace_begin(void);
/* Nothing is written to the owner's frames any more, if that are the ring's. */
void trace_end(const void *owner);

#endif
