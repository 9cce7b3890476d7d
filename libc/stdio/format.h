/* The engine of the printf family: text goes to a sink, piece by piece. */
#ifndef LIBC_FORMAT_H
#define LIBC_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

struct sink {
	void (*put)(struct sink *sink, const char *text, size_t length);
	size_t total; /* characters so far; counted here, not by put */
};

/* Returns the number of characters, or -1 (with errno) when that is more than an int holds. */
int libc_format(struct sink *sink, const char *format, va_list arguments);

#endif
