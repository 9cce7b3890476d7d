/* Regular expressions as POSIX defines them, basic and extended, without \1 to \9, [. .] and [= =].
 *
 * An expression becomes a program for a little machine that follows all possible ways at the same
 * time, so no expression and no text takes longer than their lengths multiplied. It works on
 * bytes. Of all matches it is the one that begins first, and of those the longest; where a group of
 * several could have taken more, the first one does. (Pike's machine, from the editor sam.) */
#ifndef REGEX_H
#define REGEX_H

#include <stddef.h>
#include <sys/types.h>

typedef ssize_t regoff_t;

typedef struct {
	size_t re_nsub; /* groups */
	struct regex_program *re_program;
} regex_t;

typedef struct {
	regoff_t rm_so, rm_eo; /* where it begins and ends; -1: the group took no part */
} regmatch_t;

/* For regcomp: + ? | ( ) { } without backslashes; capitals are as good as small letters; nobody
 * asks where it matches; a newline is matched only by itself, and ^ $ match beside it; nothing is
 * special (BSD has this one). */
#define REG_EXTENDED 1
#define REG_ICASE    2
#define REG_NOSUB    4
#define REG_NEWLINE  8
#define REG_NOSPEC   16

/* For regexec: the text's start, its end is none of a line; the text is what match[0] says, and may
 * have NULs in it (BSD and GNU have this one). */
#define REG_NOTBOL   1
#define REG_NOTEOL   2
#define REG_STARTEND 4

enum {
	REG_NOMATCH = 1,
	REG_BADPAT,   /* not given */
	REG_ECOLLATE, /* [. or [= */
	REG_ECTYPE,   /* [:name:] that is none */
	REG_EESCAPE,  /* \ at the end */
	REG_ESUBREG,  /* \1 to \9 */
	REG_EBRACK,
	REG_EPAREN,
	REG_EBRACE,
	REG_BADBR, /* what is in { } */
	REG_ERANGE,
	REG_ESPACE, /* no memory, or the expression is too large */
	REG_BADRPT, /* nothing to repeat */
};

/* 0, or one of these. What succeeded is to be freed with regfree. */
int regcomp(regex_t *restrict regex, const char *restrict text, int flags);
/* 0, REG_NOMATCH, or REG_ESPACE. Threads may use one expression side by side. */
int regexec(const regex_t *restrict regex, const char *restrict text, size_t matches,
    regmatch_t *restrict match, int flags);
/* The bytes of the whole message, its NUL included. */
size_t regerror(int error, const regex_t *restrict regex, char *restrict message, size_t size);
void regfree(regex_t *regex);

#endif
