/* The monotonic clock: nanoseconds since the kernel's first instruction. See clock.c. */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include "types.h"

void clock_init(void);
u64 clock_now(void);
u64 clock_from_tsc(u64 tsc);
/* The first TSC value at which clock_now() is at least ns, or a little later; UINT64_MAX for times
 * too far off. */
u64 clock_to_tsc(u64 ns);
/* Whether a caller's deadline has come: it must not begin to wait. */
static inline bool clock_passed(u64 deadline)
{
	return deadline != DEADLINE_FOREVER && deadline <= clock_now();
}
u64 clock_tsc_hz(void);
/* The frame with struct time_page, for every space to map read-only. */
paddr clock_time_page(void);

/* TSC at the kernel's first instruction (boot.S). */
extern u64 boot_tsc_entry;

#endif
