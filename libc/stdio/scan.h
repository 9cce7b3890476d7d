/* The engine of the scanf family: characters come from a source, one by one. */
#ifndef LIBC_SCAN_H
#define LIBC_SCAN_H

#include <stdarg.h>
#include <stddef.h>

struct source {
	int (*get)(struct source *source); /* EOF: no more */
	void (*unget)(struct source *source, int c);
	size_t total; /* characters taken; counted by the engine */
};

/* How many arguments were filled in; EOF: the source ended before the first, or it failed. */
int libc_scan(struct source *source, const char *format, va_list arguments);

#endif
