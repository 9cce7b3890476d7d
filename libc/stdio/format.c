/* The engine of the printf family, but for floating point (format_decimal.c). An unknown conversion
 * comes out as it stands. */
#include "format.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void libc_put(struct sink *sink, const char *text, size_t length)
{
	if (length)
		sink->put(sink, text, length);
	sink->total += length;
}

void libc_pad(struct sink *sink, char c, int count)
{
	char text[32];

	memset(text, c, sizeof text);
	for (; count > 0; count -= (int)sizeof text)
		libc_put(sink, text, count < (int)sizeof text ? (size_t)count : sizeof text);
}

/* How much a field is wider than what is in it. */
static int room(const struct spec *spec, const char *prefix, size_t length)
{
	size_t taken = strlen(prefix) + length;

	return (size_t)spec->width > taken ? spec->width - (int)taken : 0;
}

void libc_field_begin(struct sink *sink, const struct spec *spec, const char *prefix, size_t length)
{
	bool zeros = spec->zero && !spec->left;

	if (!zeros && !spec->left)
		libc_pad(sink, ' ', room(spec, prefix, length));
	libc_put(sink, prefix, strlen(prefix));
	if (zeros)
		libc_pad(sink, '0', room(spec, prefix, length));
}

void libc_field_end(struct sink *sink, const struct spec *spec, const char *prefix, size_t length)
{
	if (spec->left)
		libc_pad(sink, ' ', room(spec, prefix, length));
}

static void put_text(struct sink *sink, struct spec spec, const char *text, size_t length)
{
	spec.zero = false;
	libc_field_begin(sink, &spec, "", length);
	libc_put(sink, text, length);
	libc_field_end(sink, &spec, "", length);
}

/* An integer's magnitude; prefix is its sign or nothing. */
static void put_integer(struct sink *sink, struct spec spec, uint64_t value, const char *prefix)
{
	bool upper = spec.conversion == 'X';
	unsigned base = spec.conversion == 'o' ? 8 : spec.conversion == 'x' || upper ? 16 : 10;
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[24], *start = text + sizeof text;
	int length, zeros;

	if (base == 16 && spec.alternate && value)
		prefix = upper ? "0X" : "0x";
	for (uint64_t rest = value; rest; rest /= base)
		*--start = digits[rest % base];
	length = (int)(text + sizeof text - start);
	/* The precision is the least number of digits. Without one it is 1, and 0 may fill the
	 * field. */
	zeros = spec.precision >= 0 ? spec.precision - length : length == 0;
	spec.zero &= spec.precision < 0;
	if (base == 8 && spec.alternate && zeros <= 0)
		zeros = 1;
	zeros = zeros > 0 ? zeros : 0;
	libc_field_begin(sink, &spec, prefix, (size_t)zeros + (size_t)length);
	libc_pad(sink, '0', zeros);
	libc_put(sink, start, (size_t)length);
	libc_field_end(sink, &spec, prefix, (size_t)zeros + (size_t)length);
}

static void put_signed(struct sink *sink, const struct spec *spec, struct arguments *a)
{
	int64_t value =
	    spec->length >= LENGTH_LONG ? va_arg(a->list, int64_t) : va_arg(a->list, int);

	if (spec->length == LENGTH_CHAR)
		value = (signed char)value;
	else if (spec->length == LENGTH_SHORT)
		value = (short)value;
	if (value < 0)
		put_integer(sink, *spec, -(uint64_t)value, "-");
	else
		put_integer(sink, *spec, (uint64_t)value,
		    spec->plus        ? "+"
			: spec->space ? " "
				      : "");
}

static void put_unsigned(struct sink *sink, const struct spec *spec, struct arguments *a)
{
	uint64_t value =
	    spec->length >= LENGTH_LONG ? va_arg(a->list, uint64_t) : va_arg(a->list, unsigned);

	if (spec->length == LENGTH_CHAR)
		value = (unsigned char)value;
	else if (spec->length == LENGTH_SHORT)
		value = (unsigned short)value;
	put_integer(sink, *spec, value, "");
}

static void put_string(struct sink *sink, const struct spec *spec, const char *s)
{
	if (!s)
		s = spec->precision >= 0 && spec->precision < 6 ? "" : "(null)";
	put_text(
	    sink, *spec, s, spec->precision < 0 ? strlen(s) : strnlen(s, (size_t)spec->precision));
}

static void put_pointer(struct sink *sink, struct spec spec, const void *pointer)
{
	if (!pointer) {
		spec.precision = -1;
		put_string(sink, &spec, "(nil)");
		return;
	}
	spec.conversion = 'x';
	spec.alternate = true;
	put_integer(sink, spec, (uintptr_t)pointer, "");
}

static void store_total(const struct sink *sink, const struct spec *spec, void *where)
{
	switch (spec->length) {
	case LENGTH_CHAR:
		*(signed char *)where = (signed char)sink->total;
		break;
	case LENGTH_SHORT:
		*(short *)where = (short)sink->total;
		break;
	case LENGTH_INT:
		*(int *)where = (int)sink->total;
		break;
	case LENGTH_LONG:
	case LENGTH_LONG_DOUBLE:
		*(int64_t *)where = (int64_t)sink->total;
		break;
	}
}

/* Reads "123" or "*". Returns false when it does not fit an int. */
static bool parse_number(const char **format, int *number, struct arguments *a)
{
	bool fits = true;

	*number = 0;
	if (**format == '*') {
		++*format;
		*number = va_arg(a->list, int);
		return *number != INT_MIN;
	}
	for (; isdigit((unsigned char)**format); ++*format)
		fits &= !__builtin_mul_overflow(*number, 10, number) &&
		    !__builtin_add_overflow(*number, **format - '0', number);
	return fits;
}

/* In any order and as often as one likes, as the standard allows. */
static void parse_flags(const char **format, struct spec *spec)
{
	for (;; ++*format) {
		switch (**format) {
		case '-':
			spec->left = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		case '0':
			spec->zero = true;
			break;
		default:
			return;
		}
	}
}

static void parse_length(const char **format, struct spec *spec)
{
	const char *f = *format;

	spec->length = LENGTH_INT;
	if (f[0] == 'h') {
		spec->length = f[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
		f += f[1] == 'h' ? 2 : 1;
	} else if (f[0] == 'l') {
		spec->length = LENGTH_LONG;
		f += f[1] == 'l' ? 2 : 1;
	} else if (*f == 'L') {
		spec->length = LENGTH_LONG_DOUBLE;
		f++;
	} else if (*f && strchr("zjt", *f)) {
		spec->length = LENGTH_LONG;
		f++;
	}
	*format = f;
}

/* Takes apart what follows a '%'. */
static bool parse_spec(const char **format, struct spec *spec, struct arguments *a)
{
	*spec = (struct spec){ .precision = -1 };
	parse_flags(format, spec);
	if (!parse_number(format, &spec->width, a))
		return false;
	if (spec->width < 0) {
		spec->left = true;
		spec->width = -spec->width;
	}
	if (**format == '.') {
		++*format;
		if (!parse_number(format, &spec->precision, a))
			return false;
		if (spec->precision < 0)
			spec->precision = -1;
	}
	parse_length(format, spec);
	spec->conversion = **format;
	return true;
}

/* One conversion. Returns false when there is no such conversion. */
static bool convert(struct sink *sink, const struct spec *spec, struct arguments *a)
{
	struct binary b;
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		put_signed(sink, spec, a);
		return true;
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_unsigned(sink, spec, a);
		return true;
	case 'c':
		c = (char)va_arg(a->list, int);
		put_text(sink, *spec, &c, 1);
		return true;
	case 's':
		put_string(sink, spec, va_arg(a->list, const char *));
		return true;
	case 'p':
		put_pointer(sink, *spec, va_arg(a->list, const void *));
		return true;
	case 'e':
	case 'f':
	case 'g':
	case 'a':
	case 'E':
	case 'F':
	case 'G':
	case 'A':
		b = libc_float_argument(a, spec->length == LENGTH_LONG_DOUBLE);
		libc_put_binary(sink, spec, &b);
		return true;
	case 'n':
		store_total(sink, spec, va_arg(a->list, void *));
		return true;
	case '%':
		libc_put(sink, "%", 1);
		return true;
	default:
		return false;
	}
}

int libc_format(struct sink *sink, const char *format, va_list list)
{
	struct arguments a;
	struct spec spec;

	va_copy(a.list, list);
	sink->total = 0;
	while (*format && sink->total <= INT_MAX) {
		const char *start = format;

		while (*format && *format != '%')
			format++;
		libc_put(sink, start, (size_t)(format - start));
		if (!*format)
			break;
		start = format++;
		if (!parse_spec(&format, &spec, &a)) {
			sink->total = SIZE_MAX;
			break;
		}
		if (*format)
			format++;
		if (!convert(sink, &spec, &a))
			libc_put(sink, start, (size_t)(format - start));
	}
	va_end(a.list);
	if (sink->total > INT_MAX) {
		errno = ERANGE;
		return -1;
	}
	return (int)sink->total;
}
