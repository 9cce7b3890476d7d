/* Builtins that change what the shell runs, and how: set, eval, exec, ., return, local; and type,
 * which tells what it would run. */
#include "shell.h"
#include "variables.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void list_variables(void)
{
	const char *text;
	bool exported;

	for (size_t i = 0; (text = variable_list(i, &exported)) != NULL; i++)
		puts(text);
}

/* All or none: -e must not end the shell for a letter that it does not know. */
bool set_options(const char *letters)
{
	bool on = *letters == '-';

	if (!letters[1] || letters[1 + strspn(letters + 1, "ex")])
		return false;
	if (strchr(letters, 'e'))
		shell.exit_on_error = on;
	if (strchr(letters, 'x'))
		shell.trace = on;
	return true;
}

/* [-ex] [+ex] [--] [ARGUMENT ...]; without any the variables are listed. */
int builtin_set(int argc, char **argv)
{
	int i = 1;

	if (argc == 1)
		list_variables();
	for (; i < argc && strchr("-+", argv[i][0]) && argv[i][0] && strcmp(argv[i], "--") != 0;
	     i++)
		if (!set_options(argv[i])) {
			complain("set: %s: unknown option", argv[i]);
			return 2;
		}
	if (i == argc)
		return 0;
	i += strcmp(argv[i], "--") == 0;
	if (set_arguments(argv + i))
		return 0;
	complain("set: out of memory");
	return 1;
}

int run_within(const char *text, const char *origin)
{
	struct syntax_error error;
	struct list list;

	if (!parse(text, &list, &error)) {
		report_syntax_error(text, origin, &error);
		return STATUS_SYNTAX;
	}
	run_inside(&list, text);
	list_free(&list);
	return shell.status;
}

/* All arguments, with blanks between them, are a text. */
int builtin_eval(int argc, char **argv)
{
	size_t bytes = 1;
	char *text, *to;
	int status;

	for (int i = 1; i < argc; i++)
		bytes += strlen(argv[i]) + 1;
	text = to = malloc(bytes);
	if (!text) {
		complain("eval: out of memory");
		return 1;
	}
	for (int i = 1; i < argc; i++) {
		to = stpcpy(to, argv[i]);
		*to++ = ' ';
	}
	*to = '\0';
	shell.status = 0;
	status = run_within(text, NULL);
	free(text);
	return status;
}

/* FILE: its commands, in this shell. */
int builtin_dot(int argc, char **argv)
{
	char *text;
	int fd, status;

	if (argc != 2) {
		complain(".: a file is wanted");
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	text = fd < 0 ? NULL : read_all(fd);
	if (!text) {
		complain(".: %s: %s", argv[1], strerror(errno));
		status = 1;
	} else {
		shell.status = 0;
		status = run_within(text, argv[1]);
		shell.returning = false;
	}
	if (fd >= 0)
		close(fd);
	free(text);
	return status;
}

/* [STATUS]: out of a function, or a file that `.` reads. */
int builtin_return(int argc, char **argv)
{
	char *end;
	long status = argc > 1 ? strtol(argv[1], &end, 10) : shell.status;

	if (argc > 2 || (argc > 1 && (*end || !*argv[1] || status < 0))) {
		complain("return: %s: a number is wanted", argv[argc - 1]);
		status = 2;
	}
	shell.returning = true;
	return (int)(status & 0xff);
}

/* [COMMAND]: a program in the shell's place: the shell waits, and ends as it did. Without one the
 * redirections stay. */
int builtin_exec(int argc, char **argv)
{
	static const struct command nothing;
	int status;
	pid_t pid;

	if (argc == 1) {
		shell.keeps_redirects = true;
		return 0;
	}
	pid = spawn(argv + 1, NULL, &nothing, NULL, &in_front, &status);
	if (pid)
		status = wait_in_front(pid, argv[1]);
	else if (shell.interactive)
		return status;
	exit(status);
}

/* NAME[=VALUE] ...: as it was, when the function returns. */
int builtin_local(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t length = assignment_name(argv[i]);
		char *value = length ? argv[i] + length + 1 : (char *)"";

		if (length)
			argv[i][length] = '\0';
		if (!*argv[i] || argv[i][name_length(argv[i])]) {
			complain("local: %s: not a name", argv[i]);
			return 2;
		}
		if (!function_local(argv[i])) {
			complain("local: we are in no function");
			return 2;
		}
		variable_set(argv[i], value);
	}
	return 0;
}

/* NAME ...: what is run by this name. */
int builtin_type(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		char *name[] = { argv[i], NULL }, *path;

		if (find_function(argv[i])) {
			printf("%s is a function\n", argv[i]);
		} else if (find_builtin(name)) {
			printf("%s is built into the shell\n", argv[i]);
		} else if ((path = find_program(argv[i])) != NULL) {
			printf("%s is %s\n", argv[i], path);
			free(path);
		} else {
			complain("type: %s: not found", argv[i]);
			status = 1;
		}
	}
	return status;
}
