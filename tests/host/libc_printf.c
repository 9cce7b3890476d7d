// SOURCES: libc/decimal/decimal.c libc/decimal/binary_float.c libc/stdio/format_decimal.c libc/stdio/format_float.c
// The printf family's engine: every flag, width, precision and length in random combination against
// the host's snprintf, into buffers of every size. The sources are included below, see
// libc_rename.h.
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include "tap.h"

#define HOST_STRING
#define HOST_HEAP
#include "libc_rename.h"
int vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int snprintf(char *text, size_t size, const char *format, ...);
int vsprintf(char *text, const char *format, va_list arguments);
int sprintf(char *text, const char *format, ...);
int vasprintf(char **text, const char *format, va_list arguments);
int asprintf(char **text, const char *format, ...);
#include "../../libc/stdio/format.c"
#include "../../libc/stdio/snprintf.c"
#include "../../libc/stdio/snprintf_float.c"
#include "libc_rename.h"
// clang-format on

static uint64_t seed = 99;

static uint64_t random64(void)
{
	uint64_t high;

	seed = seed * 6364136223846793005u + 1442695040888963407u;
	high = seed >> 32;
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return high << 32 | seed >> 32;
}

static unsigned pick(unsigned below)
{
	return (unsigned)(random64() >> 20) % below;
}

/* Compares what both make of one format and the same arguments; mine in a buffer of this size with
 * guards behind. */
static bool same(size_t size, const char *format, ...)
{
	static char mine[700], theirs[700];
	va_list a, b;
	int length, expected;
	bool equal;

	memset(mine, '#', sizeof mine);
	memset(theirs, '#', sizeof theirs);
	va_start(a, format);
	va_copy(b, a);
	length = atoll_vsnprintf(mine, size, format, a);
	expected = vsnprintf(theirs, size, format, b);
	va_end(a);
	va_end(b);
	equal = length == expected && memcmp(mine, theirs, sizeof mine) == 0;
	if (!equal) {
		static int shown;

		if (shown++ < 20)
			printf("# \"%s\": %d \"%.60s\", host %d \"%.60s\"\n", format, length, mine,
			    expected, theirs);
	}
	return equal;
}

/* "%", flags, width, precision. Returns the end. How many of them are '*' goes to *stars. */
static char *random_spec(char *f, bool *star_width, bool *star_precision)
{
	*f++ = '%';
	for (unsigned n = pick(4); n; n--)
		*f++ = "-+ #0"[pick(5)];
	*star_width = *star_precision = false;
	switch (pick(4)) {
	case 0:
		f += sprintf(f, "%u", 1 + pick(pick(8) ? 24 : 300));
		break;
	case 1:
		*star_width = true;
		*f++ = '*';
		break;
	}
	switch (pick(5)) {
	case 0:
		f += sprintf(f, ".%u", pick(pick(8) ? 30 : 300));
		break;
	case 1:
		*star_precision = true;
		f = stpcpy(f, ".*");
		break;
	case 2:
		*f++ = '.';
		break;
	}
	return f;
}

/* Values near the ends of all the types as well as in between. */
static uint64_t random_value(void)
{
	static const uint64_t edges[] = { 0, 1, 7, 8, 9, 10, 15, 16, 127, 128, 255, 256, 32767,
		32768, 65535, 65536, INT_MAX, 1ull + INT_MAX, UINT_MAX, 1ull << 32, INT64_MAX,
		1ull << 63, UINT64_MAX };
	uint64_t value =
	    pick(2) ? edges[pick(sizeof edges / sizeof *edges)] : random64() >> pick(64);

	return pick(3) ? value : -value;
}

#define CALL(...)                                                                         \
	(star_width && star_precision ? same(size, format, width, precision, __VA_ARGS__) \
		: star_width          ? same(size, format, width, __VA_ARGS__)            \
		: star_precision      ? same(size, format, precision, __VA_ARGS__)        \
				      : same(size, format, __VA_ARGS__))

static void test_random(void)
{
	static const char *const strings[] = { "", "a", "hello",
		"a longer string, longer than most fields are wide", NULL };
	bool integers = true, texts = true, pointers = true;

	for (int round = 0; round < 25000; round++) {
		char format[64], *end = format;
		bool star_width, star_precision;
		int width = (int)pick(60) - 30, precision = (int)pick(40) - 8;
		size_t size = pick(3) ? 690 : pick(20);

		if (pick(4) == 0)
			end = stpcpy(end, "ab");
		end = random_spec(end, &star_width, &star_precision);
		if (round % 4 < 2) {
			static const char *const lengths[] = { "", "hh", "h", "l", "ll", "z", "j",
				"t" };
			unsigned length = pick(8);

			end = stpcpy(end, lengths[length]);
			*end++ = "diuoxX"[pick(6)];
			strcpy(end, pick(2) ? "" : "%%z");
			integers &=
			    length < 3 ? CALL((unsigned)random_value()) : CALL(random_value());
		} else if (round % 4 == 2) {
			const char *s = strings[pick(5)];

			*end++ = pick(3) ? 's' : 'c';
			*end = 0;
			texts &= end[-1] == 's' ? CALL(s) : CALL((int)pick(256));
		} else {
			/* The host treats + and 0 before a p in ways of its own; C says nothing
			 * about either. */
			for (char *c = format; *c; c++)
				if (*c == '+' || *c == ' ' || *c == '#')
					*c = '-';
			stpcpy(end, "p!");
			pointers &= CALL((void *)(pick(9) ? random64() >> pick(64) : 0));
		}
	}
	ok(integers, "d i u o x X in all forms");
	ok(texts, "s and c in all forms");
	ok(pointers, "p in all forms");
}

#define MINE(...) (memset(text, '#', sizeof text), atoll_snprintf(text, sizeof text, __VA_ARGS__))

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-security"

static void test_particular(void)
{
	char text[64];
	signed char hh;
	short h;
	int n;
	long l;
	char *allocated;

	ok(MINE("plain") == 5 && strcmp(text, "plain") == 0, "no conversion at all");
	ok(MINE("") == 0 && !*text, "nothing at all");
	ok(atoll_snprintf(NULL, 0, "%d", 12345) == 5, "measuring without a buffer");
	ok(MINE("abc%hhnd%hne%nf%lng", &hh, &h, &n, &l) == 7 && hh == 3 && h == 4 && n == 5 &&
		l == 6,
	    "n of four sizes");
	ok(MINE("%y %5!") == 6 && strcmp(text, "%y %5!") == 0, "no such conversion: as it stands");
	ok(MINE("50%") == 3 && strcmp(text, "50%") == 0, "a lonely % at the end");
	ok(MINE("%-5") == 3 && strcmp(text, "%-5") == 0, "an unfinished conversion at the end");
	ok(MINE("%c", 0) == 1 && !text[0] && !text[1] && text[2] == '#', "a NUL character counts");
	errno = 0;
	ok(MINE("%2147483648d", 1) == -1 && errno == ERANGE, "a width that fits no int");
	ok(MINE("%.99999999999d", 1) == -1, "a precision that fits no int");
	ok(atoll_snprintf(NULL, 0, "%2147483647dx", 1) == -1, "one more than an int holds");
	ok(MINE("%*d", INT_MIN, 1) == -1, "a width that cannot be negated");
	ok(atoll_sprintf(text, "%s-%05d", "x", 42) == 7 && strcmp(text, "x-00042") == 0, "sprintf");
	ok(atoll_asprintf(&allocated, "%0100d", 7) == 100 && strlen(allocated) == 100, "asprintf");
	free(allocated);
	ok(MINE("%.3s", "abc\0def") == 3 && MINE("%.2s", (char[]){ 'x', 'y' }) == 2,
	    "s reads no further than its precision");
}

int main(void)
{
	test_random();
	test_particular();
	return tap_done();
}
