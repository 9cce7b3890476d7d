/* cat: the contents of files, one behind the other. */
#include "program.h"
#include <atoll/bulk.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] = "usage: cat [-n] [FILE ...]\n"
			    "Prints files. \"-\" is standard input, and so is no FILE at all.\n"
			    "  -n  number the lines\n";

static bool numbered, at_start = true; /* of a line */
static unsigned long line;

/* All of it, to standard output. */
static bool put(const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t written = write(STDOUT_FILENO, bytes, count);

		if (written <= 0) {
			program_error("cat", "standard output");
			exit(1);
		}
		bytes += written;
		count -= (size_t)written;
	}
	return true;
}

static void put_numbered(const char *bytes, size_t count)
{
	char number[32];

	while (count > 0) {
		const char *newline = memchr(bytes, '\n', count);
		size_t length = newline ? (size_t)(newline + 1 - bytes) : count;

		if (at_start)
			put(number, (size_t)snprintf(number, sizeof number, "%6lu\t", ++line));
		put(bytes, length);
		at_start = newline != NULL;
		bytes += length;
		count -= length;
	}
}

/* Is this file what standard output writes to? It would never end. */
static bool is_output(int fd)
{
	struct stat in, out;

	return fstat(fd, &in) == 0 && fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(in.st_mode) &&
	    S_ISREG(out.st_mode) && in.st_ino == out.st_ino;
}

static int copy(int fd, const char *name)
{
	const char *bytes;
	struct bulk bulk;
	ssize_t count;

	if (is_output(fd)) {
		fprintf(stderr, "cat: %s is also the output\n", name);
		return 1;
	}
	bulk_open(&bulk, fd);
	while ((count = bulk_next(&bulk, &bytes)) > 0) {
		if (numbered)
			put_numbered(bytes, (size_t)count);
		else
			put(bytes, (size_t)count);
	}
	if (count < 0)
		program_error("cat", name);
	bulk_close(&bulk);
	return count < 0;
}

static int copy_file(const char *name)
{
	int fd = open(name, O_RDONLY), status;

	if (fd < 0) {
		program_error("cat", name);
		return 1;
	}
	status = copy(fd, name);
	close(fd);
	return status;
}

int main(int argc, char **argv)
{
	int option, status = 0;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "n")) != -1) {
		if (option != 'n')
			program_usage(usage, 1);
		numbered = true;
	}
	if (optind == argc)
		status = copy(STDIN_FILENO, "standard input");
	for (int i = optind; i < argc; i++)
		status |= strcmp(argv[i], "-") == 0 ? copy(STDIN_FILENO, "standard input")
						    : copy_file(argv[i]);
	return status;
}
