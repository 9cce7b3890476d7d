/* wc: counts lines, words, bytes. */
#include "program.h"
#include <atoll/bulk.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

static const char usage[] =
    "usage: wc [-l] [-w] [-c] [FILE ...]\n"
    "Counts lines (-l), words (-w), bytes (-c); all three if none is named.\n"
    "\"-\" is standard input, and so is no FILE at all.\n";

struct counts {
	unsigned long lines, words, bytes;
};

static bool want_lines, want_words, want_bytes;

static int count(int fd, const char *name, struct counts *counts)
{
	bool in_word = false;
	const char *bytes;
	struct bulk bulk;
	ssize_t got;

	bulk_open(&bulk, fd);
	while ((got = bulk_next(&bulk, &bytes)) > 0) {
		counts->bytes += (unsigned long)got;
		for (ssize_t i = 0; i < got; i++) {
			bool blank = isspace((unsigned char)bytes[i]);

			counts->lines += bytes[i] == '\n';
			counts->words += !blank && !in_word;
			in_word = !blank;
		}
	}
	if (got < 0)
		program_error("wc", name);
	bulk_close(&bulk);
	return got < 0;
}

static int count_file(const char *name, struct counts *counts)
{
	int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY), status;

	if (fd < 0) {
		program_error("wc", name);
		return 1;
	}
	status = count(fd, name, counts);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}

static void print(const struct counts *counts, const char *name)
{
	const char *blank = "";

	if (want_lines)
		printf("%7lu", counts->lines), blank = " ";
	if (want_words)
		printf("%s%7lu", blank, counts->words), blank = " ";
	if (want_bytes)
		printf("%s%7lu", blank, counts->bytes);
	printf("%s%s\n", *name ? " " : "", name);
}

/* Counts each file, prints as it goes, and the sum if there were several. */
int main(int argc, char **argv)
{
	struct counts total = { 0 };
	int option, status = 0;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "lwc")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		want_lines = want_lines || option == 'l';
		want_words = want_words || option == 'w';
		want_bytes = want_bytes || option == 'c';
	}
	if (!want_lines && !want_words && !want_bytes)
		want_lines = want_words = want_bytes = true;
	if (optind == argc) {
		status = count(STDIN_FILENO, "standard input", &total);
		print(&total, "");
	}
	for (int i = optind; i < argc; i++) {
		struct counts counts = { 0 };

		if (count_file(argv[i], &counts) != 0) {
			status = 1;
			continue;
		}
		print(&counts, argv[i]);
		total.lines += counts.lines;
		total.words += counts.words;
		total.bytes += counts.bytes;
	}
	if (argc - optind > 1)
		print(&total, "total");
	return program_end("wc", status, 1);
}
