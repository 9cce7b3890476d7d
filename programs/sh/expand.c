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
	bool present;    /* an argument is begun: quotes were there, even if nothing is in them */
	bool special;    /* the pattern has something to match */
	bool split;      /* blanks in values end an argument */
	unsigned braces; /* so deep in the words of ${...}, where blanks do so, too */
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

	if (quoted && (!argument || !*argument) && e->plain.length == 0)
		e->present = false; /* the quotes around nothing are no argument either */
	for (; argument && *argument; argument++) {
		e->present = e->present || quoted;
		put_value(e, *argument, quoted);
		if (argument[1] && e->split)
			finish(e);
		else if (argument[1])
			put(e, ' ', quoted);
	}
}

/* At "$((" with "))" at its end: what stands between is a sum. */
static const char *sum(struct expansion *e, const char *at, size_t length, bool quoted)
{
	char *text = expand_quoted(e->expander, at + 3, (ptrdiff_t)length - 5), number[24];
	const char *why;
	int64_t value;

	if (arithmetic(e->expander, text, &value, &why)) {
		snprintf(number, sizeof number, "%lld", (long long)value);
		put_value(e, number, quoted);
	} else if (e->expander->wrong) {
		e->expander->wrong(text, why);
	}
	free(text);
	return at + length;
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
	if (strncmp(at, "$((", 3) == 0 && at[length - 2] == ')')
		return sum(e, at, length, quoted);
	if (e->expander->output)
		output = e->expander->output(at + start, length - start - 1);
	for (size_t end = output ? strlen(output) : 0; end > 0 && output[end - 1] == '\n';)
		output[--end] = '\0';
	put_value(e, output, quoted);
	free(output);
	return at + length;
}

static void walk(struct expansion *e, const char *at);
static const char *quoted_text(struct expansion *e, const char *at, const char *end, char quote);

/* At "${". */
static const char *braces(struct expansion *e, const char *at, bool quoted)
{
	size_t length = skip_substitution(at, 0);
	char *value, *word = NULL;

	if (!length) {
		put(e, *at, quoted);
		return at + 1;
	}
	value = expand_parameter(e->expander, at + 2, length - 3, &word);
	put_value(e, value, quoted);
	if (word && quoted)
		quoted_text(e, word, word + strlen(word), '\0');
	e->braces++;
	if (word && !quoted)
		walk(e, word);
	e->braces--;
	free(value);
	free(word);
	return at + length;
}

/* At a '$'. Returns what is behind it. A '$' that begins no variable stands for itself. */
static const char *variable(struct expansion *e, const char *at, bool quoted)
{
	const char *name = at + 1;
	size_t length = *name && strchr("?$!#*0123456789", *name) ? 1 : name_length(name);
	char *copy;

	if (*name == '(')
		return substitution(e, at, quoted);
	if (*name == '@' || strncmp(name, "{@}", 3) == 0) {
		put_arguments(e, quoted);
		return name + (*name == '@' ? 1 : 3);
	}
	if (*name == '{')
		return braces(e, at, quoted);
	if (length == 0) {
		put(e, '$', quoted);
		return at + 1;
	}
	copy = check(strndup(name, length));
	put_value(e, e->expander->value(copy), quoted);
	free(copy);
	return name + length;
}

/* ---- One word -------------------------------------------------------------------------------- */

/* To the end, or to a quote that is not quoted. A backslash quotes only what would be special. */
static const char *quoted_text(struct expansion *e, const char *at, const char *end, char quote)
{
	while (at < end && (*at != quote || !quote)) {
		if (*at == '$') {
			at = variable(e, at, true);
		} else if (*at == '`') {
			at = substitution(e, at, true);
		} else if (at[0] == '\\' && at[1] == '\n') {
			at += 2;
		} else {
			if (at[0] == '\\' && at[1] && (strchr("\\$`", at[1]) || at[1] == quote))
				at++;
			put(e, *at++, true);
		}
	}
	return at;
}

/* At the start of a word: "~" and "~/..." begin with $HOME. Returns what is behind that. */
static const char *tilde(struct expansion *e, const char *at)
{
	const char *home;

	if (at[0] != '~' || (at[1] && at[1] != '/'))
		return at;
	home = e->expander->value("HOME");
	/* The root has its slash already. */
	put_value(e, home && (strcmp(home, "/") || !at[1]) ? home : at[1] ? "" : "/", true);
	e->present = true;
	return at + 1;
}

/* Walks over a word. Each kind of quoting is a step of its own; all they share is put(). */
static void walk(struct expansion *e, const char *at)
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
			at = quoted_text(e, at + 1, at + strlen(at), '"');
			at += *at != '\0';
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
			if (e->split && e->braces && strchr(" \t\n", *at))
				finish(e);
			else
				put(e, *at, false);
			at++;
		}
	}
}

void expand_word(const struct expander *expander, const char *word, struct arguments *arguments)
{
	struct expansion e = { .expander = expander, .arguments = arguments, .split = true };

	walk(&e, tilde(&e, word));
	finish(&e);
}

/* One of the two texts of an expansion that is not split; the other one goes. */
static char *take(struct text *text, struct text *other)
{
	free(other->bytes);
	return text->bytes ? text->bytes : check(strdup(""));
}

char *expand_text(const struct expander *expander, const char *word)
{
	struct expansion e = { .expander = expander };

	walk(&e, tilde(&e, word));
	return take(&e.plain, &e.pattern);
}

char *expand_pattern(const struct expander *expander, const char *word)
{
	struct expansion e = { .expander = expander };

	walk(&e, tilde(&e, word));
	return take(&e.pattern, &e.plain);
}

char *expand_quoted(const struct expander *expander, const char *text, ptrdiff_t length)
{
	struct expansion e = { .expander = expander };

	quoted_text(&e, text, text + (length < 0 ? (ptrdiff_t)strlen(text) : length), '\0');
	return take(&e.plain, &e.pattern);
}
