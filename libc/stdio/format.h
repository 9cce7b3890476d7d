/* The engine of the printf family: text goes to a sink, piece by piece. */
#ifndef LIBC_FORMAT_H
#define LIBC_FORMAT_H

#include "../decimal/decimal.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct sink {
	void (*put)(struct sink *sink, const char *text, size_t length);
	size_t total; /* characters so far; counted here, not by put */
};

/* One conversion: "%-08.3lx" taken apart. */
struct spec {
	bool left, plus, space, alternate, zero;
	int width, precision; /* precision -1: none */
	enum { LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_LONG, LENGTH_LONG_DOUBLE } length;
	char conversion;
};

/* va_list may be an array, so it is passed about in this. */
struct arguments {
	va_list list;
};

/* Returns the number of characters, or -1 (with errno) when that is more than an int holds. */
int libc_format(struct sink *sink, const char *format, va_list arguments);

/* What the conversions are made of. A field is begun with the length of what comes between, with
 * zeros put before it when it wants them, and ended. */
void libc_put(struct sink *sink, const char *text, size_t length);
void libc_pad(struct sink *sink, char c, int count);
void libc_field_begin(
    struct sink *sink, const struct spec *spec, const char *prefix, size_t length);
void libc_field_end(struct sink *sink, const struct spec *spec, const char *prefix, size_t length);
/* format_decimal.c: e f g a, and in capitals. */
void libc_put_binary(struct sink *sink, const struct spec *spec, const struct binary *b);
/* format_float.c: the next argument, a double or a long double. */
struct binary libc_float_argument(struct arguments *arguments, bool longer);

#endif
