/* Reading by a format, from files and from memory. Its arguments are pointers, so unlike printf it
 * takes them without a vector register. */
#include <stdbool.h>
#include <stdio.h>

#include "file.h"
#include "scan.h"

struct file_source {
	struct source source; /* first: get gets a pointer to it */
	FILE *file;
};

static int get_file(struct source *source)
{
	return fgetc(((struct file_source *)source)->file);
}

static void unget_file(struct source *source, int c)
{
	ungetc(c, ((struct file_source *)source)->file);
}

int vfscanf(FILE *restrict f, const char *restrict format, va_list arguments)
{
	struct file_source s = { { get_file, unget_file, 0 }, f };
	KEEP(f);

	return libc_scan(&s.source, format, arguments);
}

int vscanf(const char *restrict format, va_list arguments)
{
	return vfscanf(stdin, format, arguments);
}

int fscanf(FILE *restrict f, const char *restrict format, ...)
{
	va_list arguments;
	int filled;

	va_start(arguments, format);
	filled = vfscanf(f, format, arguments);
	va_end(arguments);
	return filled;
}

int scanf(const char *restrict format, ...)
{
	va_list arguments;
	int filled;

	va_start(arguments, format);
	filled = vfscanf(stdin, format, arguments);
	va_end(arguments);
	return filled;
}
