/* time: how long a program takes. */
#include "start.h"
#include <atoll/name.h>
#include <atoll/sys.h>

static const char usage[] =
    "usage: time PROGRAM [ARGUMENT ...]\n"
    "Runs PROGRAM and tells how long that took, how long the processor worked meanwhile\n"
    "(for whomever: the program, the servers it asked, others), and how many calls were made.\n"
    "Status: the program's.\n";

static struct info_system now(void)
{
	struct info_system s = { .uptime_ns = time_now() };
	int64_t kernel = name_lookup("kernel", DEADLINE_NOW);

	if (kernel > 0) {
		kernel_info((cap_t)kernel, INFO_SYSTEM, 0, &s, sizeof s);
		cap_delete((cap_t)kernel);
	}
	return s;
}

static void line(const char *what, uint64_t ns)
{
	fprintf(stderr, "%s %lu.%06lu s\n", what, (unsigned long)(ns / 1000000000),
	    (unsigned long)(ns / 1000 % 1000000));
}

int main(int argc, char **argv)
{
	struct info_system before, after;
	int status;

	program_help(argc > 1 ? 2 : argc, argv, usage);
	if (argc < 2)
		program_usage(usage, 125);
	before = now();
	status = start_and_wait("time", argv + 1);
	after = now();
	line("real", after.uptime_ns - before.uptime_ns);
	line("busy", after.uptime_ns - before.uptime_ns - (after.idle_ns - before.idle_ns));
	fprintf(stderr, "calls %lu, messages %lu\n", (unsigned long)(after.calls - before.calls),
	    (unsigned long)(after.messages - before.messages));
	return status;
}
