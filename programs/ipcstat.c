/* ipcstat: how many messages there were, and what came with them: since boot, while a command ran,
 * or in each interval. */
#include "command.h"
#include "kernel.h"
#include <stddef.h>

#define MOST_MS 3600000

static const char usage[] =
    "usage: ipcstat [-d MS [-n TIMES] | -- COMMAND [ARGUMENT ...]]\n"
    "Counts messages (calls and replies), and switches, flushes of the TLB, ... for each of them.\n"
    "Since boot; or while the command ran, and then the status is its; or a line for each MS\n"
    "milliseconds, TIMES times (else until Ctrl-C).\n";

static const struct {
	const char *name, *column;
	size_t offset; /* in struct info_system, of a u64 */
} rows[] = {
	{ "messages", "messages", offsetof(struct info_system, messages) },
	{ "system calls", "calls", offsetof(struct info_system, calls) },
	{ "switches of threads", "switches", offsetof(struct info_system, switches) },
	{ "switches of spaces", "spaces", offsetof(struct info_system, space_switches) },
	{ "full flushes of the TLB", "flushes", offsetof(struct info_system, full_flushes) },
	{ "pages flushed one by one", "pages", offsetof(struct info_system, page_flushes) },
	{ "faults", "faults", offsetof(struct info_system, faults) },
	{ "interrupts", "interrupts", offsetof(struct info_system, interrupts) },
};
#define ROWS (sizeof rows / sizeof *rows)

static uint64_t since(const struct info_system *now, const struct info_system *before, size_t row)
{
	uint64_t a, b;

	memcpy(&a, (const char *)now + rows[row].offset, sizeof a);
	memcpy(&b, (const char *)before + rows[row].offset, sizeof b);
	return a - b;
}

static void print_all(const struct info_system *now, const struct info_system *before)
{
	const uint64_t messages = since(now, before, 0);

	printf("%-26s %10s %12s\n", "", "number", "a message");
	for (size_t i = 0; i < ROWS; i++) {
		const uint64_t count = since(now, before, i), each = kernel_share(count, messages);

		printf("%-26s %10" PRIu64, rows[i].name, count);
		if (messages)
			printf(" %8" PRIu64 ".%03" PRIu64, each / 1000, each % 1000);
		putchar('\n');
	}
}

static int intervals(cap_t kernel, unsigned long ms, unsigned long times)
{
	struct info_system before = kernel_system("ipcstat", kernel);

	for (size_t i = 0; i < ROWS; i++)
		printf("%11s", rows[i].column);
	printf("     idle %%\n");
	for (unsigned long turn = 0; !times || turn < times; turn++) {
		struct info_system now;
		uint64_t idle;

		usleep((useconds_t)(ms * 1000));
		now = kernel_system("ipcstat", kernel);
		idle = kernel_share(now.idle_ns - before.idle_ns, now.uptime_ns - before.uptime_ns);
		for (size_t i = 0; i < ROWS; i++)
			printf("%11" PRIu64, since(&now, &before, i));
		printf("%9" PRIu64 ".%" PRIu64 "\n", idle / 10, idle % 10);
		if (program_end("ipcstat", 0, 1))
			return 1;
		before = now;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct info_system before = { 0 }, now;
	const bool command = argc > 1 && !strcmp(argv[1], "--");
	unsigned long ms = 0, times = 0;
	int option, status = 0;
	cap_t kernel;

	program_help(argc, argv, usage);
	while (!command && (option = getopt(argc, argv, "d:n:")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		*(option == 'd' ? &ms : &times) = kernel_number("ipcstat", optarg, MOST_MS);
	}
	if (command ? argc == 2 : optind < argc || (times && !ms))
		program_usage(usage, 2);
	kernel = kernel_open("ipcstat");
	if (ms)
		return intervals(kernel, ms, times);
	if (command) {
		before = kernel_system("ipcstat", kernel);
		status = command_run("ipcstat", argv + 2);
	}
	now = kernel_system("ipcstat", kernel);
	print_all(&now, &before);
	return program_end("ipcstat", status, 1);
}
