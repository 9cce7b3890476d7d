/* The monotonic clock: the TSC, scaled to nanoseconds since the kernel's first instruction.
 *
 * Invariant: clock_from_tsc(clock_to_tsc(ns)) >= ns, so a timer set for a deadline never finds it
 * still ahead on account of rounding; and user code, which reads the same numbers from the time
 * page, computes the same time.
 *
 * One CPU. With several, their TSCs must run in step; see docs/caveats.md.
 * Layer 2. Called by ipc.c, lock.c, inherit.c, space.c, fault.c, info.c, main.c; calls the machine.
 */
#include "clock.h"

#include "machine_inline.h"

#define NS_PER_SECOND 1000000000ull

/* A frame of its own: user code sees all of it. */
static union {
	struct time_page time;
	u8 page[PAGE_SIZE];
} shared __attribute__((aligned(PAGE_SIZE)));

static u64 hz;
u64 clock_tsc_per_ns;

void clock_init(void)
{
	machine_timer_calibrate(&hz);
	shared.time = (struct time_page){
		.tsc_base = boot_tsc_entry,
		.ns_base = 0,
		.mult = (NS_PER_SECOND << CLOCK_SHIFT) / hz,
		.shift = CLOCK_SHIFT,
		.version = ABI_VERSION,
	};
	/* 2^64 / mult: the inverse of mult / 2^32 */
	clock_tsc_per_ns = UINT64_MAX / shared.time.mult + 1;
}

static u64 scale(u64 value, u64 factor)
{
	unsigned __int128 product = (unsigned __int128)value * factor >> CLOCK_SHIFT;

	return product > UINT64_MAX ? UINT64_MAX : (u64)product;
}

u64 clock_from_tsc(u64 tsc)
{
	return scale(tsc - boot_tsc_entry, shared.time.mult);
}

u64 clock_now(void)
{
	return clock_from_tsc(machine_tsc());
}

u64 clock_tsc_hz(void)
{
	return hz;
}

paddr clock_time_page(void)
{
	return image_to_phys(&shared);
}
