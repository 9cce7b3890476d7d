/* free: how much memory there is, and who has it. */
#include "program.h"
#include <atoll/name.h>
#include <atoll/sys.h>
#include <inttypes.h>
#include <stdbool.h>
#include <unistd.h>

static const char usage[] =
    "usage: free [-s]\n"
    "Shows memory in frames of 4 KiB and in KiB.  -s  also what each address space may use, and uses\n";

static void line(const char *name, uint64_t frames)
{
	printf("%-8s %10" PRIu64 " %10" PRIu64 "\n", name, frames, frames * (PAGE_SIZE / 1024));
}

static int spaces(cap_t kernel)
{
	static struct info_space space[16];
	uint64_t next = 0;
	int64_t bytes;

	printf("\n%5s %-16s %10s %10s %6s\n", "pid", "space", "quota", "used", "caps");
	while ((bytes = kernel_info(kernel, INFO_SPACES, next, space, sizeof space)) > 0) {
		size_t count = (size_t)bytes / sizeof *space;

		for (size_t i = 0; i < count; i++)
			printf("%5" PRIu64 " %-16.16s %10" PRIu64 " %10" PRIu64 " %6u\n",
			    space[i].tag, space[i].name, space[i].quota, space[i].used,
			    space[i].caps);
		next = (uint64_t)space[count - 1].id + 1;
	}
	return bytes < 0 ? (int)-bytes : 0;
}

int main(int argc, char **argv)
{
	struct info_system system;
	bool by_space = false;
	int64_t kernel, result;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "s")) != -1) {
		if (option != 's')
			program_usage(usage, 1);
		by_space = true;
	}
	kernel = name_lookup("kernel", DEADLINE_NOW);
	result = kernel < 0 ? kernel
			    : kernel_info((cap_t)kernel, INFO_SYSTEM, 0, &system, sizeof system);
	if (result >= 0) {
		printf("%-8s %10s %10s\n", "", "frames", "KiB");
		line("total", system.frames_total);
		line("used", system.frames_total - system.frames_free);
		line("free", system.frames_free);
		result = by_space ? -spaces((cap_t)kernel) : 0;
	}
	if (result < 0) {
		errno = (int)-result;
		program_error("free", "kernel");
		return 1;
	}
	return program_end("free", 0, 1);
}
