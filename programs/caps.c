/* caps: the capabilities in a process's table: what it can do is what stands there. */
#include "kernel.h"
#include <stdbool.h>

static const char usage[] =
    "usage: caps [PID|NAME ...]\n"
    "Shows the capabilities that processes hold: what they name, the rights to it, and the\n"
    "badge. Without PID or NAME: how many each process holds, of what kind.\n"
    "Rights: s send  r receive  n notify  R read  W write  X execute  S space  T thread\n"
    "        i interrupts  p ports  k look at the kernel  P power  c trace  t may be passed on\n";

#define KINDS 7
static const char *const kinds[KINDS] = { "space", "thread", "endpoint", "memory", "irq", "ports",
	"kernel" };

static const struct {
	uint32_t right;
	char letter;
} rights[] = { { CAP_SEND, 's' }, { CAP_RECV, 'r' }, { CAP_NOTIFY, 'n' }, { CAP_READ, 'R' },
	{ CAP_WRITE, 'W' }, { CAP_EXECUTE, 'X' }, { CAP_SPACE, 'S' }, { CAP_THREAD, 'T' },
	{ CAP_IRQ, 'i' }, { CAP_PORTS, 'p' }, { CAP_INFO, 'k' }, { CAP_POWER, 'P' },
	{ CAP_TRACE, 'c' }, { CAP_TRANSFER, 't' } };

static cap_t kernel;

/* Calls a function for each capability of a space. */
static void each(uint32_t space, void (*function)(const struct info_cap *cap, void *all), void *all)
{
	struct info_cap cap[8];
	uint32_t index = 0;
	int64_t bytes;

	while (
	    (bytes = kernel_info(kernel, INFO_CAPS, INFO_CAP(space, index), cap, sizeof cap)) > 0) {
		size_t count = (size_t)bytes / sizeof *cap;

		for (size_t i = 0; i < count; i++)
			function(&cap[i], all);
		index = cap[count - 1].index + 1;
	}
	if (bytes < 0)
		kernel_fails("caps", "the kernel does not tell", bytes);
}

static const char *rights_of(const struct info_cap *cap)
{
	static char letters[sizeof rights / sizeof *rights + 1];
	char *to = letters;

	for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
		if (cap->rights & rights[i].right)
			*to++ = rights[i].letter;
	*to = '\0';
	return letters;
}

/* What it names, for people. */
static const char *object_of(const struct info_cap *cap)
{
	static char text[64];

	switch (cap->type) {
	case INFO_CAP_SPACE:
		snprintf(text, sizeof text, "%s", cap->name);
		break;
	case INFO_CAP_THREAD:
		snprintf(text, sizeof text, "%" PRIu64 " of %s", cap->what & 0xffff, cap->name);
		break;
	case INFO_CAP_ENDPOINT:
		snprintf(text, sizeof text, "%s", *cap->name ? cap->name : "(nobody receives)");
		break;
	case INFO_CAP_MEMORY:
		snprintf(text, sizeof text, "%" PRIu64 " KiB", cap->what / 1024);
		break;
	case INFO_CAP_PORTS:
		snprintf(text, sizeof text, cap->badge ? "0x%" PRIx64 "+%" PRIu64 : "all",
		    cap->badge & 0xffff, cap->badge >> 16);
		break;
	case INFO_CAP_IRQ:
		snprintf(text, sizeof text, cap->badge ? "lines 0x%" PRIx64 : "all", cap->badge);
		break;
	default:
		*text = '\0';
	}
	return cap->dead ? "(dead)" : text;
}

static void print(const struct info_cap *cap, void *all)
{
	char badge[24] = "-";

	(void)all;
	if (cap->badge)
		snprintf(badge, sizeof badge, "0x%" PRIx64, cap->badge);
	printf("%6u  %-9s %-20s %-8s %s\n", cap->index, cap->type < KINDS ? kinds[cap->type] : "?",
	    object_of(cap), rights_of(cap), badge);
}

static void count(const struct info_cap *cap, void *all)
{
	unsigned *counts = all;

	counts[cap->type < KINDS ? cap->type : 0]++;
}

/* One line a space, of all there are; or for one that is wanted all that it holds. False: there is
 * none such. */
static bool show(const char *wanted)
{
	struct info_space space;
	bool found = false;

	for (uint64_t next = 0;
	     kernel_info(kernel, INFO_SPACES, next, &space, sizeof space) == sizeof space;
	     next = space.id + 1ull) {
		unsigned counts[KINDS] = { 0 };
		char pid[24];

		snprintf(pid, sizeof pid, "%" PRIu64, space.tag);
		if (wanted && strcmp(wanted, pid) != 0 && strcmp(wanted, space.name) != 0)
			continue;
		found = true;
		if (wanted) {
			printf(
			    "%s (pid %s)\n INDEX  KIND      OBJECT               RIGHTS   BADGE\n",
			    space.name, pid);
			each(space.id, print, NULL);
			continue;
		}
		each(space.id, count, counts);
		printf("%5s %-15s %5u", pid, space.name, space.caps);
		for (unsigned kind = 0; kind < KINDS; kind++)
			printf(" %8u", counts[kind]);
		printf("\n");
	}
	return found;
}

int main(int argc, char **argv)
{
	int status = 0;

	program_help(argc, argv, usage);
	if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--") != 0)
		program_usage(usage, 2);
	kernel = kernel_open("caps");
	if (argc == 1) {
		printf("  PID NAME            TOTAL");
		for (unsigned kind = 0; kind < KINDS; kind++)
			printf(" %8s", kinds[kind]);
		printf("\n");
		show(NULL);
	}
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0 || show(argv[i]))
			continue;
		fflush(stdout);
		fprintf(stderr, "caps: %s: no process of that pid or name\n", argv[i]);
		status = 1;
	}
	return program_end("caps", status, 1);
}
