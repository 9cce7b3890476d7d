/* From words as written to arguments: quotes go, values of variables come in, patterns become names
 * of files. Pure but for the functions that it is given. */
#ifndef SH_EXPAND_H
#define SH_EXPAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Arguments, ended by NULL. */
struct arguments {
	char **argument;
	size_t count;
};

struct expander {
	/* Value of $NAME, or of $? $$ $! $# $* $0 $1 ...; NULL: it has none. */
	const char *(*value)(const char *name);
	/* Gives a variable a value, for ${NAME=word} and $((NAME = 1)). False: it may not have one.
	 */
	bool (*assign)(const char *name, const char *value);
	/* Something is wrong with a word: the command is not to be run. */
	void (*wrong)(const char *what, const char *why);
	/* What a command prints; allocated. NULL: substitutions give nothing. */
	char *(*output)(const char *text, size_t length);
	/* $1, $2 ... for "$@", ended by NULL. */
	char *const *(*arguments)(void);
	/* Names that match a pattern, in which a backslash stands before what is not special; added
	 * to *names. NULL: patterns stay as they are. */
	void (*match)(const char *pattern, struct arguments *names);
};

/* Adds the arguments that a word gives: none ($EMPTY), one, or more (blanks in a value, a
 * pattern). */
void expand_word(const struct expander *expander, const char *word, struct arguments *arguments);
/* The one string that a word gives where there is no splitting: values in assignments, names of
 * files after < and >. */
char *expand_text(const struct expander *expander, const char *word);

/* The same for a pattern: what was quoted has a backslash. */
char *expand_pattern(const struct expander *expander, const char *word);
/* As inside double quotes: the body of a <<, the inside of $((...)). Length -1: to its end. */
char *expand_quoted(const struct expander *expander, const char *text, ptrdiff_t length);

/* ---- parameter.c: ${NAME...} ------------------------------------------------------------------
 */
/* What stands between the braces gives: a value (allocated, or NULL: none), or a word in its place,
 * which is still to be expanded (*word, allocated). */
char *expand_parameter(
    const struct expander *expander, const char *text, size_t length, char **word);

/* ---- arithmetic.c: $((...)) -------------------------------------------------------------------
 */
/* C's operators for whole numbers of 64 bits, without ++, -- and the comma. False: *why. */
bool arithmetic(
    const struct expander *expander, const char *text, int64_t *result, const char **why);

void arguments_add(struct arguments *arguments, char *argument); /* takes it over */
void arguments_free(struct arguments *arguments);

#endif
