/* free: how much memory there is, and who has it. */
#include "program.h"
#include <atoll/name.h>
#include <atoll/sys.h>
#include <inttypes.h>
#include <servers/file/protocol.h>
#include <stdbool.h>
#include <unistd.h>

#define SOON 1000 /* milliseconds: somebody waits for the numbers that we have already */

static const char usage[] =
    "usage: free [-s]\n"
    "Shows memory in frames of 4 KiB and in KiB, and how full the tree of files is.\n"
    "  -s  also what each address space may use, and uses\n";

static void line(const char *name, uint64_t frames)
{
	printf("%-8s %10" PRIu64 " %10" PRIu64 "\n", name, frames, frames * (PAGE_SIZE / 1024));
}

/* The tree of files: what was written lies in the file server's memory. */
static void files(void)
{
	struct file_usage tree;
	struct msg m = {
		.label = MSG_LABEL(FILE_USAGE, FILE_VERSION, 0, 0),
		.recv = &tree,
		.recv_bytes = sizeof tree,
	};
	int64_t file = name_lookup("file", DEADLINE_NOW);

	if (file < 0 || ipc_ask((cap_t)file, &m, time_in_ms(SOON)) != 0 ||
	    MSG_NBYTES(m.label) != sizeof tree)
		return;
	printf("%-8s %10" PRIu64 " %10" PRIu64 "   %" PRIu64 " of %" PRIu64 " names, %" PRIu64
	       " files open\n",
	    "written", tree.bytes_written / PAGE_SIZE, tree.bytes_written / 1024, tree.nodes,
	    tree.nodes_max, tree.open);
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

/* The kernel counts frames; what a space may use is its quota, which is a limit and no reservation.
 */
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
		files();
		result = by_space ? -spaces((cap_t)kernel) : 0;
	}
	if (result < 0) {
		errno = (int)-result;
		program_error("free", "kernel");
		return 1;
	}
	return program_end("free", 0, 1);
}
