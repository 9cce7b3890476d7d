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
#include "pattern.h"
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX        50 /* of groups in groups */
#define ALTERNATIVES_MAX 500
#define REPEAT_MAX       255

struct compiler {
	struct pattern *p;
	const char *text, *at;
	unsigned flags, depth, alternatives;
	const char *error;
};

static bool fail(struct compiler *c, const char *error)
{
	c->error = c->error ? c->error : error;
	return false;
}

static bool emit(struct compiler *c, struct instruction instruction)
{
	if (c->p->length == PROGRAM_MAX)
		return fail(c, "the pattern is too large");
	c->p->program[c->p->length++] = instruction;
	return true;
}

static bool emit_byte(struct compiler *c, char byte)
{
	if (c->flags & MATCH_FOLD)
		byte = (char)tolower((unsigned char)byte);
	return emit(c, (struct instruction){ .code = CODE_BYTE, .byte = (unsigned char)byte });
}

/* Puts an instruction before the code from `start` on. */
static bool insert(struct compiler *c, int start, struct instruction instruction)
{
	struct instruction *program = c->p->program;

	if (!emit(c, instruction))
		return false;
	memmove(program + start + 1, program + start,
	    (size_t)(c->p->length - 1 - start) * sizeof *program);
	program[start] = instruction;
	return true;
}

/* Adds a copy of code that stands in the program. */
static bool copy(struct compiler *c, int start, int length)
{
	for (int i = 0; i < length; i++)
		if (!emit(c, c->p->program[start + i]))
			return false;
	return true;
}

/* Is this operator here? It is written with a backslash in basic expressions. */
static bool is_operator(const struct compiler *c, const char *at, char op)
{
	return c->flags & MATCH_EXTENDED ? at[0] == op : at[0] == '\\' && at[1] == op;
}

static size_t operator_length(const struct compiler *c)
{
	return c->flags & MATCH_EXTENDED ? 1 : 2;
}

/* ---- Sets ------------------------------------------------------------------------------------ */

static void set_add(unsigned char *set, int byte)
{
	set[byte / 8] |= (unsigned char)(1 << byte % 8);
}

/* [:name:] at c->at. */
static bool set_class(struct compiler *c, unsigned char *set)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = {
		{ "alnum", isalnum },
		{ "alpha", isalpha },
		{ "blank", isblank },
		{ "cntrl", iscntrl },
		{ "digit", isdigit },
		{ "graph", isgraph },
		{ "lower", islower },
		{ "print", isprint },
		{ "punct", ispunct },
		{ "space", isspace },
		{ "upper", isupper },
		{ "xdigit", isxdigit },
	};
	const char *end = strstr(c->at, ":]");

	for (size_t i = 0; end && i < sizeof classes / sizeof *classes; i++) {
		size_t length = strlen(classes[i].name);

		if ((size_t)(end - c->at - 2) != length ||
		    strncmp(c->at + 2, classes[i].name, length) != 0)
			continue;
		for (int byte = 0; byte < 256; byte++)
			if (classes[i].is(byte))
				set_add(set, byte);
		c->at = end + 2;
		return true;
	}
	return fail(c, "no such class of characters");
}

/* One character or range of a set. */
static bool set_range(struct compiler *c, unsigned char *set)
{
	unsigned char low = (unsigned char)*c->at++, high = low;

	if (c->at[0] == '-' && c->at[1] && c->at[1] != ']') {
		high = (unsigned char)c->at[1];
		c->at += 2;
	}
	if (high < low)
		return fail(c, "a range ends before it begins");
	for (int byte = low; byte <= high; byte++)
		set_add(set, byte);
	return true;
}

/* A new set of the pattern's. Sets are counted in bytes of the text, so the array made for them
 * does not move. */
static unsigned char *set_new(struct pattern *p)
{
	return p->sets[p->set_count++];
}

/* [abc], [a-z], [^...]. Letters are doubled before the set is negated: with -i [^a] excludes A too.
 */
static bool compile_set(struct compiler *c)
{
	unsigned char *set = set_new(c->p);
	bool negated = *++c->at == '^';
	const char *first;

	c->at += negated;
	for (first = c->at; *c->at != ']' || c->at == first;) {
		if (!*c->at)
			return fail(c, "a [ is not closed");
		if (c->at[0] == '[' && (c->at[1] == '.' || c->at[1] == '='))
			return fail(c, "[. and [= are not supported");
		if (c->at[0] == '[' && c->at[1] == ':' ? !set_class(c, set) : !set_range(c, set))
			return false;
	}
	c->at++;
	for (int byte = 0; byte < 256 && c->flags & MATCH_FOLD; byte++)
		if (set[byte / 8] >> byte % 8 & 1)
			set_add(set, tolower(byte));
	for (int i = 0; i < 32 && negated; i++)
		set[i] = (unsigned char)~set[i];
	return emit(c, (struct instruction){ .code = CODE_SET, .set = set });
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
		return fail(c, "a { is not closed");
	c->at += operator_length(c);
	if (m < 0 || m > REPEAT_MAX || n > REPEAT_MAX || (n >= 0 && n < m))
		return fail(c, "what is in { } makes no sense");
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
	c->at += operator_length(c);
	if (++c->depth > DEPTH_MAX)
		return fail(c, "too many groups inside each other");
	if (!compile_branches(c))
		return false;
	c->depth--;
	if (!is_operator(c, c->at, ')'))
		return fail(c, "a ( is not closed");
	c->at += operator_length(c);
	return true;
}

/* A backslash and what it quotes. */
static bool compile_quoted(struct compiler *c)
{
	char quoted = c->at[1];

	if (!quoted)
		return fail(c, "nothing follows the \\ at the end");
	if (quoted >= '1' && quoted <= '9')
		return fail(c, "\\1 to \\9 are not supported");
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
	bool extended = c->flags & MATCH_EXTENDED;

	if (c->flags & MATCH_FIXED)
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
		return fail(c, "there is nothing to repeat");
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

	while (c->flags & MATCH_FIXED ? *c->at != '\0' : !at_branch_end(c, c->at)) {
		/* In basic expressions "^*" is a star at the start of a line. */
		bool repeats = !(c->flags & MATCH_FIXED) &&
		    (c->flags & MATCH_EXTENDED || !first || *c->at != '^');
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
	if (c->flags & MATCH_FIXED || !is_operator(c, c->at, '|'))
		return true;
	c->at += operator_length(c);
	if (++c->alternatives > ALTERNATIVES_MAX)
		return fail(c, "too many alternatives");
	if (!insert(c, start,
		(struct instruction){
		    .code = CODE_SPLIT, .to = 1, .other = c->p->length - start + 2 }))
		return false;
	jump = c->p->length;
	if (!emit(c, (struct instruction){ .code = CODE_JUMP }) || !compile_branches(c))
		return false;
	c->p->program[jump].to = c->p->length - jump;
	return true;
}

/* The program begins with the first branch and ends in CODE_MATCH; every way through it gets there.
 */
struct pattern *pattern_compile(const char *text, unsigned flags, const char **error)
{
	struct pattern *p = calloc(1, sizeof *p);
	struct compiler c = { .p = p, .text = text, .at = text, .flags = flags };

	if (p)
		p->sets = calloc(strlen(text) + 1, sizeof *p->sets);
	*error = "out of memory";
	if (!p || !p->sets) {
		pattern_free(p);
		return NULL;
	}
	p->fold = flags & MATCH_FOLD;
	if (compile_branches(&c) && *c.at)
		fail(&c, "a ) has no (");
	if (!c.error && emit(&c, (struct instruction){ .code = CODE_MATCH }))
		return p;
	*error = c.error;
	pattern_free(p);
	return NULL;
}
