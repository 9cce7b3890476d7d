/* Functions: named texts, parsed when they are defined. */
#include "shell.h"
#include "variables.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 100 /* of calls inside calls: the stack is the shell's own */

struct function {
	char *name, *text;
	struct list list;
	unsigned calls; /* that run now; one that is defined anew meanwhile goes with the last */
	struct function *next;
};

/* A variable that a function has for itself, as it was before. */
struct saved {
	struct saved *next;
	unsigned depth; /* of the function */
	char *value;    /* NULL: it was not there */
	char name[];
};

static struct saved *locals; /* the innermost function's first */
static struct function *functions;
static unsigned depth;
static char **owned; /* shell.arguments, when they are a function's or set_arguments()'s own */

static void let_go(struct function *function)
{
	if (function->calls > 0)
		return;
	list_free(&function->list);
	free(function->name);
	free(function->text);
	free(function);
}

struct function *find_function(const char *name)
{
	struct function *function = functions;

	while (function && strcmp(function->name, name) != 0)
		function = function->next;
	return function;
}

const char *function_name(size_t n)
{
	const struct function *function = functions;

	while (function && n-- > 0)
		function = function->next;
	return function ? function->name : NULL;
}

void function_forget(const char *name)
{
	for (struct function **at = &functions; *at; at = &(*at)->next) {
		struct function *function = *at;

		if (strcmp(function->name, name) != 0)
			continue;
		*at = function->next;
		free(function->name);
		function->name = NULL; /* nobody finds it again */
		let_go(function);
		return;
	}
}

void function_define(const char *name, const char *text)
{
	struct function *function = calloc(1, sizeof *function);
	struct syntax_error error;

	if (function) {
		function->name = strdup(name);
		function->text = strdup(text);
	}
	if (!function || !function->name || !function->text ||
	    !parse(function->text, &function->list, &error)) {
		complain("%s: cannot be defined", name);
		if (function)
			let_go(function);
		return;
	}
	function_forget(name);
	function->next = functions;
	functions = function;
}

/* A copy of the strings and the list of them, in one block; $0 stays. */
static char **copy_arguments(char *const *argument)
{
	size_t count = 0, bytes = 0;
	char **copy, *to;

	for (; argument[count]; count++)
		bytes += strlen(argument[count]) + 1;
	copy = malloc((count + 2) * sizeof *copy + bytes);
	if (!copy)
		return NULL;
	to = (char *)(copy + count + 2);
	copy[0] = shell.arguments[0];
	for (size_t i = 0; i < count; i++) {
		copy[i + 1] = to;
		to = stpcpy(to, argument[i]) + 1;
	}
	copy[count + 1] = NULL;
	return copy;
}

bool set_arguments(char *const *argument)
{
	char **copy = copy_arguments(argument);

	if (!copy)
		return false;
	free(owned);
	shell.arguments = owned = copy;
	return true;
}

bool function_local(const char *name)
{
	const char *value = variable_get(name);
	struct saved *saved = depth ? malloc(sizeof *saved + strlen(name) + 1) : NULL;

	if (!saved)
		return false;
	*saved = (struct saved){ locals, depth, value ? strdup(value) : NULL };
	strcpy(saved->name, name);
	locals = saved;
	return true;
}

static void restore_locals(void)
{
	while (locals && locals->depth == depth) {
		struct saved *saved = locals;

		locals = saved->next;
		if (saved->value)
			variable_set(saved->name, saved->value);
		else
			variable_unset(saved->name);
		free(saved->value);
		free(saved);
	}
}

int function_call(struct function *function, char **argument)
{
	char **before = shell.arguments, **owned_before = owned;
	unsigned loops = shell.loops;

	owned = NULL;
	if (depth == DEPTH_MAX || !set_arguments(argument + 1)) {
		complain("%s: %s", argument[0],
		    depth == DEPTH_MAX ? "too many functions call each other" : "out of memory");
		owned = owned_before;
		shell.returning = depth > 0; /* all of them end */
		return 1;
	}
	depth++;
	function->calls++;
	shell.loops = 0;
	run_inside(&function->list, function->text);
	shell.loops = loops;
	shell.returning = false;
	function->calls--;
	restore_locals();
	depth--;
	if (!function->name)
		let_go(function);
	free(owned);
	owned = owned_before;
	shell.arguments = before;
	return shell.status;
}

/* ---- To other shells ------------------------------------------------------------------------- */

void functions_export(struct arguments *strings)
{
	char *string;

	for (const struct function *f = functions; f; f = f->next)
		if (asprintf(&string, "%s()=%s", f->name, f->text) >= 0)
			arguments_add(strings, string);
}

void functions_import(char *const *environment)
{
	for (; environment && *environment; environment++) {
		size_t length = name_length(*environment);
		char *name;

		if (length == 0 || strncmp(*environment + length, "()=", 3) != 0)
			continue;
		name = strndup(*environment, length);
		if (name)
			function_define(name, *environment + length + 3);
		free(name);
	}
}
