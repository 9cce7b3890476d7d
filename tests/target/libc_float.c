/* Floating-point numbers in a program: printed exactly, read exactly, handed through a variable
 * number of arguments, in several threads at once. The library itself is tried at random by
 * tests/host/libc_float.c. */
#include "lib/tap.h"
#include <fenv.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>
#include <threads.h>

static bool writes(const char *expected, const char *format, ...)
{
	char text[128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return strcmp(text, expected) == 0;
}

static void printing(void)
{
	ok(writes("1.500000 -0 1e+100 0x1.8p+1", "%f %g %g %a", 1.5, -0.0, 1e100, 3.0),
	    "doubles are written");
	ok(writes("0.1000000000000000055511151231257827021181583404541015625", "%.55f", 0.1),
	    "to the last digit");
	ok(writes("2 4 0.3333333333333333333", "%.0f %.0f %.19Lg", 2.5, 3.5, 1.0L / 3),
	    "rounded to the even one; long doubles");
	ok(writes("1 a 2.5 7 b 1.25", "%d %c %.1f %ld %s %.2Lf", 1, 'a', 2.5, 7L, "b", 1.25L),
	    "between other arguments");
	ok(writes("9 8 7 6 5 4 3 2 1 0", "%g %g %g %g %g %g %g %g %g %g", 9., 8., 7., 6., 5., 4.,
	       3., 2., 1., 0.),
	    "more than there are registers");
}

static void reading(void)
{
	char *end;

	ok(strtod("  -1.25e2x", &end) == -125 && *end == 'x', "read, up to what is none of it");
	ok(strtod("9007199254740993", NULL) == 9007199254740992.0 &&
		strtod("9007199254740993.0000000000000000001", NULL) == 9007199254740994.0,
	    "rounded as what follows wants it");
	ok(strtod("1e999", NULL) > DBL_MAX && strtof("1e39", NULL) > FLT_MAX, "infinite");
	ok(strtold("0x1p-16445", NULL) > 0 && strtod("0x1p-16445", NULL) == 0,
	    "a long double has more room");
}

/* To 15 digits, as anybody may look them up; here they come from another processor's x87 unit than
 * where the library was tried at random. */
static void mathematics(void)
{
	ok(writes("0.841470984807897 0.540302305868140 1.557407724654902", "%.15f %.15f %.15f",
	       sin(1), cos(1), tan(1)),
	    "sin, cos, tan");
	ok(writes("-0.817881912115909", "%.15f", sin(1e300)), "sin of a very large number");
	ok(writes("2.718281828459045 0.693147180559945 1.414213562373095", "%.15f %.15f %.15f",
	       exp(1), log(2), sqrt(2)),
	    "exp, log, sqrt");
	ok(pow(10, 15) == 1e15 && pow(2, -1074) == 0x1p-1074 && pow(-3, 3) == -27 &&
		cbrt(27) == 3 && hypot(3, 4) == 5,
	    "powers that are exact");
	ok(writes("0.785398163397448 1.047197551196598 -2.356194490192345", "%.15f %.15f %.15f",
	       atan(1), acos(0.5), atan2(-1, -1)),
	    "atan, acos, atan2");
	ok(writes("0.842700792949715 24.000000000000000 0.572364942924700", "%.15f %.15f %.15f",
	       erf(1), tgamma(5), lgamma(0.5)),
	    "erf, tgamma, lgamma");
	ok(floor(-1.5) == -2 && ceil(-1.5) == -1 && rint(2.5) == 2 && round(2.5) == 3 &&
		trunc(-0.5) == 0 && fmod(7.5, 2) == 1.5 &&
		fma(0x1p27 + 1, 0x1p27 - 1, -0x1p54) == -1,
	    "whole numbers and remainders");
	ok(fesetround(FE_UPWARD) == 0 && rint(0.25) == 1 && fesetround(FE_TONEAREST) == 0 &&
		rint(0.25) == 0,
	    "rounding the other way");
}

/* Each thread has its own registers: what it computes comes out as it would alone. */
static int computes(void *number)
{
	double start = *(const double *)number, x = start;
	char text[64];

	for (int round = 0; round < 300; round++) {
		snprintf(text, sizeof text, "%.17g", x);
		if (strtod(text, NULL) != x)
			return 1;
		x = x * 1.0625 + start;
		if (round % 10 == 0)
			thrd_yield();
	}
	return 0;
}

static void together(void)
{
	static const double start[3] = { 0.1, 1e-5, 12345.678 };
	thrd_t thread[3];
	int wrong = 0, result = 0;

	for (int i = 0; i < 3; i++)
		wrong += thrd_create(&thread[i], computes, (void *)&start[i]) != thrd_success;
	for (int i = 0; i < 3 && !wrong; i++) {
		wrong += thrd_join(thread[i], &result) != thrd_success;
		wrong += result;
	}
	ok(!wrong, "three threads at once");
}

#define IS_TYPE(expression, type) _Generic((expression), type : true, default : false)

static void by_type(void)
{
	float f = 0.5f;
	long double l = 0.5L;
	int exponent, quotient, two = 2;

	ok(IS_TYPE(sin(f), float) && IS_TYPE(sin(0.5), double) && IS_TYPE(sin(l), long double) &&
		IS_TYPE(sqrt(two), double) && IS_TYPE(cos(cos(f)), float),
	    "<tgmath.h>: one argument decides");
	ok(IS_TYPE(pow(f, f), float) && IS_TYPE(pow(f, 2.0), double) &&
		IS_TYPE(pow(two, l), long double) && IS_TYPE(pow(f, two), double),
	    "two do");
	ok(IS_TYPE(fma(f, f, f), float) && IS_TYPE(fma(f, f, l), long double) &&
		IS_TYPE(remquo(f, 1.0, &quotient), double),
	    "three do");
	ok(IS_TYPE(frexp(f, &exponent), float) && IS_TYPE(ldexp(l, two), long double) &&
		IS_TYPE(nexttoward(f, l), float) && IS_TYPE(lrint(f), long),
	    "and where another says nothing");
	ok(sin(f) == sinf(f) && sin(l) == sinl(l) && sqrt(two) == (sqrt)(2.0) &&
		fma(l, l, l) == 0.75L,
	    "by the function of that type");
}

int main(void)
{
	printing();
	reading();
	mathematics();
	by_type();
	together();
	return tap_done();
}
