/* tee: standard input to standard output, and to files. */
#include "program.h"
#include <fcntl.h>
#include <unistd.h>

#define BYTES 16384

static const char usage[] = "usage: tee [-a] [FILE ...]\n"
			    "Copies standard input to standard output and to each FILE.\n"
			    "  -a  adds to the files instead of replacing what is in them\n";

/* A file that could not be opened, or written, is left out from then on: fd -1. */
struct copy {
	const char *name;
	int fd;
};

static int fail(struct copy *copy)
{
	program_error("tee", copy->name);
	copy->fd = -1;
	return 1;
}

int main(int argc, char **argv)
{
	static char buffer[BYTES];
	int option, flags = O_TRUNC, status = 0, copies = 1;
	struct copy *copy = calloc((size_t)argc + 1, sizeof *copy);
	ssize_t count;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "a")) != -1) {
		if (option != 'a')
			program_usage(usage, 1);
		flags = O_APPEND;
	}
	if (!copy) {
		program_error("tee", "files");
		return 1;
	}
	copy[0] = (struct copy){ "standard output", STDOUT_FILENO };
	for (int i = optind; i < argc; i++) {
		struct copy *c = &copy[copies++];

		*c = (struct copy){ argv[i], open(argv[i], O_WRONLY | O_CREAT | flags, 0666) };
		if (c->fd < 0)
			status = fail(c);
	}
	while ((count = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
		for (int i = 0; i < copies; i++)
			if (copy[i].fd >= 0 && write(copy[i].fd, buffer, (size_t)count) != count)
				status = fail(&copy[i]);
	if (count < 0) {
		program_error("tee", "standard input");
		status = 1;
	}
	free(copy);
	return status;
}
