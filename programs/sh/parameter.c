/* ${NAME}, ${#NAME}, and words in the place of values: ${NAME:-WORD} and its like, ${NAME#PATTERN}
 * and its like. */
#include "expand.h"
#include "parse.h"
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check(void *memory)
{
	if (!memory) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	return memory;
}

/* The value without what matches at its start ('#') or end ('%'): the least, or the most. Each
 * length is tried. */
static char *without(
    const struct expander *expander, const char *value, char side, bool most, const char *word)
{
	char *pattern = expand_pattern(expander, word), *result = NULL;
	size_t length = strlen(value);

	for (size_t i = 0; i <= length && !result; i++) {
		size_t cut = most ? length - i : i;
		char *part =
		    side == '#' ? check(strndup(value, cut)) : check(strdup(value + length - cut));

		if (fnmatch(pattern, part, 0) == 0)
			result = side == '#' ? check(strdup(value + cut))
					     : check(strndup(value, length - cut));
		free(part);
	}
	free(pattern);
	return result ? result : check(strdup(value));
}

static char *assign(const struct expander *expander, const char *name, const char *word)
{
	char *value = expand_text(expander, word);

	if (!expander->assign || !expander->assign(name, value)) {
		free(value);
		return NULL;
	}
	return value;
}

/* ${NAME?WORD} of one that has no value. */
static void missing(const struct expander *expander, const char *name, const char *word)
{
	char *why = expand_text(expander, word);

	if (expander->wrong)
		expander->wrong(name, *why ? why : "is not set");
	free(why);
}

/* The operator behind a name, and what it does to the value (NULL: there is none). */
static char *operate(const struct expander *expander, const char *name, const char *value,
    const char *at, char **word)
{
	bool colon = *at == ':', set = value && !(colon && !*value);
	char operator= at[colon];

	at += colon + (operator!= '\0');
	if (operator== '\0' && !colon)
		return value ? check(strdup(value)) : NULL;
	if ((operator== '#' || operator== '%') && !colon)
		return without(expander, value ? value : "", operator, * at == operator,
		    at +(*at == operator));
	if (operator== '+') {
		*word = set ? check(strdup(at)) : NULL;
		return NULL;
	}
	if (operator&& strchr("-=?", operator)) {
		if (set)
			return check(strdup(value));
		if (operator== '=')
			return assign(expander, name, at);
		if (operator== '?')
			missing(expander, name, at);
		else
			*word = check(strdup(at));
		return NULL;
	}
	if (expander->wrong)
		expander->wrong(name, "nothing that may stand in ${ } follows");
	return NULL;
}

static size_t parameter_length(const char *text)
{
	size_t length = name_length(text);

	if (!length && *text && strchr("?$!#*@", *text))
		return 1;
	return length ? length : strspn(text, "0123456789");
}

char *expand_parameter(
    const struct expander *expander, const char *text, size_t length, char **word)
{
	char *copy = check(strndup(text, length)), *name, *result = NULL, number[24];
	bool count = copy[0] == '#' && parameter_length(copy + 1) > 0;
	size_t name_bytes = parameter_length(copy + count);
	const char *value;

	name = check(strndup(copy + count, name_bytes));
	value = name_bytes ? expander->value(*name == '@' ? "*" : name) : NULL;
	if (!name_bytes || (count && copy[1 + name_bytes])) {
		if (expander->wrong)
			expander->wrong(copy, "no name of a variable");
	} else if (count) {
		snprintf(number, sizeof number, "%zu", value ? strlen(value) : 0);
		result = check(strdup(number));
	} else {
		char *own = value ? check(strdup(value)) : NULL;

		/* Expanding the word may change what `value` points to. */
		result = operate(expander, name, own, copy + name_bytes, word);
		free(own);
	}
	free(name);
	free(copy);
	return result;
}
