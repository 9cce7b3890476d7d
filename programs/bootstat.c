/* bootstat: what booting cost. Under `tools/run --icount` a tick is one guest instruction, so the
 * figures are exact. */
#include "program.h"
#include <atoll/name.h>
#include <atoll/sys.h>
#include <inttypes.h>

static const char usage[] =
    "usage: bootstat\n"
    "Shows TSC ticks (instructions, under --icount) from the kernel's first instruction to init's\n"
    "first, and from there to now without the time the processor slept.\n";

static void line(const char *what, uint64_t ticks, uint64_t hz)
{
	printf("%-28s %12" PRIu64 " ticks  %6" PRIu64 " us\n", what, ticks,
	    ticks * 1000 / (hz / 1000 ? hz / 1000 : 1));
}

int main(int argc, char **argv)
{
	struct info_system s;
	int64_t kernel, result;

	program_help(argc, argv, usage);
	kernel = name_lookup("kernel", DEADLINE_NOW);
	result = kernel < 0 ? kernel : kernel_info((cap_t)kernel, INFO_SYSTEM, 0, &s, sizeof s);
	if (result < 0) {
		errno = (int)-result;
		program_error("bootstat", "kernel");
		return 1;
	}
	line("kernel entry to init", s.tsc_user - s.tsc_entry, s.tsc_hz);
	line("kernel entry to now, awake", s.tsc_now - s.tsc_entry - s.tsc_idle, s.tsc_hz);
	line("asleep", s.tsc_idle, s.tsc_hz);
	return program_end("bootstat", 0, 1);
}
