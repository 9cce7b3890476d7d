// SOURCES: kernel/clock.c
// The clock's arithmetic, for slow and fast processors: time never runs backwards, a timer set for
// a deadline never finds it still ahead and comes at most a ten-millionth late, and what is too far
// off does not come soon.
#include "tap.h"
#include <stdlib.h>
#include <string.h>

#include "kernel/clock.h"
#include "kernel/machine.h"

static u64 tsc, hz;
u64 boot_tsc_entry;
char host_image[1]; /* for the page's address, which nobody asks for here */

u64 machine_tsc(void)
{
	return tsc;
}

void machine_timer_calibrate(u64 *result)
{
	*result = hz;
}

_Noreturn void panic(const char *format, ...)
{
	abort();
}

static u64 any(void)
{
	u64 value = (u64)rand() << 42 ^ (u64)rand() << 21 ^ (u64)rand();

	return value >> rand() % 64;
}

static bool good(u64 frequency, u64 entry)
{
	u64 last = 0;

	hz = frequency;
	boot_tsc_entry = entry;
	clock_init();
	if (clock_from_tsc(entry) != 0 || clock_tsc_hz() != frequency)
		return false;
	for (unsigned i = 0; i < 20000; i++) {
		u64 ns = any() % (1ull << 60), at = clock_to_tsc(ns), back;

		if (at == UINT64_MAX)
			continue; /* too far off */
		back = clock_from_tsc(at);
		if (at < entry || back < ns ||
		    back - ns > 2 + 2 * 1000000000 / frequency + ns / 10000000)
			return false;
	}
	for (unsigned i = 0; i < 20000; i++) {
		tsc = entry + (u64)i * 977;
		if (clock_now() < last || clock_passed(clock_now() + 1) ||
		    !clock_passed(clock_now()) || clock_passed(DEADLINE_FOREVER))
			return false;
		last = clock_now();
	}
	tsc = entry + frequency; /* a second later, to the millionth */
	return clock_to_tsc(UINT64_MAX) > clock_to_tsc(1ull << 60) &&
	    clock_to_tsc(UINT64_MAX - 1) > entry && clock_now() <= 1000000000 &&
	    clock_now() > 1000000000 - 1000;
}

int main(void)
{
	static const u64 frequency[] = { 10000000, 999999999, 1000000000, 2400000000, 2893202000,
		5000000000 };

	srand(1);
	for (unsigned i = 0; i < ARRAY_SIZE(frequency); i++) {
		ok(good(frequency[i], 0), "%lu Hz", (unsigned long)frequency[i]);
		ok(good(frequency[i], 1ull << 40), "%lu Hz, long after the processor's start",
		    (unsigned long)frequency[i]);
	}
	return tap_done();
}
