/* Reading from files. */
#include "file.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Is there something in the buffer, or could it be filled? */
static inline bool ready(FILE *f)
{
	return f->next < f->end || (!f->at_end && libc_file_fill(f));
}

int fgetc(FILE *f)
{
	KEEP(f);

	if (!libc_file_reading(f) || !ready(f))
		return EOF;
	return *f->next++;
}

int getc(FILE *f)
{
	return fgetc(f);
}

int getchar(void)
{
	return fgetc(stdin);
}

int ungetc(int c, FILE *f)
{
	KEEP(f);

	if (c == EOF || !libc_file_reading(f) || f->next == f->storage)
		return EOF;
	*--f->next = (unsigned char)c;
	f->at_end = false;
	return (unsigned char)c;
}

size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict f)
{
	unsigned char *out = to;
	size_t wanted, left;
	KEEP(f);

	if (__builtin_mul_overflow(size, count, &wanted)) {
		errno = EINVAL;
		return 0;
	}
	if (!wanted || !libc_file_reading(f))
		return 0;
	for (left = wanted; left && ready(f);) {
		size_t there = (size_t)(f->end - f->next), part = there < left ? there : left;

		memcpy(out, f->next, part);
		f->next += part;
		out += part;
		left -= part;
	}
	return (wanted - left) / size;
}

/* Looks for the newline in what is buffered, not byte by byte. */
char *fgets(char *restrict line, int size, FILE *restrict f)
{
	char *out = line;
	bool whole = false;
	KEEP(f);

	if (size <= 0 || !libc_file_reading(f))
		return NULL;
	for (size_t left = (size_t)size - 1; left && !whole && ready(f);) {
		size_t there = (size_t)(f->end - f->next), part = there < left ? there : left;
		unsigned char *newline = memchr(f->next, '\n', part);

		if (newline) {
			part = (size_t)(newline - f->next) + 1;
			whole = true;
		}
		memcpy(out, f->next, part);
		f->next += part;
		out += part;
		left -= part;
	}
	if ((out == line && size > 1) || f->failed)
		return NULL;
	*out = 0;
	return line;
}

/* The line grows by doubling, so that a long one costs time in proportion to its length. */
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict f)
{
	size_t length = 0;
	int c;
	KEEP(f);

	if (!*line)
		*size = 0;
	do {
		if (length + 2 > *size) { /* room for one more and the NUL */
			size_t larger = *size ? 2 * *size : 128;
			char *moved = realloc(*line, larger);

			if (!moved)
				return -1;
			*line = moved;
			*size = larger;
		}
		c = fgetc(f);
		if (c == EOF)
			break;
		(*line)[length++] = (char)c;
	} while (c != delimiter);
	(*line)[length] = 0;
	return length && !f->failed ? (ssize_t)length : -1;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict f)
{
	return getdelim(line, size, '\n', f);
}
