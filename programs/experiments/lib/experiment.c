/* Tables, messages and arguments of experiments: see experiment.h. */
#include "experiment.h"
#include "../../program.h"
#include <atoll/name.h>
#include <atoll/startup.h>
#include <inttypes.h>
#include <stdarg.h>

#define COLUMNS 16
#define NARROW  9 /* no column is narrower */

static const char *experiment;
static bool json;

static const char *table_name;
static struct {
	const char *head;
	int length, width;
} column[COLUMNS];
static unsigned columns, filled;

/* Whether a tick is an instruction: then nothing takes two of them (as in tests/bench). */
static bool counted(void)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < 16; i++) {
		uint64_t start = ticks(), taken = ticks() - start;

		most = taken > most ? taken : most;
	}
	return most < 16;
}

int experiment_begin(const char *name, int argc, char **argv, const char *usage)
{
	int left = 0;

	experiment = name;
	program_help(argc, argv, usage);
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) { /* behind it stand another program's */
			while (i < argc)
				argv[left++] = argv[i++];
		} else if (i > 0 && strcmp(argv[i], "--json") == 0) {
			json = true;
		} else {
			argv[left++] = argv[i];
		}
	}
	argv[left] = NULL;
	if (!counted())
		fprintf(stderr,
		    "%s: ticks are times here, and noisy: the pages' figures are of --icount\n",
		    name);
	return left;
}

bool experiment_json(void)
{
	return json;
}

int experiment_end(void)
{
	return program_end(experiment, 0, 1);
}

void experiment_fail(const char *what, int error)
{
	errno = error < 0 ? -error : error;
	program_error(experiment, what);
	exit(1);
}

int64_t must(int64_t result, const char *what)
{
	if (result < 0)
		experiment_fail(what, (int)result);
	return result;
}

uint64_t experiment_number(const char *what, const char *text, uint64_t least, uint64_t most)
{
	char *end;
	uint64_t value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value < least || value > most) {
		fprintf(stderr, "%s: %s: %s is from %" PRIu64 " to %" PRIu64 "\n", experiment, text,
		    what, least, most);
		exit(2);
	}
	return value;
}

void say(const char *text, ...)
{
	va_list arguments;

	if (json)
		return;
	va_start(arguments, text);
	vprintf(text, arguments);
	va_end(arguments);
}

/* ---- Tables ------------------------------------------------------------------------------------
 */

void table(const char *name, const char *heads)
{
	table_name = name;
	filled = 0;
	for (columns = 0; columns < COLUMNS && *heads; columns++) {
		column[columns].head = heads;
		column[columns].length = column[columns].width = (int)strcspn(heads, ":|");
		heads += column[columns].length;
		if (*heads == ':')
			column[columns].width = (int)strtol(heads + 1, (char **)&heads, 10);
		if (column[columns].width < NARROW)
			column[columns].width = NARROW;
		heads += *heads == '|';
	}
	for (unsigned i = 0; i < columns; i++)
		say("%s%*.*s", i ? "  " : "", column[i].width, column[i].length, column[i].head);
	say("\n");
}

static void begin_cell(void)
{
	if (!json) {
		printf("%s", filled ? "  " : "");
		return;
	}
	if (filled == 0)
		printf("{\"table\": \"%s\"", table_name);
	printf(", \"%.*s\": ", column[filled].length, column[filled].head);
}

static void end_cell(void)
{
	if (++filled < columns)
		return;
	printf(json ? "}\n" : "\n");
	filled = 0;
}

void cell(int64_t value)
{
	begin_cell();
	printf("%*" PRId64, json ? 0 : column[filled].width, value);
	end_cell();
}

void cell_milli(int64_t thousandths)
{
	uint64_t size = thousandths < 0 ? -(uint64_t)thousandths : (uint64_t)thousandths;
	char text[32];

	snprintf(text, sizeof text, "%s%" PRIu64 ".%03" PRIu64, thousandths < 0 ? "-" : "",
	    size / 1000, size % 1000);
	begin_cell();
	printf("%*s", json ? 0 : column[filled].width, text);
	end_cell();
}

/* Words of ours: nothing in them needs an escape. Those of a last column stand on the left. */
void cell_text(const char *text)
{
	begin_cell();
	if (json)
		printf("\"%s\"", text);
	else if (filled + 1 == columns)
		printf("%s", text);
	else
		printf("%*s", column[filled].width, text);
	end_cell();
}

/* ---- What they talk to -------------------------------------------------------------------------
 */

cap_t new_endpoint(void)
{
	return (cap_t)must(endpoint_create(), "endpoint");
}

cap_t server_named(const char *name)
{
	return (cap_t)must(name_lookup(name, DEADLINE_NOW), name);
}
