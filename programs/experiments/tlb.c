/* tlb: what the kernel knows of the TLB: tags, flushes made and avoided, since boot or while a
 * command ran. docs/tlb.md explains the numbers. */
#include <atoll/name.h>
#include <atoll/sys.h>
#include <inttypes.h>
#include <stddef.h>

#include "../command.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: tlb [--json] [-- COMMAND [ARGUMENT ...]]\n"
    "Shows how often the processor switched between address spaces, and what that cost its TLB.\n"
    "With a command: before it, after it, and the difference. The status is the command's.\n";

static const struct {
	const char *name;
	size_t offset; /* in struct info_system, of a u64 */
} rows[] = {
	{ "switches of spaces", offsetof(struct info_system, space_switches) },
	{ "  without a flush", offsetof(struct info_system, switches_unflushed) },
	{ "  with a full flush", offsetof(struct info_system, full_flushes) },
	{ "pages flushed one by one", offsetof(struct info_system, page_flushes) },
	{ "roll-overs of the tags", offsetof(struct info_system, pcid_rollovers) },
	{ "generation of the tags", offsetof(struct info_system, pcid_generation) },
};
#define ROWS (sizeof rows / sizeof *rows)

static uint64_t value(const struct info_system *info, size_t row)
{
	uint64_t found;

	memcpy(&found, (const char *)info + rows[row].offset, sizeof found);
	return found;
}

/* 0 or an error. */
static int ask(cap_t kernel, struct info_system *info)
{
	int64_t got = kernel_info(kernel, INFO_SYSTEM, 0, info, sizeof *info);

	return got < 0 ? (int)-got : got == sizeof *info ? 0 : EPROTO;
}

static void print_tags(const struct info_system *info)
{
	if (info->pcid_tags)
		printf("PCID: %u tags, %s INVPCID\n", info->pcid_tags,
		    info->invpcid ? "with" : "without");
	else
		printf("PCID: off, or the processor has none: each switch flushes\n");
}

static void print_totals(const struct info_system *now)
{
	print_tags(now);
	for (size_t i = 0; i < ROWS; i++)
		printf("%-26s %10" PRIu64 "\n", rows[i].name, value(now, i));
}

static void print_difference(const struct info_system *before, const struct info_system *after)
{
	print_tags(after);
	printf("%-26s %10s %10s %10s\n", "", "before", "after", "difference");
	for (size_t i = 0; i < ROWS; i++)
		printf("%-26s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n", rows[i].name,
		    value(before, i), value(after, i), value(after, i) - value(before, i));
}

/* What came since then, or since boot, for programs: the last row, which counts nothing, is left
 * out. */
static void print_json(const struct info_system *before, const struct info_system *after)
{
	table("tlb", "tags|switches|unflushed|flushed|pages|rollovers");
	cell(after->pcid_tags);
	for (size_t i = 0; i < ROWS - 1; i++)
		cell((int64_t)(value(after, i) - (before ? value(before, i) : 0)));
}

int main(int argc, char **argv)
{
	struct info_system before, after;
	int64_t kernel;
	int error, status = 0;
	bool command;

	argc = experiment_begin("tlb", argc, argv, usage);
	command = argc > 1;
	if (command && (strcmp(argv[1], "--") != 0 || argc == 2))
		program_usage(usage, 2);
	kernel = name_lookup("kernel", DEADLINE_NOW);
	error = kernel < 0 ? (int)-kernel : ask((cap_t)kernel, &before);
	if (!error && command) {
		status = command_run("tlb", argv + 2);
		error = ask((cap_t)kernel, &after);
	}
	if (error) {
		errno = error;
		program_error("tlb", "kernel");
		return 1;
	}
	if (experiment_json())
		print_json(command ? &before : NULL, command ? &after : &before);
	else if (command)
		print_difference(&before, &after);
	else
		print_totals(&before);
	return program_end("tlb", status, 1);
}
