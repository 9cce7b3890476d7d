/* From text to the nearest number of a type, of two the even one: strtod and scanf. */
#include <ctype.h>

#include "decimal.h"

typedef unsigned __int128 wide;

#define VERY_LARGE 1000000000000ll /* an exponent beyond that says no more */
#define PLACE_MOST 5000            /* beyond, every type overflows or underflows */

/* Enough digits for 64 bits and one more, few enough for a `wide`: these places at the top. */
#define TOP_LEAST 20
#define TOP_MOST  25

/* Of a mantissa that is a whole number. */
static int least_exponent(unsigned bits)
{
	return bits == 24 ? -149 : bits == 53 ? -1074 : -16445;
}

static int largest_exponent(unsigned bits)
{
	return bits == 24 ? 104 : bits == 53 ? 971 : 16320;
}

static int length_of(wide value)
{
	uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;

	return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}

/* Rounds away `drop` bits, at least 1; `more`: and something behind them. */
static wide round_off(wide value, bool more, int drop, bool *inexact)
{
	wide rest, half, kept;

	if (drop > 127) {
		*inexact = true;
		return 0;
	}
	rest = value & (((wide)1 << drop) - 1);
	half = (wide)1 << (drop - 1);
	kept = value >> drop;
	*inexact = rest || more;
	return kept + (rest > half || (rest == half && (more || kept & 1)));
}

/* (value + more) * 2^exponent, to b's type. `more` is 0, or less than 1 and value has more bits
 * than the type. */
static void fit(struct binary *b, wide value, bool more, int64_t exponent, bool *inexact)
{
	const int least = least_exponent(b->bits);
	int64_t drop = length_of(value) - (int)b->bits;
	wide kept;

	if (!value)
		return;
	if (exponent + drop < least)
		drop = least - exponent;
	kept = drop > 0 ? round_off(value, more, drop < 128 ? (int)drop : 128, inexact)
			: value << -drop;
	exponent += drop;
	if (kept >> b->bits) { /* up to one bit more */
		kept >>= 1;
		exponent++;
	}
	if (exponent > largest_exponent(b->bits)) {
		b->kind = BINARY_INFINITE;
		*inexact = true;
		return;
	}
	b->mantissa = (uint64_t)kept;
	b->exponent = (int)exponent;
}

/* "[+-]123"; what is very large stays so. */
static int64_t parse_exponent(const char *s, const char *end)
{
	bool negative = s < end && *s == '-';
	int64_t value = 0;

	for (s += s < end && !isdigit((unsigned char)*s); s < end; s++)
		if (value < VERY_LARGE)
			value = value * 10 + (*s - '0');
	return negative ? -value : value;
}

/* The place of the first digit that is not 0, *first; without any: false. */
static bool first_place(const char **first, const char *mark, const char *end, int64_t *place)
{
	const char *s = *first, *point = s;

	while (point < mark && *point != '.')
		point++;
	while (s < mark && (*s == '0' || *s == '.'))
		s++;
	*first = s;
	*place = s < point ? point - s - 1 : point - s;
	if (mark < end)
		*place += parse_exponent(mark + 1, end);
	return s < mark;
}

static void parse_decimal(struct binary *b, const char *s, const char *end, bool *inexact)
{
	const char *mark = s;
	struct decimal x;
	int64_t place;
	int exponent = 0;
	bool more;
	wide whole;

	while (mark < end && tolower((unsigned char)*mark) != 'e')
		mark++;
	if (!first_place(&s, mark, end, &place))
		return;
	if (place > PLACE_MOST || place < -PLACE_MOST) {
		b->kind = place > 0 ? BINARY_INFINITE : BINARY_FINITE;
		*inexact = true;
		return;
	}
	decimal_begin(&x, (int)place);
	for (; s < mark; s++)
		if (*s != '.')
			decimal_append(&x, (int)place--, (unsigned)(*s - '0'));
	for (int top; (top = decimal_top(&x)) < TOP_LEAST || top > TOP_MOST;) {
		int power = 3 * (TOP_LEAST - top); /* 8 < 10: not too far */

		decimal_scale(&x, power);
		exponent -= power;
	}
	whole = decimal_whole(&x, &more);
	fit(b, whole, more, exponent, inexact);
}

static void parse_hex(struct binary *b, const char *s, const char *end, bool *inexact)
{
	int64_t exponent = 0;
	bool more = false, fraction = false;
	wide value = 0;

	for (; s < end && tolower((unsigned char)*s) != 'p'; s++) {
		unsigned digit = isdigit((unsigned char)*s)
		    ? (unsigned)(*s - '0')
		    : (unsigned)(tolower((unsigned char)*s) - 'a' + 10);

		if (*s == '.') {
			fraction = true;
			continue;
		}
		exponent -= 4 * fraction;
		if (value >> 100) {
			exponent += 4;
			more |= digit != 0;
		} else {
			value = value << 4 | digit;
		}
	}
	if (s < end)
		exponent += parse_exponent(s + 1, end);
	fit(b, value, more, exponent, inexact);
}

struct binary float_parse(const char *s, const char *end, unsigned bits, bool *inexact)
{
	struct binary b = { .kind = BINARY_FINITE, .exponent = least_exponent(bits), .bits = bits };

	*inexact = false;
	if (tolower((unsigned char)*s) == 'i')
		b.kind = BINARY_INFINITE;
	else if (tolower((unsigned char)*s) == 'n')
		b.kind = BINARY_NAN;
	else if (end - s > 1 && tolower((unsigned char)s[1]) == 'x')
		parse_hex(&b, s + 2, end, inexact);
	else
		parse_decimal(&b, s, end, inexact);
	return b;
}
