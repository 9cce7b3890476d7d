/* Conversions of floating-point numbers, exact to the last digit asked for. */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "format.h"

#define PLACES 10000 /* more than the highest and the lowest that a number can have */

/* A number about to be written: digits from one place down to another. */
struct layout {
	int highest, lowest; /* places; highest is lowest's or above */
	bool point;          /* a decimal point behind the first, or behind the units */
	bool scientific;     /* one digit, the rest behind the point, an exponent */
	char exponent[8];
};

static const char *sign_of(const struct spec *spec, const struct binary *b)
{
	return b->negative ? "-" : spec->plus ? "+" : spec->space ? " " : "";
}

static void put_digits(struct sink *sink, const struct decimal *x, int from, int to)
{
	char text[64];
	size_t length = 0;

	for (int place = from; place >= to; place--) {
		text[length++] = (char)('0' + decimal_digit(x, place));
		if (length == sizeof text || place == to) {
			libc_put(sink, text, length);
			length = 0;
		}
	}
}

/* "e+05", "p-1074": at least so many digits. */
static void write_exponent(char *text, char letter, int value, int least)
{
	char digits[8];
	int count = 0;

	*text++ = letter;
	*text++ = value < 0 ? '-' : '+';
	for (unsigned rest = value < 0 ? -(unsigned)value : (unsigned)value; rest || count < least;
	     rest /= 10)
		digits[count++] = (char)('0' + rest % 10);
	while (count)
		*text++ = digits[--count];
	*text = 0;
}

/* %g: as many digits as the precision says in all, in the shorter form, without zeros at the end
 * unless asked for. */
static struct layout lay_out_general(const struct spec *spec, struct decimal *x, int precision)
{
	struct layout l = { .point = spec->alternate };
	int top;

	if (precision == 0)
		precision = 1;
	decimal_round(x, decimal_top(x) - (precision - 1));
	top = decimal_top(x);
	l.scientific = top < -4 || top >= precision;
	l.lowest = top - (precision - 1);
	l.highest = l.scientific || top > 0 ? top : 0;
	if (!spec->alternate)
		while (l.lowest < (l.scientific ? top : 0) && decimal_digit(x, l.lowest) == 0)
			l.lowest++;
	if (l.lowest < (l.scientific ? top : 0))
		l.point = true;
	return l;
}

static struct layout lay_out(const struct spec *spec, struct decimal *x)
{
	const int precision = spec->precision < 0 ? 6 : spec->precision;
	const char conversion = (char)tolower(spec->conversion);
	struct layout l = { .point = precision > 0 || spec->alternate };

	if (conversion == 'f') {
		decimal_round(x, -precision);
		l.lowest = -precision;
		l.highest = decimal_top(x) > 0 ? decimal_top(x) : 0;
	} else if (conversion == 'e') {
		decimal_round(x, decimal_top(x) - precision);
		l.highest = decimal_top(x);
		l.lowest = l.highest - precision;
		l.scientific = true;
	} else {
		l = lay_out_general(spec, x, precision);
	}
	if (l.scientific)
		write_exponent(l.exponent, isupper(spec->conversion) ? 'E' : 'e', l.highest, 2);
	return l;
}

static void put_decimal(struct sink *sink, const struct spec *spec, const struct binary *b)
{
	const char *sign = sign_of(spec, b);
	struct decimal x;
	struct layout l;
	size_t length;
	int units;

	if (spec->precision > INT_MAX - PLACES) { /* more than printf can count */
		sink->total = (size_t)INT_MAX + 1;
		return;
	}
	decimal_set(&x, b->mantissa);
	decimal_scale(&x, b->exponent);
	l = lay_out(spec, &x);
	units = l.scientific ? l.highest : 0;
	length = (size_t)l.highest - (size_t)l.lowest + 1 + l.point + strlen(l.exponent);
	libc_field_begin(sink, spec, sign, length);
	put_digits(sink, &x, l.highest, units > l.lowest ? units : l.lowest);
	if (l.point)
		libc_put(sink, ".", 1);
	put_digits(sink, &x, units - 1, l.lowest);
	libc_put(sink, l.exponent, strlen(l.exponent));
	libc_field_end(sink, spec, sign, length);
}

/* ---- %a -------------------------------------------------------------------------------------- */

/* Keeps `nibbles` of hexadecimal fraction; the mantissa has `have` of them. */
static uint64_t round_nibbles(uint64_t mantissa, int have, int nibbles)
{
	const int drop = 4 * (have - nibbles);
	const uint64_t half = drop ? 1ull << (drop - 1) : 0, rest = mantissa & (2 * half - !!half);

	if (!drop)
		return mantissa;
	mantissa >>= drop;
	return mantissa + (rest > half || (rest == half && mantissa & 1));
}

/* One digit before the point: for a double the highest bit, for a long double, whose 64 bits are no
 * such number of nibbles and one, the highest four. */
static void put_hex(struct sink *sink, const struct spec *spec, const struct binary *b)
{
	const bool upper = spec->conversion == 'A';
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	const int have = b->bits == 64 ? 15 : 13;
	int nibbles = spec->precision >= 0 && spec->precision < have ? spec->precision : have;
	int power = b->mantissa ? b->exponent + 4 * have : 0;
	uint64_t mantissa = round_nibbles(b->mantissa, have, nibbles);
	char prefix[4] = "", text[24], exponent[8];
	size_t length = 0, whole;
	int zeros;

	if (b->bits == 64 && b->mantissa >> 63 && nibbles < have && mantissa >> 4 * nibbles > 15) {
		mantissa >>= 4;
		power += 4;
	}
	if (spec->precision < 0)
		for (; nibbles && mantissa % 16 == 0; nibbles--)
			mantissa /= 16;
	strcpy(stpcpy(prefix, sign_of(spec, b)), upper ? "0X" : "0x");
	write_exponent(exponent, upper ? 'P' : 'p', power, 1);
	text[length++] = digits[mantissa >> 4 * nibbles];
	if (nibbles || spec->precision > 0 || spec->alternate)
		text[length++] = '.';
	for (int i = nibbles; i-- > 0;)
		text[length++] = digits[mantissa >> 4 * i & 15];
	zeros = spec->precision > nibbles ? spec->precision - nibbles : 0;
	whole = length + (size_t)zeros + strlen(exponent);
	libc_field_begin(sink, spec, prefix, whole);
	libc_put(sink, text, length);
	libc_pad(sink, '0', zeros);
	libc_put(sink, exponent, strlen(exponent));
	libc_field_end(sink, spec, prefix, whole);
}

void libc_put_binary(struct sink *sink, const struct spec *spec, const struct binary *b)
{
	struct spec plain = *spec;
	const char *text = b->kind == BINARY_NAN ? "nan" : "inf";

	if (b->kind == BINARY_FINITE) {
		if (tolower(spec->conversion) == 'a')
			put_hex(sink, spec, b);
		else
			put_decimal(sink, spec, b);
		return;
	}
	if (isupper(spec->conversion))
		text = b->kind == BINARY_NAN ? "NAN" : "INF";
	plain.zero = false;
	libc_field_begin(sink, &plain, sign_of(spec, b), 3);
	libc_put(sink, text, 3);
	libc_field_end(sink, &plain, sign_of(spec, b), 3);
}
