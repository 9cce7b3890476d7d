/* uniq: lines that repeat the one before them are left out. */
#include "files.h"

static const char usage[] =
    "usage: uniq [-c] [-d | -u] [FILE]\n"
    "Prints each line once of those that are equal and follow one another.\n"
    "  -c  with how many there were    -d  only repeated ones    -u  only single ones\n";

static bool counts, only_repeated, only_single;

static void print(const char *line, size_t length, unsigned long count)
{
	if ((only_repeated && count == 1) || (only_single && count > 1))
		return;
	if (counts)
		printf("%7lu ", count);
	fwrite(line, 1, length, stdout);
	putchar('\n');
}

static int pass(FILE *file, const char *name)
{
	char *line[2] = { NULL, NULL };
	size_t room[2] = { 0, 0 }, length[2] = { 0, 0 };
	unsigned long count = 0;
	unsigned now = 0; /* the line being read; the other one is the last that was new */
	ssize_t got;

	(void)name;
	while (!ferror(stdout) && (got = getline(&line[now], &room[now], file)) > 0) {
		length[now] = (size_t)got - (line[now][got - 1] == '\n');
		if (count > 0 && length[0] == length[1] &&
		    memcmp(line[0], line[1], length[0]) == 0) {
			count++;
			continue;
		}
		if (count > 0)
			print(line[!now], length[!now], count);
		count = 1;
		now = !now;
	}
	if (count > 0)
		print(line[!now], length[!now], count);
	free(line[0]);
	free(line[1]);
	return ferror(file) ? -1 : 0;
}

int main(int argc, char **argv)
{
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "cdu")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		counts = counts || option == 'c';
		only_repeated = only_repeated || option == 'd';
		only_single = only_single || option == 'u';
	}
	if (argc - optind > 1)
		program_usage(usage, 1);
	return program_end("uniq", files_each(argc, argv, "uniq", pass), 1);
}
