/* Formatting to files and descriptors. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "format.h"

/* ---- To a FILE ------------------------------------------------------------------------------- */

struct file_sink {
	struct sink sink; /* first: put gets a pointer to it */
	FILE *file;
	bool failed;
};

static void put_file(struct sink *sink, const char *text, size_t length)
{
	struct file_sink *s = (struct file_sink *)sink;

	if (!s->failed && fwrite(text, 1, length, s->file) != length)
		s->failed = true;
}

int vfprintf(FILE *restrict f, const char *restrict format, va_list arguments)
{
	struct file_sink s = { { put_file, 0 }, f, false };
	int length, mode;
	KEEP(f);

	if (!libc_file_writing(f))
		return -1;
	/* An unbuffered file is written to after each call, not after each piece of one. */
	mode = f->mode;
	if (mode == _IONBF)
		f->mode = _IOFBF;
	length = libc_format(&s.sink, format, arguments);
	f->mode = mode;
	if (!libc_file_wrote(f, false))
		s.failed = true;
	return s.failed ? -1 : length;
}

int vprintf(const char *restrict format, va_list arguments)
{
	return vfprintf(stdout, format, arguments);
}

void perror(const char *what)
{
	const char *text = strerror(errno);

	if (what && *what)
		fprintf(stderr, "%s: %s\n", what, text);
	else
		fprintf(stderr, "%s\n", text);
}
