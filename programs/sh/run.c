/* Carrying out what was parsed: lists, commands, assignments. */
#include "shell.h"
#include "variables.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REDIRECTS_MAX 16 /* of a builtin */

void complain(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fprintf(stderr, "sh: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
}

/* ---- Values ---------------------------------------------------------------------------------- */

static char *join(char *const *argument)
{
	char *all = NULL, *longer;

	for (; *argument; argument++) {
		if (asprintf(&longer, "%s%s%s", all ? all : "", all ? " " : "", *argument) < 0)
			break;
		free(all);
		all = longer;
	}
	return all;
}

/* The nth of $0, $1 ...; NULL: there are not so many. */
static const char *argument(unsigned long n)
{
	for (unsigned long i = 0; shell.arguments[i]; i++)
		if (i == n)
			return shell.arguments[i];
	return NULL;
}

/* Of a variable, or of what looks like one. Valid until the next call. */
static const char *value(const char *name)
{
	static char text[24], *all;
	size_t count = 0;

	switch (*name) {
	case '?':
		snprintf(text, sizeof text, "%d", shell.status);
		return text;
	case '$':
		snprintf(text, sizeof text, "%d", (int)getpid());
		return text;
	case '!':
		snprintf(text, sizeof text, "%d", (int)shell.last_background);
		return shell.last_background ? text : NULL;
	}
	while (shell.arguments[count])
		count++;
	if (*name == '#') {
		snprintf(text, sizeof text, "%zu", count - 1);
		return text;
	}
	if (*name == '*') {
		free(all);
		all = join(shell.arguments + 1);
		return all;
	}
	if (*name >= '0' && *name <= '9')
		return argument(strtoul(name, NULL, 10));
	return variable_get(name);
}

static char *const *all_arguments(void)
{
	return shell.arguments + 1;
}

static bool set_variable(const char *name, const char *text)
{
	if (name_length(name) != strlen(name))
		return false;
	variable_set(name, text);
	return true;
}

static void wrong_word(const char *what, const char *why)
{
	complain("%s: %s", what, why);
	shell.wrong = true;
}

const struct expander expander = {
	.value = value,
	.assign = set_variable,
	.wrong = wrong_word,
	.output = command_output,
	.arguments = all_arguments,
	.match = match_files,
};

/* "NAME=word": the same with the word's value. */
static char *expand_assignment(const char *word)
{
	size_t length = assignment_name(word);
	char *text = expand_text(&expander, word + length + 1), *result = NULL;

	if (asprintf(&result, "%.*s=%s", (int)length, word, text) < 0) {
		complain("out of memory");
		exit(STATUS_SYNTAX);
	}
	free(text);
	return result;
}

static void assign(const struct arguments *assignments)
{
	for (size_t i = 0; i < assignments->count; i++) {
		char *text = assignments->argument[i];
		size_t length = assignment_name(text);

		text[length] = '\0';
		variable_set(text, text + length + 1);
	}
}

/* ---- One command ----------------------------------------------------------------------------- */

/* With the shell's own descriptors changed meanwhile, as the redirections say: a builtin, a
 * function, or (both NULL) the parts of a compound command. */
static int run_here(const struct command *command, const char *text, const struct opened *opened,
    builtin *own, struct function *function, const struct arguments *arguments)
{
	int saved[REDIRECTS_MAX], status = 1;

	if (command->redirects > REDIRECTS_MAX) {
		complain("too many redirections");
		return 1;
	}
	fflush(stdout);
	if (redirects_apply(command, opened, saved))
		status = own   ? own((int)arguments->count, arguments->argument)
		    : function ? function_call(function, arguments->argument)
			       : run_compound(command, text);
	if (fflush(stdout) != 0) {
		perror("sh: standard output");
		status = 1;
	}
	redirects_undo(command, shell.keeps_redirects ? NULL : opened, saved);
	shell.keeps_redirects = false;
	return status;
}

/* A command whose words are expanded and whose files are open. */
static int run_expanded(const struct command *command, const char *text,
    const struct opened *opened, const struct arguments *assignments,
    const struct arguments *arguments)
{
	struct function *function;
	builtin *own;
	int status = 0;
	pid_t pid;

	if (arguments->count == 0) {
		assign(assignments);
		return shell.substituted;
	}
	function = find_function(arguments->argument[0]);
	own = function ? NULL : find_builtin(arguments->argument);
	if (own || function)
		return run_here(command, text, opened, own, function, arguments);
	pid =
	    spawn(arguments->argument, assignments->argument, command, opened, &in_front, &status);
	return pid ? wait_in_front(pid, arguments->argument[0]) : status;
}

/* set -x: what is run, to standard error. */
static void trace(const struct arguments *assignments, const struct arguments *arguments)
{
	fflush(stdout);
	fputc('+', stderr);
	for (size_t i = 0; i < assignments->count; i++)
		fprintf(stderr, " %s", assignments->argument[i]);
	for (size_t i = 0; i < arguments->count; i++)
		fprintf(stderr, " %s", arguments->argument[i]);
	fputc('\n', stderr);
}

void expand_command(
    const struct command *command, struct arguments *assignments, struct arguments *arguments)
{
	size_t i = 0;

	for (; i < command->words && assignment_name(command->word[i]); i++)
		arguments_add(assignments, expand_assignment(command->word[i]));
	for (; i < command->words; i++)
		expand_word(&expander, command->word[i], arguments);
	if (shell.trace && !shell.wrong)
		trace(assignments, arguments);
}

static int run_command(const struct command *command, const char *text)
{
	struct arguments assignments = { 0 }, arguments = { 0 };
	bool simple = command->kind == COMMAND_SIMPLE;
	struct opened *opened;
	int status = 1;

	shell.substituted = 0;
	shell.wrong = false;
	if (simple)
		expand_command(command, &assignments, &arguments);
	if (!shell.wrong && redirects_open(command, &opened)) {
		status = simple ? run_expanded(command, text, opened, &assignments, &arguments)
				: run_here(command, text, opened, NULL, NULL, NULL);
		redirects_close(command, opened);
	}
	arguments_free(&assignments);
	arguments_free(&arguments);
	return status;
}

/* ---- Lists ----------------------------------------------------------------------------------- */

/* In the background runs a program; for more than one, and for builtins, that is another shell with
 * their text. */
static int run_background(const struct command *first, const struct command *last, const char *text)
{
	char *part = part_text(text, first->whole, first, last);
	int status = 1;
	pid_t pid = first == last && !first->negated
	    ? spawn_part(first, text, &in_background, &status)
	    : spawn_shell(part, &in_background, &status);

	if (pid)
		jobs_add(pid, text + first->whole, last->end - first->whole);
	free(part);
	return pid ? 0 : status;
}

/* One command, or several joined by '|'. */
static int run_piped(const struct command *first, const struct command *last, const char *text)
{
	int status = first == last ? run_command(first, text) : run_pipeline(first, last, text);

	if (first->negated && !shell.interrupted)
		return status == 0;
	return status;
}

/* Pipelines joined by && and ||: each is run if the last that ran ended the right way. */
static void run_and_or(const struct command *first, const struct command *last, const char *text)
{
	bool skip = false;

	for (const struct command *command = first; command <= last && !list_is_left(); command++) {
		if (command->then == THEN_PIPE)
			continue;
		if (!skip) {
			bool tested = command < last || first->negated;

			shell.tested += tested;
			shell.status = run_piped(first, command, text);
			shell.tested -= tested;
			if (shell.status != 0 && shell.exit_on_error && !shell.tested && !tested &&
			    !shell.interrupted)
				leave_shell(shell.status);
		}
		first = command + 1;
		if (command->then == THEN_IF_TRUE)
			skip = shell.status != 0;
		else if (command->then == THEN_IF_FALSE)
			skip = shell.status == 0;
	}
}

bool list_is_left(void)
{
	traps_run();
	return shell.interrupted || shell.leaving || shell.returning;
}

void run_inside(const struct list *list, const char *text)
{
	size_t first = 0;

	for (size_t i = 0; i < list->commands && !list_is_left(); i++) {
		const struct command *last = &list->command[i];

		if (last->then == THEN_IF_TRUE || last->then == THEN_IF_FALSE ||
		    last->then == THEN_PIPE)
			continue;
		if (last->then == THEN_IN_BACKGROUND)
			shell.status = run_background(&list->command[first], last, text);
		else
			run_and_or(&list->command[first], last, text);
		first = i + 1;
	}
}

int run_list(const struct list *list, const char *text)
{
	shell.interrupted = shell.returning = false;
	run_inside(list, text);
	return shell.status;
}

void report_syntax_error(const char *text, const char *origin, const struct syntax_error *error)
{
	unsigned line, column;

	parse_position(text, error->at, &line, &column);
	if (origin || strchr(text, '\n'))
		complain("%s%sline %u, column %u: %s", origin ? origin : "", origin ? ": " : "",
		    line, column, error->message);
	else
		complain("column %u: %s", column, error->message);
}

int run_text(const char *text, const char *origin)
{
	struct syntax_error error;
	struct list list;

	if (!parse(text, &list, &error)) {
		report_syntax_error(text, origin, &error);
		return shell.status = STATUS_SYNTAX;
	}
	run_list(&list, text);
	list_free(&list);
	return shell.status;
}
