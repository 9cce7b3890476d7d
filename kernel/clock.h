/* The monotonic clock: nanoseconds since the kernel's first instruction. See clock.c. */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include "types.h"

extern u64 boot_tsc_entry; /* TSC at the kernel's first instruction (boot.S) */

void clock_init(void);
u64 clock_now(void);
u64 clock_from_tsc(u64 tsc);
extern u64 clock_tsc_per_ns; /* times 2^CLOCK_SHIFT, rounded up */
#define CLOCK_SHIFT 32
/* The first TSC value at which clock_now() is at least ns, or a little later; UINT64_MAX for times
 * too far off. */
static inline u64 clock_to_tsc(u64 ns)
{
	unsigned __int128 ticks = (unsigned __int128)ns * clock_tsc_per_ns >> CLOCK_SHIFT;

	/* no machine runs for 2^63 ticks */
	return UNLIKELY(ticks >> 63) ? UINT64_MAX : boot_tsc_entry + (u64)ticks + 1;
}
/* Whether a caller's deadline has come: it must not begin to wait. */
static inline bool clock_passed(u64 deadline)
{
	return deadline != DEADLINE_FOREVER && deadline <= clock_now();
}
u64 clock_tsc_hz(void);
/* The frame with struct time_page, for every space to map read-only. */
paddr clock_time_page(void);

#endif
