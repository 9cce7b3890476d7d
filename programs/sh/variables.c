/* Variables as the strings that an environment is made of. A shell has a few dozen: a list will
 * do. */
#include "variables.h"
#include "parse.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct variable {
	char *text; /* NAME=value */
	bool exported;
};

static struct variable *variable;
static size_t variables;

static void *check(void *memory)
{
	if (!memory) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	return memory;
}

static struct variable *find(const char *name, size_t length)
{
	for (size_t i = 0; i < variables; i++)
		if (strncmp(variable[i].text, name, length) == 0 && variable[i].text[length] == '=')
			return &variable[i];
	return NULL;
}

const char *variable_get(const char *name)
{
	struct variable *v = find(name, strlen(name));

	return v ? v->text + strlen(name) + 1 : NULL;
}

static struct variable *set(const char *name, size_t length, const char *value)
{
	struct variable *v = find(name, length);
	char *text = check(malloc(length + 1 + strlen(value) + 1));

	memcpy(text, name, length);
	text[length] = '=';
	strcpy(text + length + 1, value);
	if (!v) {
		variable = check(realloc(variable, (variables + 1) * sizeof *variable));
		v = &variable[variables++];
		*v = (struct variable){ 0 };
	}
	free(v->text);
	v->text = text;
	return v;
}

void variable_set(const char *name, const char *value)
{
	set(name, strlen(name), value);
}

void variable_export(const char *name)
{
	struct variable *v = find(name, strlen(name));

	if (!v)
		v = set(name, strlen(name), "");
	v->exported = true;
}

void variable_unset(const char *name)
{
	struct variable *v = find(name, strlen(name));

	if (!v)
		return;
	free(v->text);
	memmove(v, v + 1, (size_t)(variable + variables - (v + 1)) * sizeof *v);
	variables--;
}

void variables_import(char *const *environment)
{
	for (; environment && *environment; environment++) {
		size_t length = assignment_name(*environment);

		if (length)
			set(*environment, length, *environment + length + 1)->exported = true;
	}
}

/* Is this variable set by one of those strings? */
static bool hidden(const struct variable *v, char *const *extra)
{
	size_t length = strchr(v->text, '=') - v->text + 1;

	for (; extra && *extra; extra++)
		if (strncmp(*extra, v->text, length) == 0)
			return true;
	return false;
}

char **variables_environment(char *const *extra, bool all)
{
	size_t count = 0, extras = 0;
	char **environment;

	while (extra && extra[extras])
		extras++;
	environment = check(malloc((extras + variables + 1) * sizeof *environment));
	for (; count < extras; count++)
		environment[count] = extra[count];
	for (size_t i = 0; i < variables; i++)
		if ((variable[i].exported || all) && !hidden(&variable[i], extra))
			environment[count++] = variable[i].text;
	environment[count] = NULL;
	return environment;
}

const char *variable_list(size_t n, bool *exported)
{
	if (n >= variables)
		return NULL;
	*exported = variable[n].exported;
	return variable[n].text;
}
