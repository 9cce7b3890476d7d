/* tlb: what the kernel knows of the TLB: tags, flushes made and avoided, since boot, while a
 * command ran, or while two processes played ping-pong. docs/tlb.md explains the numbers.
 *
 * The ping-pong: two processes call each other in turns, and each touches some pages when its turn
 * comes: pages of its own, or those of a window that both have mapped. */
#include <atoll/name.h>
#include <atoll/startup.h>
#include <atoll/sys.h>
#include <inttypes.h>
#include <stddef.h>

#include "../command.h"
#include "lib/experiment.h"

static const char usage[] =
    "usage: tlb [--json] [-p PAGES [-w] [-r ROUNDS] | -- COMMAND [ARGUMENT ...]]\n"
    "Shows how often the processor switched between address spaces, and what that cost its TLB.\n"
    "With a command: before it, after it, and the difference. The status is the command's.\n"
    "  -p PAGES   instead of a command: two processes call each other, and each touches so many\n"
    "             pages (1 to 256) in its turn\n"
    "  -r ROUNDS  so often (1000)\n"
    "  -w         pages of a window that both share, not of their own\n";

#define PAGES 0x500000000000ul

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

/* ---- The ping-pong -----------------------------------------------------------------------------
 */

static uint64_t pages, rounds = 1000;
static bool shared;

static void map_pages(cap_t memory)
{
	must(mem_map(memory, 0, PAGES, 0, pages * PAGE_SIZE, PROT_READ | PROT_WRITE), "pages");
}

static void touch_pages(void)
{
	for (uint64_t i = 0; i < pages; i++)
		++*(volatile uint64_t *)(PAGES + i * PAGE_SIZE);
}

/* The other one: answers when it has touched its pages. */
_Noreturn static void partner(void)
{
	const cap_t endpoint = startup_cap("endpoint");
	struct msg m = { 0 };

	map_pages(startup_cap("pages"));
	must(ipc_recv(endpoint, &m, DEADLINE_FOREVER), "partner");
	for (;;) {
		touch_pages();
		m.label = 0;
		must(ipc_reply_recv(m.token, &m, endpoint, DEADLINE_FOREVER), "partner");
	}
}

static void play(void)
{
	const cap_t ours = (cap_t)must(mem_create(pages * PAGE_SIZE), "pages");
	const cap_t theirs = shared ? ours : (cap_t)must(mem_create(pages * PAGE_SIZE), "pages");
	const cap_t endpoint = new_endpoint();
	const struct program_cap caps[] = { { "endpoint", endpoint, CAP_RECV, 0, 0, 0 },
		{ "pages", theirs, CAP_READ | CAP_WRITE, 0, 0, 0 }, { 0 } };
	char word[24];
	const char *const argv[] = { "tlb", "@partner", word, NULL };
	struct actor actor = { 0 };

	map_pages(ours);
	snprintf(word, sizeof word, "%" PRIu64, pages);
	actor_start(&actor, NULL, argv, caps, 0);
	for (uint64_t i = 0; i < rounds; i++) {
		struct msg m = { 0 };

		touch_pages();
		must(ipc_call(endpoint, &m, DEADLINE_FOREVER), "partner");
	}
	actor_stop(&actor);
}

/* ---- The program -------------------------------------------------------------------------------
 */

/* Returns whether there is something to be done between two looks at the counters. */
static bool options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "p:r:w")) != -1) {
		if (option == 'p')
			pages = experiment_number("pages", optarg, 1, 256);
		else if (option == 'r')
			rounds = experiment_number("rounds", optarg, 1, 1000000);
		else if (option == 'w')
			shared = true;
		else
			program_usage(usage, 2);
	}
	if ((optind < argc && (pages || strcmp(argv[optind - 1], "--") != 0)) ||
	    (optind == argc && optind > 1 && !pages))
		program_usage(usage, 2);
	return argc > 1;
}

int main(int argc, char **argv)
{
	struct info_system before, after;
	int64_t kernel;
	int error, status = 0;
	bool busy;

	if (argc == 3 && strcmp(argv[1], "@partner") == 0) {
		pages = experiment_number("pages", argv[2], 1, 256);
		partner();
	}
	argc = experiment_begin("tlb", argc, argv, usage);
	busy = options(argc, argv);
	kernel = name_lookup("kernel", DEADLINE_NOW);
	error = kernel < 0 ? (int)-kernel : ask((cap_t)kernel, &before);
	if (!error && busy) {
		if (pages)
			play();
		else
			status = command_run("tlb", argv + optind);
		error = ask((cap_t)kernel, &after);
	}
	if (error)
		experiment_fail("kernel", error);
	if (experiment_json())
		print_json(busy ? &before : NULL, busy ? &after : &before);
	else if (busy)
		print_difference(&before, &after);
	else
		print_totals(&before);
	return program_end("tlb", status, 1);
}
