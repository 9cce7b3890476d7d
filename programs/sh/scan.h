/* From text to tokens, for parse.c. */
#ifndef SH_SCAN_H
#define SH_SCAN_H

#include "parse.h"

enum token {
	TOKEN_END,
	TOKEN_NEWLINE,
	TOKEN_WORD,
	TOKEN_SEMICOLON,
	TOKEN_BRANCH_END, /* ;; */
	TOKEN_BACKGROUND,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_PIPE,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_REDIRECT,
	TOKEN_BAD
};

struct parser {
	const char *text;
	size_t next;              /* behind the token */
	size_t behind;            /* the one before it */
	enum token token;         /* looked at now */
	size_t start;             /* where it starts */
	struct redirect redirect; /* TOKEN_REDIRECT: without its word */
	struct list *list;        /* that commands are added to */
	struct here *here;        /* those that begin in the next line */
	struct syntax_error *error;
};

/* Looks at the next token; after a failure nothing any more. */
void advance(struct parser *p);
/* Notes what is wrong where, for once and for all. The message has "%.*s" for `what`. */
bool fail(struct parser *p, size_t at, bool incomplete, const char *message, const char *what,
    size_t length);
/* Behind the "$(...)", "${...}" or "`...`" that begins at `at`, or 0: it is not closed. */
size_t skip_substitution(const char *text, size_t at);
/* here.c: reads the bodies of those that wait for it; the text goes on behind them. */
void read_here(struct parser *p);
/* Makes one wait: << or <<- and the word that ends it. */
struct here *new_here(struct parser *p, const char *word, size_t length, bool tabs);

#endif
