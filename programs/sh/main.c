/* The shell. Commands come from the terminal (or whatever standard input is), from a file, or from
 * `-c TEXT`. */
#include "shell.h"
#include "variables.h"
#include <atoll/tty.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/console/protocol.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES 4096
#define MOTD       "/etc/motd"
#define INIT_LAST  15 /* pids up to here are what init starts: the shell that greets */

struct shell shell;

static const char usage[] =
    "usage: sh [-e] [-x] [FILE [ARGUMENT ...]]\n"
    "       sh [-e] [-x] -c TEXT [NAME [ARGUMENT ...]]\n"
    "Runs commands from FILE, from TEXT, or from standard input. `help` tells what\n"
    "can be typed.\n"
    "  -e  ends when a command fails    -x  shows each command before it is run\n";

/* ---- Reading --------------------------------------------------------------------------------- */

/* A text that grows. */
struct text {
	char *bytes;
	size_t length, room;
};

static void append(struct text *text, const char *bytes, size_t count)
{
	if (text->length + count + 1 > text->room) {
		text->room = 2 * (text->length + count + 1);
		text->bytes = realloc(text->bytes, text->room);
		if (!text->bytes) {
			complain("out of memory");
			exit(STATUS_SYNTAX);
		}
	}
	memcpy(text->bytes + text->length, bytes, count);
	text->length += count;
	text->bytes[text->length] = '\0';
}

/* Adds one line with its newline. Of a file only one byte is read at a time: what follows the line
 * may be for the programs that it starts. 1: done; 0: the end (perhaps after part of a line); -1:
 * Ctrl-C, or an error. */
static int read_line(struct text *text)
{
	char bytes[LINE_BYTES];
	size_t wanted = shell.has_terminal ? sizeof bytes : 1, before = text->length;

	for (;;) {
		ssize_t count = shell.interactive ? read_typed(bytes, sizeof bytes)
						  : read(STDIN_FILENO, bytes, wanted);

		if (count < 0 && (errno == EPIPE || errno == EAGAIN)) {
			/* The console died, and is there again in a moment; or it was too busy. */
			nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
			continue;
		}
		if (count < 0)
			return -1;
		if (count == 0)
			return text->length > before;
		append(text, bytes, (size_t)count);
		if (bytes[count - 1] == '\n')
			return 1;
	}
}

static void prompt(bool more)
{
	char cwd[LINE_BYTES];

	if (!shell.interactive)
		return;
	if (more)
		printf("> ");
	else
		printf("atoll:%s$ ", getcwd(cwd, sizeof cwd) ? cwd : "?");
	fflush(stdout);
}

/* Reads until the commands are complete. False: the end of input. */
static bool read_commands(struct text *text, struct list *list)
{
	struct syntax_error error;
	int got;

	for (text->length = 0;;) {
		got = read_line(text);
		if (got <= 0)
			break;
		if (text->bytes[text->length - 1] == '\n')
			text->bytes[--text->length] = '\0';
		if (parse(text->bytes, list, &error))
			return true;
		if (!error.incomplete) {
			report_syntax_error(text->bytes, NULL, &error);
			shell.status = STATUS_SYNTAX;
			return true;
		}
		append(text, "\n", 1);
		prompt(true);
	}
	if (got < 0 && errno == EINTR) {
		shell.status = STATUS_SIGNAL(SIGINT);
		trap_child_interrupted(); /* nobody is in front: it was meant for us */
		return true;
	}
	if (got < 0)
		complain("standard input: %s", strerror(errno));
	else if (text->length > 0)
		report_syntax_error(text->bytes, NULL, &error);
	if (got == 0 && text->length > 0 && shell.interactive) {
		/* Ctrl-D in the middle of a command ends that, but not the shell. */
		shell.status = STATUS_SYNTAX;
		return true;
	}
	return false;
}

/* ---- Where commands come from ---------------------------------------------------------------- */

/* What a program left the terminal in is not what a person wants to type at. */
static void mend_terminal(void)
{
	if (shell.has_terminal) {
		tty_command(STDIN_FILENO, TTY_SET_MODE, 0);
		tty_command(STDIN_FILENO, TTY_SET_FOREGROUND, 0);
		traps_begin(); /* a process server that was restarted knows nothing of us */
	}
}

/* The shell as a person knows it: tell of jobs, prompt, read, run, until the end of input. While it
 * runs something, it is in front itself: Ctrl-C leaves a loop of builtins, too. */
static void run_input(void)
{
	struct text text = { 0 };
	struct list list = { 0 };

	for (;;) {
		traps_run();
		if (shell.interactive) {
			jobs_report();
			mend_terminal();
		}
		prompt(false);
		if (!read_commands(&text, &list))
			break;
		if (shell.interactive && list.commands)
			go_in_front(getpid());
		run_list(&list, text.bytes);
		list_free(&list);
		if (shell.interrupted && !shell.interactive)
			break;
	}
	if (shell.interactive)
		printf("exit\n");
	free(text.bytes);
}

/* A script is read as a whole before any of it is run, so a mistake at its end is told first. */
static int run_file(const char *name)
{
	struct text text = { 0 };
	char bytes[LINE_BYTES];
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t count = fd < 0 ? -1 : 0;

	append(&text, "", 0);
	while (fd >= 0 && (count = read(fd, bytes, sizeof bytes)) > 0)
		append(&text, bytes, (size_t)count);
	if (count < 0) {
		complain("%s: %s", name, strerror(errno));
		return shell.status =
			   fd < 0 && errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	}
	close(fd);
	run_text(text.bytes, name);
	free(text.bytes);
	return shell.status;
}

static void greet(void)
{
	char bytes[LINE_BYTES];
	int fd = getpid() <= INIT_LAST ? open(MOTD, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t count;

	while (fd >= 0 && (count = read(fd, bytes, sizeof bytes)) > 0)
		fwrite(bytes, 1, (size_t)count, stdout);
	if (fd >= 0)
		close(fd);
}

_Noreturn static void refuse(const char *option, const char *why)
{
	complain("%s: %s", option, why);
	fputs(usage, stderr);
	exit(STATUS_SYNTAX);
}

/* TEXT, FILE or standard input; only at the last may somebody type. */
int main(int argc, char **argv)
{
	extern char **environ;
	static char *no_arguments[] = { (char *)"sh", NULL };

	variables_import(environ);
	functions_import(environ);
	shell.arguments = argc > 0 ? argv : no_arguments;
	shell.has_terminal = isatty(STDIN_FILENO);
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	for (; argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "-c") != 0; argc--, argv++) {
		if (!set_options(argv[1]))
			refuse(argv[1], "unknown option");
	}
	if (argc == 2 && strcmp(argv[1], "-c") == 0)
		refuse("-c", "text is wanted");
	if (argc > 2 && strcmp(argv[1], "-c") == 0) {
		shell.arguments = argc > 3 ? argv + 3 : no_arguments;
		run_text(argv[2], NULL);
	} else if (argc > 1) {
		shell.arguments = argv + 1;
		run_file(argv[1]);
	} else {
		shell.interactive = shell.has_terminal;
		if (shell.interactive)
			greet();
		run_input();
	}
	run_exit_trap();
	if (shell.interrupted && !shell.interactive) {
		/* Who started us shall know, and stop as well. */
		fflush(stdout);
		raise(SIGINT);
	}
	return shell.status;
}
