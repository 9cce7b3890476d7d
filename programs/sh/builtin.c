/* Commands that change the shell itself, so that no program could do them. */
#include "shell.h"
#include "variables.h"
#include <errno.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 1024
#define READ_BYTES 4096 /* of a line for `read`; more is the next one */

/* PWD and OLDPWD follow; without an argument it is HOME, with "-" where one was before. */
static int builtin_cd(int argc, char **argv)
{
	const char *to = argc > 1 ? argv[1] : variable_get("HOME");
	char before[PATH_BYTES], now[PATH_BYTES];

	if (argc > 2) {
		complain("cd: too many arguments");
		return 2;
	}
	if (argc > 1 && strcmp(to, "-") == 0) {
		to = variable_get("OLDPWD");
		if (!to) {
			complain("cd: there was no directory before this one");
			return 1;
		}
		puts(to);
	}
	to = to && *to ? to : "/";
	if (!getcwd(before, sizeof before))
		before[0] = '\0';
	if (chdir(to) != 0) {
		complain("cd: %s: %s", to, strerror(errno));
		return 1;
	}
	variable_set("OLDPWD", before);
	if (getcwd(now, sizeof now))
		variable_set("PWD", now);
	return 0;
}

static int builtin_pwd(int argc, char **argv)
{
	char now[PATH_BYTES];

	(void)argc, (void)argv;
	if (!getcwd(now, sizeof now)) {
		complain("pwd: %s", strerror(errno));
		return 1;
	}
	puts(now);
	return 0;
}

/* A whole number from 0 on, or -1. */
static long number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text && !*end && n >= 0 ? n : -1;
}

/* A pid; or of a job that is named "%N" by its number or its place in the list. -1: neither. */
static long process_number(const char *text)
{
	long n = number(text + (*text == '%'));

	return *text == '%' && n > 0 ? jobs_find(n) : n;
}

static int builtin_exit(int argc, char **argv)
{
	long status = argc > 1 ? number(argv[1]) : shell.status;

	if (argc > 2 || status < 0) {
		complain("exit: %s: a number is wanted", argc > 2 ? argv[2] : argv[1]);
		status = 2;
	}
	leave_shell((int)(status & 0xff));
}

static void list_exported(void)
{
	const char *text;
	bool exported;

	for (size_t i = 0; (text = variable_list(i, &exported)) != NULL; i++)
		if (exported)
			printf("export %s\n", text);
}

/* Names may come with values; without any name the exported ones are listed. */
static int builtin_export(int argc, char **argv)
{
	int status = 0;

	if (argc == 1)
		list_exported();
	for (int i = 1; i < argc; i++) {
		size_t length = assignment_name(argv[i]);

		if (length) {
			argv[i][length] = '\0';
			variable_set(argv[i], argv[i] + length + 1);
		} else if (!*argv[i] || argv[i][name_length(argv[i])]) {
			complain("export: %s: not a name", argv[i]);
			status = 1;
			continue;
		}
		variable_export(argv[i]);
	}
	return status;
}

static int builtin_unset(int argc, char **argv)
{
	bool function = argc > 1 && strcmp(argv[1], "-f") == 0;

	for (int i = 1 + function; i < argc; i++) {
		if (function)
			function_forget(argv[i]);
		else
			variable_unset(argv[i]);
	}
	return 0;
}

static int builtin_wait(int argc, char **argv)
{
	int status = 0;

	if (argc == 1)
		return jobs_wait(0);
	for (int i = 1; i < argc; i++) {
		long pid = process_number(argv[i]);

		status = pid > 0 ? jobs_wait((pid_t)pid) : STATUS_NOT_FOUND;
		if (status == STATUS_NOT_FOUND)
			complain("wait: %s: not a job of this shell", argv[i]);
	}
	return status;
}

/* The program `kill` does the same and more, but cannot be started when something else takes all
 * memory or all time, which is when it is needed most. */
static int builtin_kill(int argc, char **argv)
{
	int status = 0, first = argv[1][0] == '-' ? 2 : 1;
	int signal = first == 2 ? (int)number(argv[1] + 1) : SIGTERM;

	for (int i = first; i < argc; i++) {
		if (kill((pid_t)process_number(argv[i]), signal) == 0)
			continue;
		fprintf(stderr, "kill: %s: %s\n", argv[i],
		    errno == ESRCH ? "no such process" : strerror(errno));
		status = 1;
	}
	return status;
}

/* kill [-NUMBER] PID... of programs: the builtin can do that. Names and servers are the program's.
 */
static bool kills_programs(char *const *argument)
{
	size_t i = 1;

	if (strcmp(argument[0], "kill") != 0)
		return false;
	if (argument[i] && argument[i][0] == '-' && number(argument[i] + 1) >= 0 &&
	    number(argument[i] + 1) < NSIG)
		i++;
	if (!argument[i])
		return false;
	for (; argument[i]; i++)
		if (process_number(argument[i]) < PROCESS_FIRST ||
		    process_number(argument[i]) > INT32_MAX)
			return false;
	return true;
}

static int builtin_jobs(int argc, char **argv)
{
	(void)argc, (void)argv;
	jobs_list();
	return 0;
}

/* Waits for a job as if it had been started without &: Ctrl-C is for it. It goes on without the
 * terminal's input. */
static int builtin_fg(int argc, char **argv)
{
	long pid = argc > 1 ? process_number(argv[1]) : 0;
	int status = argc > 2 || pid < 0 ? STATUS_NOT_FOUND : jobs_foreground((pid_t)pid);

	if (status == STATUS_NOT_FOUND)
		complain("fg: %s: not a job of this shell", argc > 1 ? argv[1] : "the last one");
	return status;
}

/* Both, by the name: [N] loops from the inside. */
static int builtin_break(int argc, char **argv)
{
	long count = argc > 1 ? number(argv[1]) : 1;

	if (shell.loops == 0 || count < 1 || argc > 2) {
		complain("%s: %s", argv[0],
		    shell.loops == 0 ? "there is no loop here" : "a number from 1 on is wanted");
		return 2;
	}
	shell.leaving = count < (long)shell.loops ? (unsigned)count : shell.loops;
	shell.again = strcmp(argv[0], "continue") == 0;
	return 0;
}

/* The next word of a line, which moves behind it and the blanks that follow; the last is all that
 * is left. */
static char *split_word(char **line, bool last)
{
	char *word = *line + strspn(*line, " \t"), *end = word + strcspn(word, " \t");

	if (last) {
		for (end = word + strlen(word); end > word && strchr(" \t", end[-1]); end--)
			;
		*end = '\0';
		*line = end;
		return word;
	}
	*line = end + (*end != '\0');
	*end = '\0';
	return word;
}

/* One line of standard input into variables. Byte by byte: what follows is for others. A backslash
 * is one as any. */
static int builtin_read(int argc, char **argv)
{
	int first = argc > 1 && strcmp(argv[1], "-r") == 0 ? 2 : 1;
	size_t length = 0;
	char line[READ_BYTES], *rest = line;
	ssize_t got = 0;

	if (first == argc) {
		complain("read: a name is wanted");
		return 2;
	}
	while (length < sizeof line - 1 && (got = read(STDIN_FILENO, line + length, 1)) == 1 &&
	    line[length] != '\n')
		length++;
	line[length] = '\0';
	for (int i = first; i < argc; i++) {
		if (!*argv[i] || argv[i][name_length(argv[i])]) {
			complain("read: %s: not a name", argv[i]);
			return 2;
		}
		variable_set(argv[i], split_word(&rest, i == argc - 1));
	}
	return got != 1;
}

/* [N]: $N+1 becomes $1, and so on. $0 stays. */
static int builtin_shift(int argc, char **argv)
{
	long count = argc > 1 ? number(argv[1]) : 1;
	char **argument = shell.arguments + 1;

	for (long i = 0; i < count; i++)
		if (!argument[i])
			return 1;
	if (count < 0) {
		complain("shift: %s: a number is wanted", argv[1]);
		return 2;
	}
	do
		*argument = argument[count];
	while (*argument++);
	return 0;
}

/* ":" does nothing. */
static int builtin_nothing(int argc, char **argv)
{
	(void)argc, (void)argv;
	return 0;
}

static const struct {
	const char *name;
	builtin *function;
} builtins[] = {
	{ "cd", builtin_cd },
	{ "pwd", builtin_pwd },
	{ "exit", builtin_exit },
	{ "export", builtin_export },
	{ "unset", builtin_unset },
	{ "wait", builtin_wait },
	{ "jobs", builtin_jobs },
	{ "fg", builtin_fg },
	{ "set", builtin_set },
	{ "eval", builtin_eval },
	{ "exec", builtin_exec },
	{ "local", builtin_local },
	{ "trap", builtin_trap },
	{ "type", builtin_type },
	{ ".", builtin_dot },
	{ "source", builtin_dot },
	{ "return", builtin_return },
	{ "break", builtin_break },
	{ "continue", builtin_break },
	{ "read", builtin_read },
	{ "shift", builtin_shift },
	{ "test", builtin_test },
	{ "[", builtin_test },
	{ ":", builtin_nothing },
};
#define BUILTINS (sizeof builtins / sizeof *builtins)

/* Looked for before programs: a program of the same name is run by its path. */
builtin *find_builtin(char *const *argument)
{
	for (size_t i = 0; i < BUILTINS; i++)
		if (strcmp(builtins[i].name, argument[0]) == 0)
			return builtins[i].function;
	return kills_programs(argument) ? builtin_kill : NULL;
}

const char *builtin_name(size_t n)
{
	return n < BUILTINS ? builtins[n].name : NULL;
}
