/* date: the time, as the system has it. */
#include "program.h"
#include <ctype.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: date [-d @SECONDS] [+FORMAT]\n"
    "Prints the time. It counts from boot, which is 1970-01-01 00:00: nobody reads the\n"
    "machine's clock.\n"
    "  -d @SECONDS  that time    +FORMAT  as strftime has it: date +%H:%M:%S\n";

#define TEXT_BYTES 4096

int main(int argc, char **argv)
{
	const char *format = "%a %b %e %H:%M:%S UTC %Y";
	char text[TEXT_BYTES] = "", *end = NULL;
	time_t when = time(NULL);
	struct tm *parts;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "d:")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		when = optarg[0] == '@' ? (time_t)strtoll(optarg + 1, &end, 10) : 0;
		if (!end || !optarg[1] || *end) {
			fprintf(stderr, "date: %s: not a time\n", optarg);
			return 1;
		}
	}
	if (argc - optind > 1 || (optind < argc && argv[optind][0] != '+'))
		program_usage(usage, 1);
	if (optind < argc)
		format = argv[optind] + 1;
	parts = gmtime(&when);
	if (!parts) {
		program_error("date", "the time");
		return 1;
	}
	if (*format && strftime(text, sizeof text, format, parts) == 0) {
		fprintf(
		    stderr, "date: the format gives nothing, or more than %d bytes\n", TEXT_BYTES);
		return 1;
	}
	puts(text);
	return program_end("date", 0, 1);
}
