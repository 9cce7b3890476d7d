/* more: a text by screenfuls. */
#include "files.h"
#include <atoll/tty.h>
#include <fcntl.h>
#include <servers/console/protocol.h>

static const char usage[] =
    "usage: more [FILE ...]\n"
    "Prints files a screen at a time. At the end of each: space goes on, Enter by one\n"
    "line, q ends. When standard output is no terminal it prints everything.\n";

static unsigned rows, columns, left; /* rows of the screen; those until the next pause */
static int terminal = -1;            /* where keys come from */

/* Keys are taken as they are typed; the terminal is put back whatever comes. */
static int key(void)
{
	unsigned char c = 'q';

	fputs("--more--", stdout);
	fflush(stdout);
	tty_command(terminal, TTY_SET_MODE, TTY_RAW);
	if (read(terminal, &c, 1) != 1)
		c = 'q';
	tty_command(terminal, TTY_SET_MODE, 0);
	fputs("\r        \r", stdout);
	return c;
}

static void pause_at_end(void)
{
	int c;

	if (rows == 0 || left > 0)
		return;
	do
		c = key();
	while (c != ' ' && c != '\r' && c != '\n' && c != 'q' && c != 3);
	if (c == 'q' || c == 3)
		exit(0);
	left = c == ' ' ? rows - 1 : 1;
}

static int show(FILE *file, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	(void)name;
	while (!ferror(stdout) && (length = getline(&line, &room, file)) > 0) {
		unsigned high = columns ? (unsigned)(length - 1) / columns + 1 : 1;

		pause_at_end();
		fwrite(line, 1, (size_t)length, stdout);
		left = high < left ? left - high : 0;
	}
	free(line);
	return ferror(file) ? -1 : 0;
}

int main(int argc, char **argv)
{
	program_help(argc, argv, usage);
	if (getopt(argc, argv, "") != -1)
		program_usage(usage, 1);
	if (tty_size(STDOUT_FILENO, &rows, &columns) == 0) {
		/* What is read is perhaps a pipe, so keys come from where the output goes. */
		terminal = STDOUT_FILENO;
		left = rows - 1;
	}
	return program_end("more", files_each(argc, argv, "more", show), 1);
}
