/* Reading by a format, from a string. */
#include <stdio.h>

#include "scan.h"

struct string_source {
	struct source source; /* first: get gets a pointer to it */
	const unsigned char *next;
};

static int get_string(struct source *source)
{
	struct string_source *s = (struct string_source *)source;

	return *s->next ? *s->next++ : EOF;
}

static void unget_string(struct source *source, int c)
{
	((struct string_source *)source)->next--;
}

int vsscanf(const char *restrict text, const char *restrict format, va_list arguments)
{
	struct string_source s = { { get_string, unget_string, 0 }, (const unsigned char *)text };

	return libc_scan(&s.source, format, arguments);
}

int sscanf(const char *restrict text, const char *restrict format, ...)
{
	va_list arguments;
	int filled;

	va_start(arguments, format);
	filled = vsscanf(text, format, arguments);
	va_end(arguments);
	return filled;
}
