/* What the two halves of the parser share. */
#ifndef SH_GRAMMAR_H
#define SH_GRAMMAR_H

#include "scan.h"

/* An array grown by one zeroed element; in this program memory that is not there ends it. */
void *grow(void *array, size_t *count, size_t size);
/* Is this word the token? It has no quotes then. */
bool at_word(const struct parser *p, const char *word);
void skip_newlines(struct parser *p);
/* Something else was to come: false. */
bool wanted(struct parser *p, const char *what);
/* This word, and behind it. */
bool expect(struct parser *p, const char *word);
/* The token becomes a word of the command. */
void add_word(struct parser *p, struct command *command);
/* To the end of the text; `inside` a command, to what ends such a list. */
bool parse_list(struct parser *p, bool inside);

/* ---- parse_compound.c ------------------------------------------------------------------------ */
bool at_compound(const struct parser *p);
bool parse_compound(struct parser *p, struct command *command);
/* At the name. */
bool parse_function(struct parser *p, struct command *command);

#endif
