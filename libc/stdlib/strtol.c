/* Numbers from text: strtol and its family, atoi and its own. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

static unsigned digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	if (isalpha((unsigned char)c))
		return (unsigned)(tolower((unsigned char)c) - 'a' + 10);
	return UINT_MAX;
}

/* Skips a "0x" when the base allows it and a digit follows; settles base 0. */
static const char *skip_prefix(const char *s, int *base)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digit_value(s[2]) < 16;

	if ((*base == 0 || *base == 16) && hex) {
		*base = 16;
		return s + 2;
	}
	if (*base == 0)
		*base = *s == '0' ? 8 : 10;
	return s;
}

/* The number, negated if it has a minus sign, in 64 bits. A magnitude above the limit for its sign:
 * that limit, and ERANGE. (For strtoll the negative limit is 2^63, which is its own negation.) */
static unsigned long long parse(const char *s, char **end, int base, unsigned long long limit,
    unsigned long long negative_limit)
{
	const char *start = s, *digits;
	unsigned long long value = 0;
	bool overflow = false, negative = false;

	if (base < 0 || base == 1 || base > 36) {
		errno = EINVAL;
		if (end)
			*end = (char *)start;
		return 0;
	}
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '-' || *s == '+')
		negative = *s++ == '-';
	s = digits = skip_prefix(s, &base);
	for (unsigned digit; (digit = digit_value(*s)) < (unsigned)base; s++) {
		overflow |= __builtin_mul_overflow(value, (unsigned)base, &value);
		overflow |= __builtin_add_overflow(value, digit, &value);
	}
	if (end)
		*end = (char *)(s == digits ? start : s);
	if (negative)
		limit = negative_limit;
	if (overflow || value > limit) {
		errno = ERANGE;
		return limit;
	}
	return negative ? -value : value;
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
	return (long long)parse(s, end, base, LLONG_MAX, 1ull + LLONG_MAX);
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
	return parse(s, end, base, ULLONG_MAX, ULLONG_MAX);
}

_Static_assert(sizeof(long) == sizeof(long long), "strtol is strtoll");

long strtol(const char *restrict s, char **restrict end, int base)
{
	return strtoll(s, end, base);
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	return strtoull(s, end, base);
}

intmax_t strtoimax(const char *restrict s, char **restrict end, int base)
{
	return strtoll(s, end, base);
}

uintmax_t strtoumax(const char *restrict s, char **restrict end, int base)
{
	return strtoull(s, end, base);
}

int atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

long long atoll(const char *s)
{
	return strtoll(s, NULL, 10);
}
