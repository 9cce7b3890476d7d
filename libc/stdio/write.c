/* Writing to files. */
#include "file.h"
#include <errno.h>
#include <string.h>

/* Everything into the buffer, which is written out whenever it is full. Returns how many bytes were
 * taken. */
static size_t put(FILE *f, const char *text, size_t length)
{
	size_t left = length;

	while (left) {
		size_t room = (size_t)(f->base + f->size - f->next),
		       part = room < left ? room : left;

		memcpy(f->next, text, part);
		f->next += part;
		text += part;
		left -= part;
		if (left && !libc_file_drain(f))
			break;
	}
	return length - left;
}

size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict f)
{
	size_t bytes, taken;
	KEEP(f);

	if (__builtin_mul_overflow(size, count, &bytes)) {
		errno = EINVAL;
		return 0;
	}
	if (!bytes || !libc_file_writing(f))
		return 0;
	taken = put(f, from, bytes);
	if (!libc_file_wrote(f, f->mode == _IOLBF && memrchr(from, '\n', taken)))
		return 0;
	return taken / size;
}

int fputs(const char *restrict s, FILE *restrict f)
{
	size_t length = strlen(s);

	return !length || fwrite(s, length, 1, f) == 1 ? 0 : EOF;
}

int fputc(int c, FILE *f)
{
	char byte = (char)c;

	return fwrite(&byte, 1, 1, f) == 1 ? (unsigned char)c : EOF;
}

int putc(int c, FILE *f)
{
	return fputc(c, f);
}

int putchar(int c)
{
	return fputc(c, stdout);
}

/* The line and its newline go out together. */
int puts(const char *s)
{
	KEEP(stdout);

	if (!libc_file_writing(stdout) || put(stdout, s, strlen(s)) < strlen(s))
		return EOF;
	return fputc('\n', stdout) == '\n' ? 0 : EOF;
}
