/* Which texts are floating-point numbers (C17 7.22.1.3), but for blanks and the sign before. One
 * character at a time, for scanf cannot look ahead. */
#include <ctype.h>
#include <string.h>

#include "decimal.h"

enum {
	BEGIN,
	ZERO, /* may become 0x */
	WHOLE,
	POINT, /* and no digit before it */
	FRACTION,
	EXPONENT, /* its letter, */
	EXPONENT_SIGN,
	EXPONENT_DIGITS,
	HEX, /* 0x, no digit yet */
	WORD,
	NAN_TEXT, /* nan( */
	NAN_ENDED,
	WRONG
};

static bool is_digit(const struct float_lexer *l, int c)
{
	return l->hex ? isxdigit(c) : isdigit(c);
}

static int begin(struct float_lexer *l, int c)
{
	if (c == '0')
		return ZERO;
	if (isdigit(c))
		return WHOLE;
	if (c == '.')
		return POINT;
	l->word = c == 'i' ? "infinity" : "nan";
	l->matched = 1;
	return c == 'i' || c == 'n' ? WORD : WRONG;
}

static int in_word(struct float_lexer *l, int c)
{
	if (c && c == l->word[l->matched]) {
		l->matched++;
		return WORD;
	}
	return c == '(' && !strcmp(l->word, "nan") && l->matched == 3 ? NAN_TEXT : WRONG;
}

/* Behind digits, or at least a zero. */
static int in_number(struct float_lexer *l, int c, bool fraction)
{
	if (is_digit(l, c))
		return fraction ? FRACTION : WHOLE;
	if (c == '.' && !fraction)
		return FRACTION;
	return c == (l->hex ? 'p' : 'e') ? EXPONENT : WRONG;
}

static int next(struct float_lexer *l, int c)
{
	switch (l->state) {
	case BEGIN:
		return begin(l, c);
	case ZERO:
		if (c == 'x') {
			l->hex = true;
			return HEX;
		}
		return in_number(l, c, false);
	case WHOLE:
		return in_number(l, c, false);
	case HEX:
		return c == '.' ? POINT : is_digit(l, c) ? WHOLE : WRONG;
	case POINT:
		return is_digit(l, c) ? FRACTION : WRONG;
	case FRACTION:
		return in_number(l, c, true);
	case EXPONENT:
		if (c == '+' || c == '-')
			return EXPONENT_SIGN;
		return isdigit(c) ? EXPONENT_DIGITS : WRONG;
	case EXPONENT_SIGN:
	case EXPONENT_DIGITS:
		return isdigit(c) ? EXPONENT_DIGITS : WRONG;
	case WORD:
		return in_word(l, c);
	case NAN_TEXT:
		return c == ')' ? NAN_ENDED : isalnum(c) || c == '_' ? NAN_TEXT : WRONG;
	}
	return WRONG;
}

bool float_lex(struct float_lexer *l, int c)
{
	const int state = next(l, tolower(c));

	if (state == WRONG)
		return false;
	l->state = (unsigned char)state;
	return true;
}

bool float_lex_ends(const struct float_lexer *l)
{
	switch (l->state) {
	case ZERO:
	case WHOLE:
	case FRACTION:
	case EXPONENT_DIGITS:
	case NAN_ENDED:
		return true;
	case WORD:
		return l->matched == 3 || l->matched == 8;
	}
	return false;
}
