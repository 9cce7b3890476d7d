/* The engine of the scanf family. One character is looked at ahead and put back, never more (C17
 * 7.21.6.2): so "0x" without a digit behind it, or "1e+", is taken away and matches nothing. */
#include "scan.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../decimal/decimal.h"

enum result { MATCHED, MISMATCH, ENDED };

/* One conversion. */
struct spec {
	bool discard; /* '*' */
	int width;    /* at least 1; INT_MAX: none was given */
	enum { LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_LONG, LENGTH_LONG_DOUBLE } length;
	char conversion;
	bool in_set[UCHAR_MAX + 1]; /* of s and [ */
};

struct scan {
	struct source *source;
	va_list arguments;
	int left; /* characters that the field may still have */
};

static int take(struct scan *s)
{
	int c;

	if (s->left == 0)
		return EOF;
	c = s->source->get(s->source);
	if (c != EOF) {
		s->source->total++;
		s->left--;
	}
	return c;
}

static void put_back(struct scan *s, int c)
{
	if (c == EOF)
		return;
	s->source->unget(s->source, c);
	s->source->total--;
	s->left++;
}

/* False: the source has ended. */
static bool skip_blanks(struct scan *s)
{
	int c;

	s->left = INT_MAX;
	do
		c = take(s);
	while (isspace(c));
	put_back(s, c);
	return c != EOF;
}

/* ---- Integers -------------------------------------------------------------------------------- */

static unsigned digit_value(int c)
{
	return isdigit(c) ? (unsigned)(c - '0')
	    : isalpha(c)  ? (unsigned)(tolower(c) - 'a' + 10)
			  : UINT_MAX;
}

/* A "0" and perhaps the "x" behind it; settles base 0. Whether there is a digit already. */
static bool take_prefix(struct scan *s, int *c, unsigned *base)
{
	if (*c != '0' || (*base != 0 && *base != 16)) {
		*base = *base ? *base : 10;
		return false;
	}
	*c = take(s);
	if (tolower(*c) != 'x') {
		*base = *base ? *base : 8;
		return true;
	}
	*base = 16;
	*c = take(s);
	return false;
}

/* *value: negated when it has a minus sign; at the limit when it is beyond. */
static bool take_integer(struct scan *s, unsigned base, bool with_sign, uint64_t *value)
{
	int c = take(s);
	bool negative = c == '-', overflow = false, any;
	uint64_t limit = UINT64_MAX;

	*value = 0;
	if (c == '-' || c == '+')
		c = take(s);
	any = take_prefix(s, &c, &base);
	for (unsigned digit; (digit = digit_value(c)) < base; c = take(s), any = true)
		overflow |= __builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value);
	put_back(s, c);
	if (with_sign)
		limit = (uint64_t)INT64_MAX + negative;
	if (overflow || *value > limit) {
		errno = ERANGE;
		*value = limit;
		negative &= with_sign;
	}
	if (negative)
		*value = -*value;
	return any;
}

static void store(struct scan *s, const struct spec *spec, uint64_t value)
{
	void *to;

	if (spec->discard)
		return;
	to = va_arg(s->arguments, void *);
	switch (spec->length) {
	case LENGTH_CHAR:
		*(uint8_t *)to = (uint8_t)value;
		break;
	case LENGTH_SHORT:
		*(uint16_t *)to = (uint16_t)value;
		break;
	case LENGTH_INT:
		*(uint32_t *)to = (uint32_t)value;
		break;
	case LENGTH_LONG:
	case LENGTH_LONG_DOUBLE:
		*(uint64_t *)to = value;
		break;
	}
}

static enum result scan_integer(struct scan *s, struct spec *spec)
{
	static const struct {
		char conversion;
		unsigned char base;
	} bases[] = { { 'd', 10 }, { 'i', 0 }, { 'u', 10 }, { 'o', 8 }, { 'x', 16 }, { 'X', 16 },
		{ 'p', 16 } };
	uint64_t value;
	unsigned base = 0;

	for (unsigned i = 0; i < sizeof bases / sizeof *bases; i++)
		if (bases[i].conversion == spec->conversion)
			base = bases[i].base;
	if (!take_integer(s, base, spec->conversion == 'd' || spec->conversion == 'i', &value))
		return MISMATCH;
	if (spec->conversion == 'p')
		spec->length = LENGTH_LONG;
	store(s, spec, value);
	return MATCHED;
}

/* ---- Floating point -------------------------------------------------------------------------- */

/* The characters of a number, however many it has: all its digits count. */
struct text {
	char *start, few[128];
	size_t length, room;
};

static bool append(struct text *t, int c)
{
	if (t->length == t->room) {
		char *more = realloc(t->start == t->few ? NULL : t->start, 2 * t->room);

		if (!more)
			return false;
		if (t->start == t->few)
			memcpy(more, t->few, t->length);
		t->start = more;
		t->room *= 2;
	}
	t->start[t->length++] = (char)c;
	return true;
}

static enum result scan_float(struct scan *s, const struct spec *spec)
{
	const unsigned bits = spec->length == LENGTH_LONG_DOUBLE ? 64
	    : spec->length == LENGTH_LONG                        ? 53
								 : 24;
	struct text text = { .start = text.few, .room = sizeof text.few };
	struct float_lexer lexer = { 0 };
	enum result result = MISMATCH;
	struct binary b;
	int c = take(s);
	const bool negative = c == '-';
	bool inexact;

	if (c == '-' || c == '+')
		c = take(s);
	for (; c != EOF && float_lex(&lexer, c); c = take(s))
		if (!append(&text, c)) {
			result = ENDED;
			break;
		}
	put_back(s, c);
	if (result == MISMATCH && float_lex_ends(&lexer)) {
		b = float_parse(text.start, text.start + text.length, bits, &inexact);
		b.negative = negative;
		if (!spec->discard)
			store_binary(va_arg(s->arguments, void *), &b);
		result = MATCHED;
	}
	if (text.start != text.few)
		free(text.start);
	return result;
}

/* ---- Characters ------------------------------------------------------------------------------ */

static enum result scan_chars(struct scan *s, const struct spec *spec)
{
	char *to = spec->discard ? NULL : va_arg(s->arguments, char *);

	while (s->left > 0) {
		const int c = take(s);

		if (c == EOF)
			return ENDED;
		if (to)
			*to++ = (char)c;
	}
	return MATCHED;
}

static enum result scan_string(struct scan *s, const struct spec *spec)
{
	char *to = spec->discard ? NULL : va_arg(s->arguments, char *);
	bool any = false;
	int c;

	for (c = take(s); c != EOF && spec->in_set[c]; c = take(s), any = true)
		if (to)
			*to++ = (char)c;
	if (c == EOF && !any)
		return ENDED;
	put_back(s, c);
	if (to && any)
		*to = 0;
	return any ? MATCHED : MISMATCH;
}

/* ---- The format ------------------------------------------------------------------------------ */

/* "[a-z]", "[^]]": the set of characters; where it ends. */
static const char *parse_set(const char *format, struct spec *spec)
{
	const bool others = *format == '^';
	const char *first;

	format += others;
	memset(spec->in_set, others, sizeof spec->in_set);
	for (first = format; *format && (*format != ']' || format == first); format++) {
		unsigned from = (unsigned char)*format, to = from;

		if (format[1] == '-' && format[2] && format[2] != ']') {
			to = (unsigned char)format[2];
			format += 2;
		}
		for (; from <= to; from++)
			spec->in_set[from] = !others;
	}
	return *format ? format + 1 : format;
}

static const char *parse_length(const char *format, struct spec *spec)
{
	spec->length = LENGTH_INT;
	if (*format == 'h' || *format == 'l') {
		const bool twice = format[1] == *format;

		spec->length = *format == 'l' ? LENGTH_LONG : twice ? LENGTH_CHAR : LENGTH_SHORT;
		return format + 1 + twice;
	}
	if (*format && strchr("jzt", *format)) {
		spec->length = LENGTH_LONG;
		return format + 1;
	}
	if (*format == 'L') {
		spec->length = LENGTH_LONG_DOUBLE;
		return format + 1;
	}
	return format;
}

/* What follows a '%'. */
static const char *parse_spec(const char *format, struct spec *spec)
{
	spec->discard = *format == '*';
	format += spec->discard;
	spec->width = 0;
	for (; isdigit((unsigned char)*format); format++)
		if (__builtin_mul_overflow(spec->width, 10, &spec->width) ||
		    __builtin_add_overflow(spec->width, *format - '0', &spec->width))
			spec->width = INT_MAX;
	format = parse_length(format, spec);
	spec->conversion = *format;
	if (*format)
		format++;
	if (spec->width == 0)
		spec->width = spec->conversion == 'c' ? 1 : INT_MAX;
	if (spec->conversion == '[')
		format = parse_set(format, spec);
	for (int c = 0; c <= UCHAR_MAX && spec->conversion == 's'; c++)
		spec->in_set[c] = !isspace(c);
	return format;
}

static enum result literal(struct scan *s, int wanted)
{
	int c;

	s->left = 1;
	c = take(s);
	if (c == wanted)
		return MATCHED;
	put_back(s, c);
	return c == EOF ? ENDED : MISMATCH;
}

static enum result convert(struct scan *s, struct spec *spec)
{
	if (!strchr("c[n", spec->conversion) && !skip_blanks(s))
		return ENDED;
	s->left = spec->width;
	switch (spec->conversion) {
	case 'd':
	case 'i':
	case 'u':
	case 'o':
	case 'x':
	case 'X':
	case 'p':
		return scan_integer(s, spec);
	case 'e':
	case 'f':
	case 'g':
	case 'a':
	case 'E':
	case 'F':
	case 'G':
	case 'A':
		return scan_float(s, spec);
	case 'c':
		return scan_chars(s, spec);
	case 's':
	case '[':
		return scan_string(s, spec);
	case 'n':
		store(s, spec, s->source->total);
		return MATCHED;
	case '%':
		return literal(s, '%');
	}
	return MISMATCH;
}

int libc_scan(struct source *source, const char *format, va_list arguments)
{
	struct scan s = { .source = source };
	enum result result = MATCHED;
	struct spec spec;
	int filled = 0;

	va_copy(s.arguments, arguments);
	source->total = 0;
	while (*format && result == MATCHED) {
		if (isspace((unsigned char)*format)) {
			skip_blanks(&s);
			format++;
		} else if (*format != '%') {
			result = literal(&s, (unsigned char)*format++);
		} else {
			format = parse_spec(format + 1, &spec);
			result = convert(&s, &spec);
			if (result == MATCHED && !spec.discard && spec.conversion != 'n' &&
			    spec.conversion != '%')
				filled++;
		}
	}
	va_end(s.arguments);
	return result == ENDED && filled == 0 ? EOF : filled;
}
