/* From words as written to arguments: quotes go, values of variables come in, patterns become names
 * of files. Pure but for the functions that it is given. */
#ifndef SH_EXPAND_H
#define SH_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

/* Arguments, ended by NULL. */
struct arguments {
	char **argument;
	size_t count;
};

struct expander {
	/* Value of $NAME, or of $? $$ $! $# $* $0 to $9 by the one character; NULL: it has none. */
	const char *(*value)(const char *name);
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

void arguments_add(struct arguments *arguments, char *argument); /* takes it over */
void arguments_free(struct arguments *arguments);

/* Does a name match a pattern? * ? [abc] [a-z] [!a-z] and \ before any of them. No / in either. */
bool pattern_matches(const char *pattern, const char *name);

#endif
