/* Commands with commands inside: loops, conditions, branches, and "$(...)".
 *
 * break and continue set shell.leaving: lists stop then, and each loop on the way out counts it
 * down. */
#include "shell.h"
#include "variables.h"
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_true(const struct list *condition, const char *text)
{
	shell.tested++;
	run_inside(condition, text);
	shell.tested--;
	return shell.status == 0;
}

/* One turn of a loop. False: it was the last. */
static bool turn(const struct list *body, const char *text, int *status)
{
	run_inside(body, text);
	*status = shell.status;
	if (shell.leaving) {
		if (--shell.leaving > 0 || !shell.again)
			return false;
		shell.again = false;
	}
	return !list_is_left();
}

static int run_if(const struct command *command, const char *text)
{
	const struct list *part =
	    is_true(command->condition, text) ? command->body : command->otherwise;

	if (list_is_left())
		return shell.status;
	if (!part)
		return 0;
	run_inside(part, text);
	return shell.status;
}

static int run_while(const struct command *command, const char *text)
{
	bool wanted = command->kind == COMMAND_WHILE;
	int status = 0;

	shell.loops++;
	while (is_true(command->condition, text) == wanted && !list_is_left())
		if (!turn(command->body, text, &status))
			break;
	shell.loops--;
	return shell.interrupted || shell.returning ? shell.status : status;
}

static int run_for(const struct command *command, const char *text)
{
	struct arguments items = { 0 };
	int status = 0;

	for (size_t i = 1; i < command->words; i++)
		expand_word(&expander, command->word[i], &items);
	if (!command->listed)
		expand_word(&expander, "\"$@\"", &items);
	shell.loops++;
	for (size_t i = 0; i < items.count; i++) {
		variable_set(command->word[0], items.argument[i]);
		if (!turn(command->body, text, &status))
			break;
	}
	shell.loops--;
	arguments_free(&items);
	return shell.interrupted || shell.returning ? shell.status : status;
}

static bool branch_matches(const struct command *branch, const char *text)
{
	bool matches = false;

	for (size_t i = 0; i < branch->words && !matches; i++) {
		char *pattern = expand_pattern(&expander, branch->word[i]);

		matches = fnmatch(pattern, text, 0) == 0;
		free(pattern);
	}
	return matches;
}

/* The first branch of which a pattern matches. */
static int run_case(const struct command *command, const char *text)
{
	char *word = expand_text(&expander, command->word[0]);
	const struct list *branches = command->body, *body = NULL;
	size_t i = 0;

	while (i < branches->commands && !branch_matches(&branches->command[i], word))
		i++;
	free(word);
	if (i < branches->commands)
		body = branches->command[i].body;
	if (!body)
		return 0;
	run_inside(body, text);
	return shell.status;
}

/* ( ): another shell. */
static int run_subshell(const struct command *command, const char *text)
{
	const struct list *body = command->body;
	char *part = part_text(
	    text, body->command[0].whole, body->command, body->command + body->commands - 1);
	int status;
	pid_t pid = spawn_shell(part, &in_front, &status);

	free(part);
	return pid ? wait_in_front(pid, "( )") : status;
}

static int define(const struct command *command, const char *text)
{
	const struct command *body = command->body->command;
	char *part = part_text(text, body->start, body, body);

	function_define(command->word[0], part);
	free(part);
	return 0;
}

int run_compound(const struct command *command, const char *text)
{
	switch (command->kind) {
	case COMMAND_IF:
		return run_if(command, text);
	case COMMAND_FOR:
		return run_for(command, text);
	case COMMAND_CASE:
		return run_case(command, text);
	case COMMAND_SUBSHELL:
		return run_subshell(command, text);
	case COMMAND_FUNCTION:
		return define(command, text);
	case COMMAND_GROUP:
		run_inside(command->body, text);
		return shell.status;
	default:
		return run_while(command, text);
	}
}

char *read_all(int fd)
{
	size_t length = 0, room = 0;
	char *bytes = NULL;
	ssize_t count;

	do {
		if (length + 1 >= room) {
			char *more = realloc(bytes, 2 * room + 4096);

			if (!more)
				break;
			bytes = more;
			room = 2 * room + 4096;
		}
		count = read(fd, bytes + length, room - length - 1);
		length += count > 0 ? (size_t)count : 0;
	} while (count > 0);
	if (bytes)
		bytes[length] = '\0';
	return bytes;
}

char *command_output(const char *text, size_t length)
{
	struct place place = in_front;
	char *output, *copy;
	int64_t before;
	pid_t pid;
	int fd[2];

	shell.substituted = 1;
	if (pipe2(fd, O_CLOEXEC) != 0) {
		complain("no pipe: %s", strerror(errno));
		return NULL;
	}
	place.out = fd[1];
	copy = strndup(text, length);
	pid = copy ? spawn_shell(copy, &place, &shell.substituted) : 0;
	free(copy);
	close(fd[1]);
	before = pid ? go_in_front(pid) : 0;
	output = read_all(fd[0]);
	close(fd[0]);
	if (pid) {
		shell.substituted = wait_in_front(pid, "$(...)");
		come_back(before);
	}
	return output;
}
