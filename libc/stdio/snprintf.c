/* Formatting into memory. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

struct memory_sink {
	struct sink sink; /* first: put gets a pointer to it */
	char *next, *end; /* end: the last place, kept for the NUL */
};

static void put(struct sink *sink, const char *text, size_t length)
{
	struct memory_sink *m = (struct memory_sink *)sink;
	size_t room = (size_t)(m->end - m->next);

	if (length > room)
		length = room;
	memcpy(m->next, text, length);
	m->next += length;
}

int vsnprintf(char *restrict text, size_t size, const char *restrict format, va_list arguments)
{
	char none;
	struct memory_sink m = { { put, 0 }, &none, &none };
	int length;

	if (size) {
		m.next = text;
		m.end = text + size - 1;
	}
	length = libc_format(&m.sink, format, arguments);
	*m.next = 0;
	return length;
}

int vsprintf(char *restrict text, const char *restrict format, va_list arguments)
{
	return vsnprintf(text, PTRDIFF_MAX, format, arguments);
}

int vasprintf(char **text, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	*text = length < 0 ? NULL : malloc((size_t)length + 1);
	if (*text)
		vsnprintf(*text, (size_t)length + 1, format, again);
	va_end(again);
	return *text ? length : -1;
}
