/* The machine's program: what compile.c writes and match.c runs. */
#ifndef GREP_PATTERN_H
#define GREP_PATTERN_H

#include "match.h"

#define PROGRAM_MAX 8192 /* instructions */

enum code {
	CODE_BYTE,  /* goes on if the byte is this one */
	CODE_ANY,   /* any byte */
	CODE_SET,   /* one of a set */
	CODE_SPLIT, /* goes on in two places */
	CODE_JUMP,
	CODE_START, /* goes on at the start of a line */
	CODE_END,   /* at its end */
	CODE_MATCH,
};

struct instruction {
	enum code code;
	unsigned char byte;
	int to, other;      /* CODE_JUMP, CODE_SPLIT: relative, so that code can be moved */
	unsigned char *set; /* CODE_SET: 256 bits; belongs to the pattern */
};

struct pattern {
	struct instruction program[PROGRAM_MAX];
	int length;
	bool fold;

	unsigned char (*sets)[32];
	size_t set_count;

	/* While it runs: places in the program that are reached before the next byte, and the mark
	 * that says so. */
	int here[PROGRAM_MAX], there[PROGRAM_MAX], stack[PROGRAM_MAX];
	unsigned long mark[PROGRAM_MAX], step;
};

#endif
