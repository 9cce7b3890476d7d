/* Expansion. One pass over the word builds the argument and, beside it, the same text as a pattern,
 * in which what was quoted has backslashes; so "*" in quotes stays a star. */
#include "expand.h"
#include "scan.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
	char *bytes; /* ended by NUL once anything was added */
	size_t length;
};

struct expansion {
	const struct expander *expander;
	struct arguments *arguments;
	struct text plain, pattern;
	bool present; /* an argument is begun: quotes were there, even if nothing is in them */
	bool special; /* the pattern has something to match */
	bool split;   /* blanks in values end an argument */
};

static void *check(void *memory)
{
	if (!memory) {
		fprintf(stderr, "sh: out of memory\n");
		exit(2);
	}
	return memory;
}

static void add(struct text *text, char c)
{
	/* Room is made in powers of two, whenever the length has reached one. */
	if ((text->length & (text->length + 1)) == 0)
		text->bytes = check(realloc(text->bytes, 2 * (text->length + 1)));
	text->bytes[text->length++] = c;
	text->bytes[text->length] = '\0';
}

void arguments_add(struct arguments *arguments, char *argument)
{
	arguments->argument = check(
	    realloc(arguments->argument, (arguments->count + 2) * sizeof *arguments->argument));
	arguments->argument[arguments->count++] = argument;
	arguments->argument[arguments->count] = NULL;
}

void arguments_free(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->argument[i]);
	free(arguments->argument);
	*arguments = (struct arguments){ 0 };
}

/* ---- One argument ---------------------------------------------------------------------------- */

static void put(struct expansion *e, char c, bool quoted)
{
	bool special = !quoted && strchr("*?[", c);

	e->present = true;
	e->special = e->special || special;
	add(&e->plain, c);
	if (quoted && strchr("*?[]\\!-", c))
		add(&e->pattern, '\\');
	add(&e->pattern, c);
}

/* The argument is complete. A pattern that matches nothing stays as it was written. */
static void finish(struct expansion *e)
{
	struct arguments *arguments = e->arguments;
	size_t before = arguments->count;

	if (e->present) {
		if (e->special && e->expander->match)
			e->expander->match(e->pattern.bytes, arguments);
		if (arguments->count == before) {
			arguments_add(
			    arguments, e->plain.bytes ? e->plain.bytes : check(strdup("")));
			e->plain.bytes = NULL;
		}
	}
	free(e->plain.bytes);
	free(e->pattern.bytes);
	e->plain = e->pattern = (struct text){ 0 };
	e->present = e->special = false;
}

static void put_value(struct expansion *e, const char *value, bool quoted)
{
	for (; value && *value; value++) {
		if (!quoted && e->split && strchr(" \t\n", *value))
			finish(e);
		else
			put(e, *value, quoted);
	}
}

/* "$@": each argument is one of its own. */
static void put_arguments(struct expansion *e, bool quoted)
{
	char *const *argument = e->expander->arguments ? e->expander->arguments() : NULL;

	for (; argument && *argument; argument++) {
		e->present = e->present || quoted;
		put_value(e, *argument, quoted);
		if (argument[1] && e->split)
			finish(e);
		else if (argument[1])
			put(e, ' ', quoted);
	}
}

/* At "$(" or a backquote. Newlines at the end go. */
static const char *substitution(struct expansion *e, const char *at, bool quoted)
{
	size_t length = skip_substitution(at, 0), start = *at == '`' ? 1 : 2;
	char *output = NULL;

	if (!length) {
		put(e, *at, quoted);
		return at + 1;
	}
	if (e->expander->output)
		output = e->expander->output(at + start, length - start - 1);
	for (size_t end = output ? strlen(output) : 0; end > 0 && output[end - 1] == '\n';)
		output[--end] = '\0';
	put_value(e, output, quoted);
	free(output);
	return at + length;
}

/* At a '$'. Returns what is behind it. A '$' that begins no variable stands for itself. */
static const char *variable(struct expansion *e, const char *at, bool quoted)
{
	bool braces = at[1] == '{';
	const char *name = at + 1 + braces;
	size_t length = *name && strchr("?$!#*0123456789", *name) ? 1 : name_length(name);
	char *copy;

	if (at[1] == '(')
		return substitution(e, at, quoted);
	if (*name == '@' && (!braces || name[1] == '}')) {
		put_arguments(e, quoted);
		return name + 1 + braces;
	}
	if (length == 0 || (braces && name[length] != '}')) {
		put(e, '$', quoted);
		return at + 1;
	}
	copy = check(strndup(name, length));
	put_value(e, e->expander->value(copy), quoted);
	free(copy);
	return name + length + braces;
}

/* ---- One word -------------------------------------------------------------------------------- */

/* At a '"'; returns what is behind the closing one. Inside, a backslash quotes only what would be
 * special there. */
static const char *double_quotes(struct expansion *e, const char *at)
{
	for (at++; *at && *at != '"';) {
		if (*at == '$') {
			at = variable(e, at, true);
		} else if (*at == '`') {
			at = substitution(e, at, true);
		} else if (at[0] == '\\' && at[1] == '\n') {
			at += 2;
		} else {
			if (at[0] == '\\' && at[1] && strchr("\"\\$`", at[1]))
				at++;
			put(e, *at++, true);
		}
	}
	return *at ? at + 1 : at;
}

/* Walks over a word. Each kind of quoting is a step of its own; all they share is put(). */
static void expand(struct expansion *e, const char *at)
{
	while (*at) {
		switch (*at) {
		case '\'':
			e->present = true;
			for (at++; *at && *at != '\''; at++)
				put(e, *at, true);
			at += *at != '\0';
			break;
		case '"':
			e->present = true;
			at = double_quotes(e, at);
			break;
		case '\\':
			if (at[1] && at[1] != '\n')
				put(e, at[1], true);
			at += at[1] ? 2 : 1;
			break;
		case '$':
			at = variable(e, at, false);
			break;
		case '`':
			at = substitution(e, at, false);
			break;
		default:
			put(e, *at++, false);
		}
	}
	finish(e);
}

void expand_word(const struct expander *expander, const char *word, struct arguments *arguments)
{
	struct expansion e = { .expander = expander, .arguments = arguments, .split = true };

	expand(&e, word);
}

char *expand_text(const struct expander *expander, const char *word)
{
	struct expander values = { .value = expander->value,
		.output = expander->output,
		.arguments = expander->arguments };
	struct arguments arguments = { 0 };
	struct expansion e = { .expander = &values, .arguments = &arguments };
	char *text;

	expand(&e, word);
	text = arguments.count ? arguments.argument[0] : check(strdup(""));
	free(arguments.argument);
	return text;
}

/* ---- Patterns -------------------------------------------------------------------------------- */

/* At a '['. Does the set have c? *end is behind it; NULL: the bracket is not closed, so it is no
 * set. */
static bool set_has(const char *pattern, char c, const char **end)
{
	const char *at = pattern + 1;
	bool negated = *at == '!' || *at == '^', found = false;

	*end = NULL;
	at += negated;
	for (const char *start = at; *at != ']' || at == start; at++) {
		char low, high;

		at += *at == '\\';
		if (!*at)
			return false;
		low = high = *at;
		if (at[1] == '-' && at[2] && at[2] != ']') {
			at += 2;
			at += *at == '\\';
			high = *at;
			if (!high)
				return false;
		}
		found = found ||
		    ((unsigned char)low <= (unsigned char)c &&
			(unsigned char)c <= (unsigned char)high);
	}
	*end = at + 1;
	return found != negated;
}

/* One position of the name against one of the pattern: where the pattern goes on, or NULL. */
static const char *match_one(const char *pattern, char c)
{
	const char *end;
	bool has;

	if (*pattern == '?')
		return pattern + 1;
	if (*pattern == '[') {
		has = set_has(pattern, c, &end);
		if (end)
			return has ? end : NULL;
	}
	pattern += *pattern == '\\';
	return *pattern && *pattern == c ? pattern + 1 : NULL;
}

/* When it goes wrong behind a star, the star takes one more; only the last star ever needs to, so
 * this takes the time of pattern times name at the most. */
bool pattern_matches(const char *pattern, const char *name)
{
	const char *star = NULL, *resume = NULL, *next;

	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = name;
		} else if ((next = match_one(pattern, *name)) != NULL) {
			pattern = next;
			name++;
		} else if (star) {
			pattern = star;
			name = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}
