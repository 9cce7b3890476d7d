/* From a pattern's text to a program, in one pass:
 *
 *	branches  branch { '|' branch }
 *	branch    { piece }
 *	piece     atom { '*' | '+' | '?' | '{m,n}' }
 *	atom      character | '.' | '[...]' | '^' | '$' | '(' branches ')'
 *
 * Jumps are relative, so an atom's code is simply moved when a repetition needs an instruction
 * before it, and is copied for {m,n}. In basic expressions the operators but * . [ ^ $ have a
 * backslash. */
#include "program.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX        50 /* of groups in groups */
#define ALTERNATIVES_MAX 500
#define REPEAT_MAX       255
#define PROGRAM_MAX      8192 /* instructions */

struct compiler {
	struct regex_program *p;
	const char *at;
	int flags, room; /* instructions that there is memory for */
	unsigned depth, alternatives, groups;
	int error;
};

static bool fail(struct compiler *c, int error)
{
	c->error = c->error ? c->error : error;
	return false;
}

static bool emit(struct compiler *c, struct instruction instruction)
{
	if (c->p->length == c->room) {
		int room = c->room ? 2 * c->room : 16;
		struct instruction *grown = room > PROGRAM_MAX
		    ? NULL
		    : realloc(c->p->instruction, (size_t)room * sizeof *grown);

		if (!grown)
			return fail(c, REG_ESPACE);
		c->p->instruction = grown;
		c->room = room;
	}
	c->p->instruction[c->p->length++] = instruction;
	return true;
}

static bool emit_byte(struct compiler *c, char byte)
{
	if (c->flags & REG_ICASE)
		byte = (char)tolower((unsigned char)byte);
	return emit(c, (struct instruction){ .code = CODE_BYTE, .byte = (unsigned char)byte });
}

/* Puts an instruction before the code from `start` on. */
static bool insert(struct compiler *c, int start, struct instruction instruction)
{
	struct instruction *program;

	if (!emit(c, instruction))
		return false;
	program = c->p->instruction;
	memmove(program + start + 1, program + start,
	    (size_t)(c->p->length - 1 - start) * sizeof *program);
	program[start] = instruction;
	return true;
}

/* Adds a copy of code that stands in the program. */
static bool copy(struct compiler *c, int start, int length)
{
	for (int i = 0; i < length; i++)
		if (!emit(c, c->p->instruction[start + i]))
			return false;
	return true;
}

/* Is this operator here? It is written with a backslash in basic expressions. */
static bool is_operator(const struct compiler *c, const char *at, char op)
{
	return c->flags & REG_EXTENDED ? at[0] == op : at[0] == '\\' && at[1] == op;
}

static size_t operator_length(const struct compiler *c)
{
	return c->flags & REG_EXTENDED ? 1 : 2;
}

/* ---- Sets ------------------------------------------------------------------------------------ */

static bool compile_set(struct compiler *c)
{
	struct regex_program *p = c->p;
	unsigned char(*grown)[32] = realloc(p->set, ((size_t)p->sets + 1) * sizeof *grown);
	int error;

	if (!grown)
		return fail(c, REG_ESPACE);
	p->set = grown;
	memset(grown[p->sets], 0, sizeof *grown);
	error = regex_set(&c->at, grown[p->sets], c->flags);
	if (error)
		return fail(c, error);
	return emit(c, (struct instruction){ .code = CODE_SET, .to = p->sets++ });
}

/* ---- Repetitions ----------------------------------------------------------------------------- */

/* Zero or more of the code from `start` on. */
static bool star(struct compiler *c, int start)
{
	int length = c->p->length - start;

	return insert(c, start,
		   (struct instruction){ .code = CODE_SPLIT, .to = 1, .other = length + 2 }) &&
	    emit(c, (struct instruction){ .code = CODE_JUMP, .to = -(length + 1) });
}

static bool optional(struct compiler *c, int start)
{
	int length = c->p->length - start;

	return insert(
	    c, start, (struct instruction){ .code = CODE_SPLIT, .to = 1, .other = length + 1 });
}

static bool plus(struct compiler *c, int start)
{
	return emit(
	    c, (struct instruction){ .code = CODE_SPLIT, .to = start - c->p->length, .other = 1 });
}

/* The atom m to n times (n < 0: any number): m copies, and behind them a star or n - m that may be
 * left out. */
static bool times(struct compiler *c, int start, int m, int n)
{
	int length = c->p->length - start;

	for (int i = 1; i < m; i++)
		if (!copy(c, start, length))
			return false;
	if (n < 0) {
		if (m == 0)
			return star(c, start);
		return copy(c, start, length) && star(c, c->p->length - length);
	}
	if (n == 0) {
		c->p->length = start;
		return true;
	}
	/* The first stands there already, and is the only one that may have to become optional
	 * where it is. */
	if (m == 0 && !optional(c, start))
		return false;
	for (int i = m > 0 ? m : 1; i < n; i++) {
		int again = c->p->length;

		if (!copy(c, start + (m == 0), length) || !optional(c, again))
			return false;
	}
	return true;
}

/* A number, or -1. */
static int number(struct compiler *c)
{
	int n = 0;

	if (!isdigit((unsigned char)*c->at))
		return -1;
	for (; isdigit((unsigned char)*c->at); c->at++)
		n = n > REPEAT_MAX ? n : n * 10 + *c->at - '0';
	return n;
}

/* {m}, {m,}, {m,n} behind the opening brace. */
static bool compile_times(struct compiler *c, int start)
{
	int m = number(c), n = m;

	if (*c->at == ',') {
		c->at++;
		n = number(c);
	}
	if (!is_operator(c, c->at, '}'))
		return fail(c, REG_EBRACE);
	c->at += operator_length(c);
	if (m < 0 || m > REPEAT_MAX || n > REPEAT_MAX || (n >= 0 && n < m))
		return fail(c, REG_BADBR);
	return times(c, start, m, n);
}

/* Any number of repetition signs behind an atom whose code begins at `start`. */
static bool compile_repetitions(struct compiler *c, int start)
{
	for (;;) {
		bool done = true;

		if (*c->at == '*') {
			c->at++;
			done = star(c, start);
		} else if (is_operator(c, c->at, '+')) {
			c->at += operator_length(c);
			done = plus(c, start);
		} else if (is_operator(c, c->at, '?')) {
			c->at += operator_length(c);
			done = optional(c, start);
		} else if (is_operator(c, c->at, '{')) {
			c->at += operator_length(c);
			done = compile_times(c, start);
		} else {
			return true;
		}
		if (!done)
			return false;
	}
}

/* ---- Atoms, branches ------------------------------------------------------------------------- */

static bool compile_branches(struct compiler *c);

static bool compile_group(struct compiler *c)
{
	int group = (int)++c->groups;

	c->at += operator_length(c);
	if (++c->depth > DEPTH_MAX)
		return fail(c, REG_ESPACE);
	if (!emit(c, (struct instruction){ .code = CODE_SAVE, .to = 2 * group }) ||
	    !compile_branches(c))
		return false;
	c->depth--;
	if (!is_operator(c, c->at, ')'))
		return fail(c, REG_EPAREN);
	c->at += operator_length(c);
	return emit(c, (struct instruction){ .code = CODE_SAVE, .to = 2 * group + 1 });
}

/* A backslash and what it quotes. */
static bool compile_quoted(struct compiler *c)
{
	char quoted = c->at[1];

	if (!quoted)
		return fail(c, REG_EESCAPE);
	if (quoted >= '1' && quoted <= '9')
		return fail(c, REG_ESUBREG);
	c->at += 2;
	return emit_byte(c, quoted);
}

static bool at_branch_end(const struct compiler *c, const char *at)
{
	return !*at || is_operator(c, at, '|') || (is_operator(c, at, ')') && c->depth > 0);
}

/* `first`: nothing stands before it in its branch. There, in basic expressions, * is a star and ^
 * an anchor. */
static bool compile_atom(struct compiler *c, bool first)
{
	bool extended = c->flags & REG_EXTENDED;

	if (c->flags & REG_NOSPEC)
		return emit_byte(c, *c->at++);
	if (*c->at == '^' && (extended || first)) {
		c->at++;
		return emit(c, (struct instruction){ .code = CODE_START });
	}
	if (*c->at == '$' && (extended || at_branch_end(c, c->at + 1))) {
		c->at++;
		return emit(c, (struct instruction){ .code = CODE_END });
	}
	if (is_operator(c, c->at, '('))
		return compile_group(c);
	if (extended && first && *c->at && strchr("*+?{", *c->at))
		return fail(c, REG_BADRPT);
	if (*c->at == '[')
		return compile_set(c);
	if (*c->at == '\\')
		return compile_quoted(c);
	if (*c->at == '.') {
		c->at++;
		return emit(c, (struct instruction){ .code = CODE_ANY });
	}
	return emit_byte(c, *c->at++);
}

static bool compile_branch(struct compiler *c)
{
	bool first = true;

	while (c->flags & REG_NOSPEC ? *c->at != '\0' : !at_branch_end(c, c->at)) {
		/* In basic expressions "^*" is a star at the start of a line. */
		bool repeats = !(c->flags & REG_NOSPEC) &&
		    (c->flags & REG_EXTENDED || !first || *c->at != '^');
		int start = c->p->length;

		if (!compile_atom(c, first) || (repeats && !compile_repetitions(c, start)))
			return false;
		first = false;
	}
	return true;
}

/* Alternatives: each tries the first branch and, beside it, all others. */
static bool compile_branches(struct compiler *c)
{
	int start = c->p->length, jump;

	if (!compile_branch(c))
		return false;
	if (c->flags & REG_NOSPEC || !is_operator(c, c->at, '|'))
		return true;
	c->at += operator_length(c);
	if (++c->alternatives > ALTERNATIVES_MAX)
		return fail(c, REG_ESPACE);
	if (!insert(c, start,
		(struct instruction){
		    .code = CODE_SPLIT, .to = 1, .other = c->p->length - start + 2 }))
		return false;
	jump = c->p->length;
	if (!emit(c, (struct instruction){ .code = CODE_JUMP }) || !compile_branches(c))
		return false;
	c->p->instruction[jump].to = c->p->length - jump;
	return true;
}

/* The program begins with the first branch and ends in CODE_MATCH; every way through it gets there.
 */
int regcomp(regex_t *restrict regex, const char *restrict text, int flags)
{
	struct regex_program *p = calloc(1, sizeof *p);
	struct compiler c = { .p = p, .at = text, .flags = flags };

	*regex = (regex_t){ .re_program = p };
	if (!p)
		return REG_ESPACE;
	p->flags = flags;
	if (compile_branches(&c) && *c.at)
		fail(&c, REG_EPAREN);
	if (!c.error)
		emit(&c, (struct instruction){ .code = CODE_MATCH });
	regex->re_nsub = c.groups;
	if (c.error)
		regfree(regex);
	return c.error;
}

void regfree(regex_t *regex)
{
	if (regex->re_program) {
		free(regex->re_program->instruction);
		free(regex->re_program->set);
	}
	free(regex->re_program);
	regex->re_program = NULL;
}
