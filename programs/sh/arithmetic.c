/* $((...)): sums by precedence climbing, in one pass. What a short cut leaves out (behind && || ?)
 * is read as the rest, but changes nothing. Values wrap. */
#include "expand.h"
#include "parse.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 100 /* of parentheses, signs and conditions */

struct sum {
	const struct expander *expander;
	const char *at, *why;
	unsigned dead, depth; /* dead: nothing is to happen now */
};

static const struct operator
{
	char text[3];
	unsigned char binds; /* more tightly than those with a smaller number */
}
operators[] = { { "||", 1 }, { "&&", 2 }, { "==", 6 }, { "!=", 6 }, { "<=", 7 }, { ">=", 7 },
	{ "<<", 8 }, { ">>", 8 }, { "|", 3 }, { "^", 4 }, { "&", 5 }, { "<", 7 }, { ">", 7 },
	{ "+", 9 }, { "-", 9 }, { "*", 10 }, { "/", 10 }, { "%", 10 } };
#define OPERATORS (sizeof operators / sizeof *operators)

static int64_t fail(struct sum *s, const char *why)
{
	s->why = s->why ? s->why : why;
	s->at += strlen(s->at);
	return 0;
}

static bool skip(struct sum *s, const char *text)
{
	s->at += strspn(s->at, " \t\n");
	if (strncmp(s->at, text, strlen(text)) != 0)
		return false;
	s->at += strlen(text);
	return true;
}

static int64_t apply(struct sum *s, const char *operator, int64_t a, int64_t b)
{
	uint64_t left = (uint64_t)a, right = (uint64_t)b;

	switch (operator[0] + (operator[1] ? 256 * operator[1] : 0)) {
	case '=' + 256 * '=':
		return a == b;
	case '!' + 256 * '=':
		return a != b;
	case '<' + 256 * '=':
		return a <= b;
	case '>' + 256 * '=':
		return a >= b;
	case '<' + 256 * '<':
		return (int64_t)(left << (right & 63));
	case '>' + 256 * '>':
		return a >> (right & 63);
	case '|':
		return a | b;
	case '^':
		return a ^ b;
	case '&':
		return a & b;
	case '<':
		return a < b;
	case '>':
		return a > b;
	case '+':
		return (int64_t)(left + right);
	case '-':
		return (int64_t)(left - right);
	case '*':
		return (int64_t)(left * right);
	}
	if (b == 0)
		return s->dead ? 0 : fail(s, "division by 0");
	if (b == -1) /* the smallest number has no positive one */
		return operator[0] == '/' ? (int64_t)-left : 0;
	return operator[0] == '/' ? a / b : a % b;
}

static int64_t number(struct sum *s, const char *text, const char **end)
{
	char *behind;
	int64_t value;

	errno = 0;
	value = (int64_t)strtoull(text, &behind, 0);
	*end = behind;
	return errno ? fail(s, "a number is too large") : value;
}

/* The value of a variable; one without is 0. */
static int64_t value_of(struct sum *s, const char *name)
{
	const char *text = s->expander->value(name), *end;
	bool minus;
	int64_t value;

	text = text ? text + strspn(text, " \t\n") : "";
	minus = *text == '-';
	text += minus || *text == '+';
	if (!*text)
		return minus ? fail(s, "a variable is not a number") : 0;
	if (!isdigit((unsigned char)*text))
		return fail(s, "a variable is not a number");
	value = number(s, text, &end);
	if (end[strspn(end, " \t\n")])
		return fail(s, "a variable is not a number");
	return minus ? (int64_t) - (uint64_t)value : value;
}

static int64_t assignment(struct sum *s);

/* Behind the name's '=' or 'OP='. */
static int64_t assign(struct sum *s, const char *name, const char *operator)
{
	int64_t value = assignment(s);
	char text[24];

	if (*operator)
		value = apply(s, operator, value_of(s, name), value);
	snprintf(text, sizeof text, "%lld", (long long)value);
	if (!s->dead && !s->why && (!s->expander->assign || !s->expander->assign(name, text)))
		fail(s, "a variable cannot be set");
	return value;
}

/* A name, and what may assign to it. */
static int64_t name(struct sum *s, size_t length)
{
	static const char *const assigning[] = { "<<", ">>", "+", "-", "*", "/", "%", "&", "^", "|",
		"" };
	char *own = strndup(s->at, length);
	int64_t value = 0;
	bool done = false;

	s->at += length;
	if (!own)
		return fail(s, "out of memory");
	for (size_t i = 0; i < sizeof assigning / sizeof *assigning && !done; i++) {
		size_t bytes = strlen(assigning[i]);

		skip(s, "");
		if (strncmp(s->at, assigning[i], bytes) != 0 || s->at[bytes] != '=' ||
		    s->at[bytes + 1] == '=')
			continue;
		s->at += bytes + 1;
		value = assign(s, own, assigning[i]);
		done = true;
	}
	if (!done)
		value = value_of(s, own);
	free(own);
	return value;
}

/* A number, a name, parentheses, a sign. */
static int64_t atom(struct sum *s)
{
	int64_t value = 0;

	if (++s->depth > DEPTH_MAX)
		return fail(s, "too deep");
	skip(s, "");
	if (skip(s, "(")) {
		value = assignment(s);
		if (!skip(s, ")"))
			fail(s, "a ) is missing");
	} else if (skip(s, "-")) {
		value = (int64_t) - (uint64_t)atom(s);
	} else if (skip(s, "+")) {
		value = atom(s);
	} else if (skip(s, "~")) {
		value = ~atom(s);
	} else if (skip(s, "!")) {
		value = !atom(s);
	} else if (isdigit((unsigned char)*s->at)) {
		value = number(s, s->at, &s->at);
	} else if (name_length(s->at)) {
		value = name(s, name_length(s->at));
	} else {
		fail(s, "a number is missing");
	}
	s->depth--;
	return value;
}

static const struct operator* next_operator(struct sum *s)
{
	skip(s, "");
	for (size_t i = 0; i < OPERATORS; i++)
		if (strncmp(s->at, operators[i].text, strlen(operators[i].text)) == 0)
			return &operators[i];
	return NULL;
}

/* All operators that bind at least so tightly. */
static int64_t binary(struct sum *s, unsigned binds)
{
	int64_t left = atom(s);
	const struct operator* o;

	while (!s->why && (o = next_operator(s)) != NULL && o->binds >= binds) {
		bool decided = (o->binds == 1 && left) || (o->binds == 2 && !left);
		int64_t right;

		s->at += strlen(o->text);
		s->dead += decided;
		right = binary(s, o->binds + 1u);
		s->dead -= decided;
		if (o->binds == 1)
			left = left || right;
		else
			left = o->binds == 2 ? left && right : apply(s, o->text, left, right);
	}
	return left;
}

/* A ? B : C, or less. (An assignment begins with a name, so atom() sees to it.) */
static int64_t assignment(struct sum *s)
{
	int64_t condition, yes, no;

	if (++s->depth > DEPTH_MAX)
		return fail(s, "too deep");
	condition = binary(s, 1);
	if (skip(s, "?")) {
		s->dead += !condition;
		yes = assignment(s);
		s->dead -= !condition;
		if (!skip(s, ":"))
			fail(s, "a : is missing");
		s->dead += condition != 0;
		no = assignment(s);
		s->dead -= condition != 0;
		condition = condition ? yes : no;
	}
	s->depth--;
	return condition;
}

bool arithmetic(
    const struct expander *expander, const char *text, int64_t *result, const char **why)
{
	struct sum s = { .expander = expander, .at = text };

	*result = 0;
	if (!skip(&s, "") || *s.at)
		*result = assignment(&s);
	if (!s.why && (skip(&s, ""), *s.at))
		fail(&s, "not a sum");
	*why = s.why;
	return !s.why;
}
