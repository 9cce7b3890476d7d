// SOURCES: libc/decimal/decimal.c libc/decimal/lex.c libc/decimal/parse.c libc/decimal/binary_float.c libc/stdio/format_decimal.c libc/stdio/format_float.c
// Floating-point numbers as text: every conversion, flag, width and precision in random combination
// against the host's snprintf, and random texts, the hard ones too (halfway between two numbers),
// against its strtod. To the last bit and digit. The sources are included below, see libc_rename.h.
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
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
int sprintf(char *text, const char *format, ...);
int asprintf(char **text, const char *format, ...);
int vsprintf(char *text, const char *format, va_list arguments);
int vasprintf(char **text, const char *format, va_list arguments);
double strtod(const char *restrict s, char **restrict end);
float strtof(const char *restrict s, char **restrict end);
long double strtold(const char *restrict s, char **restrict end);
double atof(const char *s);
#include "../../libc/stdio/format.c"
#include "../../libc/stdio/snprintf.c"
#include "../../libc/stdio/snprintf_float.c"
#include "../../libc/stdlib/strtod_float.c"
#include "libc_rename.h"
// clang-format on

static uint64_t seed = 4711;

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

/* ---- Numbers --------------------------------------------------------------------------------- */

/* Any bits at all; numbers of the size of those people use; special ones. */
static double random_double(void)
{
	static const double edges[] = { 0, 1, 0.5, 1.5, 2.5, 0.1, 9.5, 99.5, 999999.5, 1e15, 1e16,
		1e21, 1e22, 1e23, 123456789, 0.0001, 0.00001, DBL_MAX, DBL_MIN, DBL_TRUE_MIN,
		INFINITY, NAN };
	uint64_t bits = random64();
	double value;

	switch (pick(5)) {
	case 0:
		value = edges[pick(sizeof edges / sizeof *edges)];
		break;
	case 1:
		value = (double)(bits >> pick(64)) / (double)(1 << pick(20)); /* halfways are many
									       */
		break;
	case 2:
		value = (double)(bits % 100000) / 1000;
		break;
	default:
		memcpy(&value, &bits, sizeof value);
	}
	return pick(2) ? value : -value;
}

static long double random_long(void)
{
	uint64_t mantissa = random64();
	int exponent = pick(4) ? (int)pick(200) - 100 : (int)pick(33000) - 16500;
	long double value = ldexpl((long double)mantissa, exponent);

	switch (pick(6)) {
	case 0:
		return random_double();
	case 1:
		return (long double)(mantissa >> pick(64)) / (1 << pick(20));
	}
	return pick(2) ? value : -value;
}

/* ---- printf ---------------------------------------------------------------------------------- */

static bool same(const char *format, ...)
{
	static char mine[20000], theirs[20000];
	va_list a, b;
	int length, expected;
	bool equal;

	va_start(a, format);
	va_copy(b, a);
	length = atoll_vsnprintf(mine, sizeof mine, format, a);
	expected = vsnprintf(theirs, sizeof theirs, format, b);
	va_end(a);
	va_end(b);
	equal = length == expected && strcmp(mine, theirs) == 0;
	if (!equal) {
		static int shown;

		if (shown++ < 20)
			printf("# \"%s\": %d \"%.80s\", host %d \"%.80s\"\n", format, length, mine,
			    expected, theirs);
	}
	return equal;
}

/* Into format, without the conversion's letter. */
static char *random_spec(char *f)
{
	*f++ = '%';
	for (unsigned n = pick(3); n; n--)
		*f++ = "-+ #0"[pick(5)];
	if (pick(3) == 0)
		f += sprintf(f, "%u", 1 + pick(pick(8) ? 24 : 400));
	if (pick(3))
		f += sprintf(f, ".%u", pick(pick(8) ? 20 : 1200));
	else if (pick(8) == 0)
		*f++ = '.';
	return f;
}

/* The host's %#g loses its zeros when rounding makes a number one digit longer: so # is not for it.
 */
static void no_sharp_g(char *format)
{
	if (tolower(format[strlen(format) - 1]) == 'g')
		for (char *c = format; *c; c++)
			*c = *c == '#' ? '-' : *c;
}

static bool writes(const char *expected, const char *format, double value)
{
	char text[64];

	return atoll_snprintf(text, sizeof text, format, value) == (int)strlen(expected) &&
	    strcmp(text, expected) == 0;
}

static void test_printf(void)
{
	static const char conversions[] = "efgaEFGA";
	bool doubles[8] = { true, true, true, true, true, true, true, true }, longs = true;

	for (int round = 0; round < 60000; round++) {
		char format[64], *f = random_spec(format);
		unsigned conversion = pick(8);

		f[0] = conversions[conversion];
		f[1] = 0;
		no_sharp_g(format);
		doubles[conversion] &= same(format, random_double());
	}
	for (int round = 0; round < 8000; round++) {
		char format[64], *f = random_spec(format);

		f[0] = 'L';
		f[1] = conversions[pick(8)];
		f[2] = 0;
		no_sharp_g(format);
		longs &= same(format, random_long());
	}
	for (unsigned i = 0; i < 8; i++)
		ok(doubles[i], "%%%c as the host writes it", conversions[i]);
	ok(longs, "long doubles, with all conversions");
	ok(writes("1.00000", "%#g", 1) && writes("1.00000e+06", "%#g", 999999.5) &&
		writes("100000.", "%#g", 100000) && writes("0.000100000", "%#g", 0.0001) &&
		writes("2.e+20", "%#.0g", 2e20) && writes("0.00", "%#.3g", 0),
	    "%%#g keeps its zeros");
	ok(same("%.1100f", DBL_TRUE_MIN) && same("%.20000Lf", LDBL_MIN) && same("%Lf", LDBL_MAX),
	    "every digit of the smallest and the largest");
	ok(same("%f %d %s %Lf %g %c %a %d %d %d %d %.3f %e %f %f %f %f %f %f", 1.5, 7, "x", 2.5L,
	       -0.0, 'y', 3.0, 1, 2, 3, 4, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0),
	    "between other arguments, and more than there are registers");
	ok(atoll_snprintf(NULL, 0, "%.2147483647e", 1.0) == -1,
	    "a precision of more than can be counted");
}

/* ---- strtod ---------------------------------------------------------------------------------- */

static bool agree(const char *text)
{
	char *end[6];
	int error[6];
	struct {
		double d;
		float f;
		long double l;
	} mine, theirs;
	bool equal = true;

	memset(&mine, 0, sizeof mine);
	memset(&theirs, 0, sizeof theirs);
#define TRY(i, call) (errno = 0, call, error[i] = errno)
	TRY(0, mine.d = atoll_strtod(text, &end[0]));
	TRY(1, mine.f = atoll_strtof(text, &end[1]));
	TRY(2, mine.l = atoll_strtold(text, &end[2]));
	TRY(3, theirs.d = strtod(text, &end[3]));
	TRY(4, theirs.f = strtof(text, &end[4]));
	TRY(5, theirs.l = strtold(text, &end[5]));
	for (int i = 0; i < 3; i++)
		equal &= end[i] == end[i + 3] && error[i] == error[i + 3];
	equal &= memcmp(&mine.d, &theirs.d, 8) == 0 && memcmp(&mine.f, &theirs.f, 4) == 0 &&
	    memcmp(&mine.l, &theirs.l, 10) == 0;
	if (!equal) {
		static int shown;

		if (shown++ < 20)
			printf(
			    "# \"%.60s\": %a %a %La (%td, %d %d %d), host %a %a %La (%td, %d %d %d)\n",
			    text, mine.d, mine.f, mine.l, end[0] - text, error[0], error[1],
			    error[2], theirs.d, theirs.f, theirs.l, end[3] - text, error[3],
			    error[4], error[5]);
	}
	return equal;
}

/* Of the letters that numbers have, in any order. */
static void random_text(char *s)
{
	static const char letters[] = "0123456789012345678900..eE+-xXpPafAFinfINnan( \t_)";
	unsigned length = pick(24);

	for (unsigned i = 0; i < length; i++)
		*s++ = letters[pick(sizeof letters - 1)];
	*s = 0;
}

static void random_number(char *s)
{
	if (pick(4) == 0)
		*s++ = "+-"[pick(2)];
	if (pick(6) == 0) {
		s += sprintf(s, "0x%" PRIx64, random64() >> pick(64));
		if (pick(2))
			s += sprintf(s, ".%" PRIx64, random64() >> pick(64));
		sprintf(s, "p%d", (int)pick(pick(2) ? 200 : 2400) - (int)pick(1200));
		return;
	}
	for (unsigned n = pick(pick(8) ? 20 : 900); n; n--)
		*s++ = (char)('0' + pick(10));
	s += sprintf(s, "%u.", pick(10));
	for (unsigned n = pick(pick(8) ? 20 : 900); n; n--)
		*s++ = (char)('0' + pick(10));
	*s = 0;
	if (pick(2))
		sprintf(s, "e%d", (int)pick(pick(2) ? 60 : 700) - (int)pick(pick(9) ? 360 : 6000));
}

/* Exactly between a number and its neighbour, or a hair beside. */
static void halfway(char *s)
{
	double value = fabs(random_double());
	char *e;

	if (!(value <= 1e300)) /* or no number */
		value = 1 + (double)pick(1000);
	if (pick(2))
		sprintf(s, "%.800Le", ((long double)value + nextafter(value, INFINITY)) / 2);
	else
		sprintf(s, "%.200e", ((double)(float)value + nextafterf((float)value, 0)) / 2);
	e = strchr(s, 'e');
	if (e && pick(3) == 0) /* the last digit of the mantissa */
		e[-1] = (char)('0' + pick(10));
}

static void test_strtod(void)
{
	static char text[4000];
	static const char *const particular[] = { "", "+", ".", "-.", "e5", ".e1", "0x", "0xg",
		"0x.", "0x.p1", "0x1p", "0x1p+", "1e", "1e+", "1e-x", "inf", "INFINITY", "infinit",
		"in", "nan", "NaN()", "nan(12_x)", "nan(", "nan(-)", "  \t\n-7.25rest",
		"1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
		"4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
		"2.2250738585072011e-308", "2.2250738585072014e-308", "1e99999999999999999999",
		"1e-99999999999999999999", "0e999999999999999999999",
		"0.000000000000000000000000000000000000000000000000000000000000000000000000000001e80",
		"3.4028235677973366e38", "3.4028235677973365e38", "7.006492321624085e-46",
		"1.18973149535723176502e4932", "1.18973149535723176509e4932", "3.6e-4951",
		"1.8e-4951", "0x1.fffffffffffff7ffffffffffffffffp1023", "0x1.fffffffffffff8p1023",
		"0x0.8p-1074", "0x0.80000000000000000000000000000001p-1074", "9007199254740993",
		"9007199254740992.99999", "18446744073709551616.5", "36893488147419103233",
		"18446744073709551615.5", "0x1p999999999999999999999",
		"00000000000000000000000000000000000001", "-0", "-0x0p5" };
	bool all = true, numbers = true, texts = true, halves = true, back = true;

	for (unsigned i = 0; i < sizeof particular / sizeof *particular; i++)
		all &= agree(particular[i]);
	ok(all, "numbers at the limits, and what is none");
	for (int round = 0; round < 30000; round++) {
		random_number(text);
		numbers &= agree(text);
		random_text(text);
		texts &= agree(text);
	}
	ok(numbers, "random numbers");
	ok(texts, "random letters");
	for (int round = 0; round < 6000; round++) {
		halfway(text);
		halves &= agree(text);
	}
	ok(halves, "halfway between two numbers, and a hair beside");
	for (int round = 0; round < 20000; round++) {
		double value = random_double();

		atoll_snprintf(text, sizeof text, "%.17g", value);
		back &= isnan(value) || atoll_strtod(text, NULL) == value;
	}
	ok(back, "seventeen digits give the number back");
	ok(atoll_atof("2.5x") == 2.5, "atof");
	memset(text, '1', 3990);
	strcpy(text + 3990, "e-3900");
	ok(agree(text), "thousands of digits");
}

int main(void)
{
	test_printf();
	test_strtod();
	return tap_done();
}
