/* Floating-point numbers from text, correctly rounded: libc/decimal/. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "../decimal/decimal.h"

/* The longest start of s that is a number. Without one: 0, and *end is s. */
static struct binary parse(const char *s, char **end, unsigned bits)
{
	struct float_lexer lexer = { 0 };
	const char *from = s, *to = NULL;
	bool negative = false, inexact;
	struct binary b = { .bits = bits };

	while (isspace((unsigned char)*from))
		from++;
	if (*from == '+' || *from == '-')
		negative = *from++ == '-';
	for (const char *c = from; *c && float_lex(&lexer, (unsigned char)*c);)
		if (c++, float_lex_ends(&lexer))
			to = c;
	if (end)
		*end = (char *)(to ? to : s);
	if (!to)
		return b;
	b = float_parse(from, to, bits, &inexact);
	b.negative = negative;
	/* Too large, or too small to be had with all bits. */
	if (inexact && (b.kind == BINARY_INFINITE || !(b.mantissa >> (bits - 1))))
		errno = ERANGE;
	return b;
}

double strtod(const char *restrict s, char **restrict end)
{
	struct binary b = parse(s, end, 53);

	return double_of_binary(&b);
}

float strtof(const char *restrict s, char **restrict end)
{
	struct binary b = parse(s, end, 24);

	return float_of_binary(&b);
}

long double strtold(const char *restrict s, char **restrict end)
{
	struct binary b = parse(s, end, 64);

	return long_double_of_binary(&b);
}

double atof(const char *s)
{
	return strtod(s, NULL);
}
