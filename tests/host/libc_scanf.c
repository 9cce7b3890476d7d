// SOURCES: libc/decimal/decimal.c libc/decimal/lex.c libc/decimal/parse.c libc/decimal/binary_float.c
// The scanf family's engine: random formats on random texts against the host's sscanf: how many
// were filled in, with what, and how far it read. The sources are included below, see
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
int vsscanf(const char *text, const char *format, va_list arguments);
#include "../../libc/stdio/scan.c"
#include "../../libc/stdio/sscanf.c"
#include "libc_rename.h"
// clang-format on

static uint64_t seed = 2718;

static unsigned pick(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* Up to four conversions fill these. */
union place {
	char text[600];
	unsigned char bytes[600];
	long double number;
};

static bool same(const char *text, const char *format)
{
	static union place mine[4], theirs[4];
	int filled[2];
	bool equal;

	memset(mine, '#', sizeof mine);
	memset(theirs, '#', sizeof theirs);
	filled[0] = atoll_sscanf(text, format, &mine[0], &mine[1], &mine[2], &mine[3]);
	filled[1] = sscanf(text, format, &theirs[0], &theirs[1], &theirs[2], &theirs[3]);
	equal = filled[0] == filled[1] && memcmp(mine, theirs, sizeof mine) == 0;
	if (!equal) {
		static int shown;

		if (shown++ < 20)
			printf("# \"%s\" of \"%.60s\": %d \"%.20s\", host %d \"%.20s\"\n", format,
			    text, filled[0], mine[0].text, filled[1], theirs[0].text);
	}
	return equal;
}

static void random_text(char *s)
{
	static const char *const pieces[] = { "1", "42", "-7", "+3", "0", "007", "0x1f",
		"2147483648", "-2147483649", "99999999999999999999", "-99999999999999999999", "abc",
		"x", "hello", " ", " ", "\n", "\t ", ",", "%", "]", "-", "1.5", "-2.25e3", ".5",
		"1e5", "1e400", "inf", "nan", "0x1.8p3", "3.", "z9", "e" };

	*s = 0;
	for (unsigned n = pick(7); n; n--)
		s = stpcpy(s, pieces[pick(sizeof pieces / sizeof *pieces)]);
}

static void random_format(char *f)
{
	static const char *const lengths[] = { "", "", "hh", "h", "l", "ll", "j", "z", "t" };
	static const char *const sets[] = { "[a-z]", "[^ ]", "[]x]", "[^]]", "[0-9.-]", "[-a]",
		"[^\n]" };
	static const char *const between[] = { "", "", " ", ",", "x", " , ", "%%", "1" };

	for (unsigned n = 1 + pick(4); n; n--) {
		unsigned kind = pick(10);

		f = stpcpy(f, between[pick(8)]);
		*f++ = '%';
		if (pick(8) == 0)
			*f++ = '*';
		if (kind < 9 && pick(4) == 0)
			f += sprintf(f, "%u", 1 + pick(9));
		if (kind < 5) {
			f = stpcpy(f, lengths[pick(9)]);
			*f++ = "diuoxX"[pick(6)];
		} else if (kind < 7) {
			f = stpcpy(f, (const char *[]){ "", "l", "L" }[pick(3)]);
			*f++ = "efga"[pick(4)];
		} else if (kind == 7) {
			f = stpcpy(f, sets[pick(7)]);
		} else {
			*f++ = kind == 8 ? 's' : "cn"[pick(2)];
		}
	}
	*f = 0;
}

/* Where what was taken in begins a number but is none, "0x" or "1e+", C says that nothing matches
 * (7.21.6.2, its example of "100ergs"); the host takes the 0 or the 1. */
static bool host_differs(const char *text, const char *format)
{
	const bool floats = strpbrk(format, "efga") != NULL;

	if (strstr(text, "0x"))
		return true;
	for (const char *e = text; floats && (e = strchr(e, 'e')) != NULL; e++)
		if (e > text && strchr("0123456789.", e[-1]) &&
		    (!isdigit((unsigned char)e[1]) || strpbrk(format, "123456789")))
			return true;
	return false;
}

static void test_random(void)
{
	char text[200], format[200];
	bool all = true;

	for (int round = 0; round < 150000; round++) {
		random_text(text);
		random_format(format);
		if (!host_differs(text, format))
			all &= same(text, format);
	}
	ok(all, "random formats on random texts");
}

static void test_particular(void)
{
	char text[3000];
	int a = -1, b = -1, c = -1;
	double d = 0;

	ok(same("0x1f 0X2Gz", "%x%xG%c") && same("0x1f 077 9", "%i%i%i") && same("0x7fff", "%p"),
	    "prefixes");
	ok(atoll_sscanf("0xg", "%x%n", &a, &b) == 0 && b == -1, "0x without a digit is no number");
	ok(atoll_sscanf("0x12", "%2i%d", &a, &b) == 0, "nor when the width ends behind it");
	ok(atoll_sscanf("1e+x", "%lf", &d) == 0, "1e+ is no number");
	ok(atoll_sscanf("12abc", "%d%n%s", &a, &b, text) == 2 && a == 12 && b == 2,
	    "n says how far");
	ok(same("", "%d") && same("  ", "%d") && same("x", "%d") && same("", "x") && same("", "%n"),
	    "the end, before anything and behind something");
	ok(same("a b c", "%*s%*d") && same("abc", "%2c%c"), "counted characters");
	ok(atoll_sscanf("7 8", "%hhd%*[ ]%hd", (signed char *)text, (short *)&c) == 2,
	    "small ones");
	strcpy(text, "0.");
	memset(text + 2, '3', 2000);
	strcpy(text + 2002, "e1");
	ok(same(text, "%lf") && same(text, "%Lf") && same(text, "%f"), "a number of 2,000 digits");
}

int main(void)
{
	test_random();
	test_particular();
	return tap_done();
}
