/* The machine's program: what compile.c writes and exec.c runs. */
#ifndef LIBC_REGEX_PROGRAM_H
#define LIBC_REGEX_PROGRAM_H

#include <regex.h>
#include <stdbool.h>

enum code {
	CODE_BYTE,  /* goes on if the byte is this one */
	CODE_ANY,   /* any byte */
	CODE_SET,   /* one of a set */
	CODE_SPLIT, /* goes on in two places, rather in the first */
	CODE_JUMP,
	CODE_START, /* goes on at the start of a line */
	CODE_END,   /* at its end */
	CODE_SAVE,  /* notes where it is: `to` is 2 * group, or that + 1 */
	CODE_MATCH,
};

struct instruction {
	unsigned char code, byte;
	int to, other; /* CODE_JUMP, CODE_SPLIT: relative, so that code can be moved; CODE_SET: to
			* is its number */
};

struct regex_program {
	int flags, length;
	struct instruction *instruction;
	unsigned char (*set)[32]; /* 256 bits each */
	int sets;
};

/* set.c: [...] at *at, which moves behind it; into a set of 256 bits. Returns 0 or an error. */
int regex_set(const char **at, unsigned char set[32], int flags);

#endif
