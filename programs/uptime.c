/* uptime: how long since the machine was turned on, and how busy it has been. */
#include "program.h"
#include <atoll/name.h>
#include <atoll/sys.h>

static const char usage[] =
    "usage: uptime\n"
    "Prints how long the system has run, how much of that the processor worked, and\n"
    "how many threads there are.\n";

int main(int argc, char **argv)
{
	struct info_system s = { 0 };
	int64_t kernel;
	unsigned long seconds, busy;

	program_help(argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 1);
	kernel = name_lookup("kernel", DEADLINE_NOW);
	if (kernel < 0 || kernel_info((cap_t)kernel, INFO_SYSTEM, 0, &s, sizeof s) < 0) {
		fprintf(stderr, "uptime: the kernel does not tell\n");
		return 1;
	}
	seconds = (unsigned long)(s.uptime_ns / 1000000000);
	busy =
	    s.uptime_ns ? (unsigned long)((s.uptime_ns - s.idle_ns) / (s.uptime_ns / 1000 + 1)) : 0;
	printf("up %lu days %02lu:%02lu:%02lu, busy %lu.%lu %%, %lu threads in %lu spaces\n",
	    seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, busy / 10,
	    busy % 10, (unsigned long)s.threads, (unsigned long)s.spaces);
	return program_end("uptime", 0, 1);
}
