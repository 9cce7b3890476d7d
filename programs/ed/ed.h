/* What ed's files share. Reading order: main.c (commands), address.c, substitute.c, buffer.c. */
#ifndef ED_H
#define ED_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/* ---- buffer.c: the lines, counted from 1 ----------------------------------------------------- */
struct line {
	char *text;  /* without its newline; never changed, and kept to the end, so that undoing is
		      * taking the old list again */
	bool chosen; /* g, v: is still to come */
	char mark;   /* k: its letter */
};
extern struct line *line; /* line[0] is before the first */
extern long lines, current;
extern bool changed;

/* Behind line `at`, which may be 0; current becomes the new one. */
void insert_line(long at, const char *text, size_t length);
void delete_lines(long from, long to);
/* m and t: to behind line `at`. */
void move_lines(long from, long to, long at);
void copy_lines(long from, long to, long at);
/* Before a command that may change something; and the way back. */
void keep_for_undo(void);
void undo(void);
/* Behind line `at`; the bytes, or -1. */
long read_file(const char *name, long at);
long write_file(const char *name, long from, long to, bool append);

/* ---- address.c ------------------------------------------------------------------------------- */
struct range {
	long from, to;
	int count; /* of addresses that were written: 0, 1, 2 */
};
/* "1,$", "/RE/" and so on at *at. */
struct range read_range(const char **at);
/* One line, as for m; `otherwise` when there is none. */
long read_address(const char **at, long otherwise);
/* The expression at *at, which begins with its separator; an empty one is the last again. */
regex_t *read_expression(const char **at);

/* ---- substitute.c ---------------------------------------------------------------------------- */
/* s, at its separator. */
void substitute(const char **at, long from, long to);

/* ---- main.c ---------------------------------------------------------------------------------- */
/* "?": the command is given up. */
_Noreturn void fail(const char *why);
void *check(void *memory);
void print_line(long number, char how);

#endif
