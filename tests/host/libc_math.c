// SOURCES: tests/host/libc_math_atoll.c libc/decimal/binary_float.c
// Mathematical functions on random arguments of every size against the host's long double ones: how
// many units in the last place they are off. Exact ones must be exact; zeros, infinities and NaNs
// as the host has them.
#define _GNU_SOURCE
#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static uint64_t seed = 1618;

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

/* ---- How far off ----------------------------------------------------------------------------- */

/* In units in the last place of a type with so many bits and this least exponent. */
static double off(long double got, long double expected, int bits, int least)
{
	int exponent;

	if (isnan(got) || isnan(expected))
		return isnan(got) && isnan(expected) ? 0 : INFINITY;
	if (got == expected)
		return !signbit(got) == !signbit(expected) ? 0 : INFINITY;
	if (isinf(got) || isinf(expected))
		return INFINITY;
	frexpl(expected, &exponent);
	exponent -= bits;
	return (double)ldexpl(fabsl(got - expected), exponent < least ? -least : -exponent);
}

/* What the reference is in that type, when it rounds to infinity or 0. */
static double off_double(double got, long double expected)
{
	if (isinf((double)expected))
		expected = (double)expected;
	if (isinf(got) && fabsl(expected) > DBL_MAX * 0.9999999999999999L)
		return 0; /* a unit at most */
	if (got == 0 && fabsl(expected) < DBL_TRUE_MIN)
		return !signbit(got) == !signbit(expected) ? 0 : INFINITY;
	return off(got, expected, 53, -1074);
}

static double off_float(float got, long double expected)
{
	if (isinf((float)expected))
		expected = (float)expected;
	if (isinf(got) && fabsl(expected) > FLT_MAX * 0.9999999L)
		return 0;
	if (got == 0 && fabsl(expected) < FLT_TRUE_MIN)
		return !signbit(got) == !signbit(expected) ? 0 : INFINITY;
	return off(got, expected, 24, -149);
}

static double off_long(long double got, long double expected)
{
	if (isinf(got) && fabsl(expected) > LDBL_MAX * 0.999999L)
		return 0;
	if (got == 0 && expected != 0 && fabsl(expected) <= 4 * LDBL_TRUE_MIN)
		return 0;
	return off(got, expected, 64, -16445);
}

/* ---- Arguments ------------------------------------------------------------------------------- */

static long double special(void)
{
	static const long double all[] = { 0, 1, 2, 3, 4, 5, 10, 0.5L, 1.5L, 2.5L, 0.25L, 1e-5L,
		1e-10L, 0x1p-30L, 0x1p52L, 0x1p53L, 0x1p63L, 1e22L, 1e300L, DBL_MAX, DBL_MIN,
		DBL_TRUE_MIN, FLT_MAX, FLT_MIN, INFINITY, NAN, 100, 170, 171, 709, 710, 745, 30,
		20 };
	long double x = all[pick(sizeof all / sizeof *all)];

	return pick(2) ? x : -x;
}

/* Between low and high, evenly or by size; now and then special ones, whatever the limits. */
static long double argument(double low, double high)
{
	long double fraction = (long double)random64() / 0x1p64L, x;

	switch (pick(8)) {
	case 0:
		return special();
	case 1:
	case 2:
	case 3:
		x = ldexpl(fraction, (int)pick(80) - 60);
		break;
	case 4:
		x = ldexpl(fraction, (int)pick(2000) - 1000);
		break;
	default:
		return low + (high - low) * fraction;
	}
	x = low < 0 && pick(2) ? -x : x;
	return x >= low && x <= high ? x : low + (high - low) * fraction;
}

#define ROUNDS 12000

struct worst {
	double d, f, l;
};

static void keep(double *worst, double now, const char *name, long double x, long double y,
    long double got, long double expected, double most)
{
	static int shown;

	if (now > *worst)
		*worst = now;
	if (now > most && shown++ < 30)
		printf("# %s(%La, %La) = %La, host %La: %g\n", name, x, y, got, expected, now);
}

static void judge(const char *name, const struct worst *w, double most, double most_long)
{
	ok(w->d <= most && w->f <= most && w->l <= most_long,
	    "%s: off by %.3f units, as float %.3f, as long double %.3f", name, w->d, w->f, w->l);
}

#define ONE(name, low, high, most, most_long)                                                  \
	do {                                                                                   \
		double atoll_##name(double);                                                   \
		float atoll_##name##f(float);                                                  \
		long double atoll_##name##l(long double);                                      \
		struct worst w = { 0 };                                                        \
                                                                                               \
		for (int round = 0; round < ROUNDS; round++) {                                 \
			long double x = argument(low, high);                                   \
			double d = (double)x;                                                  \
			float f = (float)x;                                                    \
                                                                                               \
			keep(&w.d, off_double(atoll_##name(d), name##l(d)), #name, d, 0,       \
			    atoll_##name(d), name##l(d), most);                                \
			keep(&w.f, off_float(atoll_##name##f(f), name##l(f)), #name "f", f, 0, \
			    atoll_##name##f(f), name##l(f), most);                             \
			keep(&w.l, off_long(atoll_##name##l(x), name##l(x)), #name "l", x, 0,  \
			    atoll_##name##l(x), name##l(x), most_long);                        \
		}                                                                              \
		judge(#name, &w, most, most_long);                                             \
	} while (0)

#define TWO(name, low, high, low2, high2, most, most_long)                                        \
	do {                                                                                      \
		double atoll_##name(double, double);                                              \
		float atoll_##name##f(float, float);                                              \
		long double atoll_##name##l(long double, long double);                            \
		struct worst w = { 0 };                                                           \
                                                                                                  \
		for (int round = 0; round < ROUNDS; round++) {                                    \
			long double x = argument(low, high), y = argument(low2, high2);           \
			double d = (double)x, e = (double)y;                                      \
			float f = (float)x, g = (float)y;                                         \
                                                                                                  \
			keep(&w.d, off_double(atoll_##name(d, e), name##l(d, e)), #name, d, e,    \
			    atoll_##name(d, e), name##l(d, e), most);                             \
			keep(&w.f, off_float(atoll_##name##f(f, g), name##l(f, g)), #name "f", f, \
			    g, atoll_##name##f(f, g), name##l(f, g), most);                       \
			keep(&w.l, off_long(atoll_##name##l(x, y), name##l(x, y)), #name "l", x,  \
			    y, atoll_##name##l(x, y), name##l(x, y), most_long);                  \
		}                                                                                 \
		judge(#name, &w, most, most_long);                                                \
	} while (0)

/* The same bits in each type, by the host's function of that type. */
/* Which zero is the larger is nobody's business. */
#define SAME(a, b) ((a) == (b) || (isnan(a) && isnan(b)))

#define EXACT_2(name)                                                                            \
	do {                                                                                     \
		double atoll_##name(double, double);                                             \
		float atoll_##name##f(float, float);                                             \
		bool all = true;                                                                 \
                                                                                                 \
		for (int round = 0; round < ROUNDS; round++) {                                   \
			double d = (double)argument(-1e6, 1e6), e = (double)argument(-1e3, 1e3); \
			float f = (float)d, g = (float)e;                                        \
                                                                                                 \
			all &= SAME(atoll_##name(d, e), name(d, e));                             \
			all &= SAME(atoll_##name##f(f, g), name##f(f, g));                       \
		}                                                                                \
		ok(all, #name ", float and double: exact");                                      \
	} while (0)

#define INTEGER(type, name)                                                    \
	do {                                                                   \
		type atoll_##name(double);                                     \
		type atoll_##name##f(float);                                   \
		type atoll_##name##l(long double);                             \
		bool all = true;                                               \
                                                                               \
		for (int round = 0; round < ROUNDS; round++) {                 \
			long double x = argument(-1e6, 1e6);                   \
                                                                               \
			if (!(fabsl(x) < 1e9L))                                \
				continue;                                      \
			all &= atoll_##name((double)x) == name((double)x);     \
			all &= atoll_##name##f((float)x) == name##f((float)x); \
			all &= atoll_##name##l(x) == name##l(x);               \
		}                                                              \
		ok(all, #name);                                                \
	} while (0)

static void transcendental(void)
{
	ONE(sin, -100, 100, 0.51, 2);
	ONE(sin, -1e300, 1e300, 0.51, 2); /* reduced with a thousand digits of pi */
	ONE(cos, -100, 100, 0.51, 2);
	ONE(cos, -1e300, 1e300, 0.51, 2);
	ONE(tan, -100, 100, 0.51, 3);
	ONE(asin, -1, 1, 0.51, 3);
	ONE(acos, -1, 1, 0.51, 3);
	ONE(atan, -1e6, 1e6, 0.51, 2);
	TWO(atan2, -1e6, 1e6, -1e6, 1e6, 0.51, 2);
	ONE(sinh, -800, 800, 0.51, 5);
	ONE(cosh, -800, 800, 0.51, 5);
	ONE(tanh, -30, 30, 0.51, 4);
	ONE(asinh, -1e6, 1e6, 0.51, 5);
	ONE(acosh, 1, 1e6, 0.51, 5);
	ONE(atanh, -1, 1, 0.51, 5);
	ONE(exp, -760, 720, 0.51, 2);
	ONE(exp2, -1080, 1030, 0.51, 2);
	ONE(expm1, -60, 720, 0.51, 3);
	ONE(log, 0, 1e6, 0.51, 2);
	ONE(log10, 0, 1e6, 0.51, 2);
	ONE(log2, 0, 1e6, 0.51, 2);
	ONE(log1p, -1, 1e6, 0.51, 3);
	TWO(pow, -100, 1000, -200, 200, 1, 2);
	ONE(cbrt, -1e6, 1e6, 0.51, 2);
	TWO(hypot, -1e6, 1e6, -1e6, 1e6, 0.51, 2);
	ONE(erf, -7, 7, 0.51, 16);
	ONE(erfc, -7, 30, 1, 2000);
	ONE(tgamma, 0, 175, 0.52, 12);
	ONE(tgamma, -180, 0, 0.52, 20);
	ONE(lgamma, 0, 1e6, 0.51, 100);
}

static void exact(void)
{
	ONE(sqrt, -1, 1e6, 0.5, 0.5);
	ONE(floor, -1e6, 1e6, 0, 0);
	ONE(ceil, -1e6, 1e6, 0, 0);
	ONE(trunc, -1e6, 1e6, 0, 0);
	ONE(round, -1e6, 1e6, 0, 0);
	ONE(rint, -1e6, 1e6, 0, 0);
	ONE(nearbyint, -1e6, 1e6, 0, 0);
	ONE(logb, -1e6, 1e6, 0, 0);
	ONE(fabs, -1e6, 1e6, 0, 0);
	TWO(fmod, -1e6, 1e6, -1e3, 1e3, 0, 0);
	TWO(remainder, -1e6, 1e6, -1e3, 1e3, 0, 0);
	TWO(copysign, -1e6, 1e6, -1e3, 1e3, 0, 0);
	EXACT_2(fmax);
	EXACT_2(fmin);
	EXACT_2(fdim);
	EXACT_2(nextafter);
	INTEGER(long, lrint);
	INTEGER(long, lround);
	INTEGER(long long, llrint);
	INTEGER(long long, llround);
}

/* ---- Those with two answers, or of another form ---------------------------------------------- */

#define DECLARE(type, f)                                                                         \
	type atoll_frexp##f(type, int *);                                                        \
	type atoll_ldexp##f(type, int);                                                          \
	type atoll_scalbln##f(type, long);                                                       \
	type atoll_modf##f(type, type *);                                                        \
	type atoll_remquo##f(type, type, int *);                                                 \
	type atoll_nexttoward##f(type, long double);                                             \
	int atoll_ilogb##f(type);                                                                \
                                                                                                 \
	static bool parts##f(long double value, long double other)                               \
	{                                                                                        \
		type x = (type)value, y = (type)other, whole[2];                                 \
		int n = (int)pick(400) - 200, exponent[2] = { 0, 0 }, quotient[2] = { 0 };       \
		bool all = true;                                                                 \
                                                                                                 \
		all &= SAME(atoll_frexp##f(x, &exponent[0]), frexp##f(x, &exponent[1]));         \
		all &= !isfinite(x) || exponent[0] == exponent[1];                               \
		all &= SAME(atoll_ldexp##f(x, n), ldexp##f(x, n));                               \
		all &= SAME(atoll_scalbln##f(x, 1000l * n), scalbln##f(x, 1000l * n));           \
		all &= SAME(atoll_modf##f(x, &whole[0]), modf##f(x, &whole[1]));                 \
		all &= SAME(whole[0], whole[1]);                                                 \
		all &= SAME(atoll_remquo##f(x, y, &quotient[0]), remquo##f(x, y, &quotient[1])); \
		all &= !isfinite(x) || !isfinite(y) || y == 0 ||                                 \
		    (quotient[0] - quotient[1]) % 8 == 0;                                        \
		all &= SAME(atoll_nexttoward##f(x, value), nexttoward##f(x, value));             \
		all &= SAME(atoll_nexttoward##f(x, other), nexttoward##f(x, other));             \
		all &= atoll_ilogb##f(x) == ilogb##f(x) || !isfinite(x);                         \
		if (!all) {                                                                      \
			static int shown;                                                        \
                                                                                                 \
			if (shown++ < 5)                                                         \
				printf("# %La, %La, %d\n", (long double)x, (long double)y, n);   \
		}                                                                                \
		return all;                                                                      \
	}
DECLARE(double, )
DECLARE(float, f)
DECLARE(long double, l)

static void taken_apart(void)
{
	bool doubles = true, floats = true, longs = true;

	for (int round = 0; round < 3 * ROUNDS; round++) {
		long double x = argument(-1e6, 1e6), y = argument(-100, 100);

		if (pick(4) == 0) /* any long double, the smallest too */
			x = ldexpl((long double)random64(), (int)pick(32800) - 16500);
		doubles &= parts(x, y);
		floats &= partsf(x, y);
		longs &= partsl(x, y);
	}
	ok(doubles, "frexp ldexp scalbln modf remquo nexttoward ilogb");
	ok(floats, "the same of float");
	ok(longs, "the same of long double");
}

/* Products that nearly cancel what is added, and sums whose rounding hangs on the last bit. */
static void multiply_add(void)
{
	double atoll_fma(double, double, double);
	float atoll_fmaf(float, float, float);
	bool doubles = true, floats = true;

	for (int round = 0; round < 5 * ROUNDS; round++) {
		double x = (double)argument(-1e6, 1e6), y = (double)argument(-1e6, 1e6), z;
		float a = (float)x, b = (float)y, c;

		z = pick(2) ? -x * y : ldexp(x * y, (int)pick(120) - 60);
		c = pick(2) ? -a * b : ldexpf(a * b, (int)pick(60) - 30);
		if (pick(3) == 0) { /* 54 bits: halfway, but for very little */
			x = (double)(random64() >> 37 | 1);
			y = (double)(random64() >> 37 | 1);
			z = ldexp(pick(2) ? 1 : -1, -(int)pick(300));
		}
		doubles &= SAME(atoll_fma(x, y, z), fma(x, y, z));
		floats &= SAME(atoll_fmaf(a, b, c), fmaf(a, b, c));
	}
	ok(doubles, "fma rounds once");
	ok(floats, "fmaf rounds once");
}

/* The same of long double, at every exponent, and however it is to be rounded. */
static void multiply_add_long(void)
{
	long double atoll_fmal(long double, long double, long double);
	static const int modes[] = { FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO };
	int shown = 0;

	for (int round = 0; round < 20 * ROUNDS; round++) {
		long double x = ldexpl((long double)random64(), (int)pick(300) - 200);
		long double y = ldexpl((long double)random64(), (int)pick(300) - 200), z, got,
			    expected;

		if (pick(8) == 0)
			x = ldexpl(x, (int)pick(32800) - 16500);
		if (pick(4) == 0) { /* few bits, that cancel or come to a half */
			x = (long double)(random64() >> (32 + pick(30)) | 1);
			y = (long double)(random64() >> (32 + pick(30)) | 1);
		}
		if (pick(8) == 0)
			y = special();
		x = pick(2) ? -x : x;
		z = pick(2) ? -x * y : ldexpl(x * y, (int)pick(300) - 150);
		if (pick(3) == 0)
			z = nextafterl(z, pick(2) ? INFINITY : -INFINITY);
		if (pick(8) == 0)
			z = ldexpl((long double)random64(), (int)pick(32800) - 16500);
		fesetround(modes[pick(4)]);
		got = atoll_fmal(x, y, z);
		expected = fmal(x, y, z);
		if (!(got == expected || (isnan(got) && isnan(expected))) ||
		    (!isnan(got) && !signbit(got) != !signbit(expected)))
			if (shown++ < 5)
				printf("# fmal(%La, %La, %La), mode %x: %La, host %La\n", x, y, z,
				    fegetround(), got, expected);
		fesetround(FE_TONEAREST);
	}
	ok(!shown, "fmal rounds once, in four ways");
}

/* ---- Errors ---------------------------------------------------------------------------------- */

/* A call of ours, and what it raises besides FE_INEXACT. */
#define RAISES(expected, call)                                                       \
	do {                                                                         \
		int raised;                                                          \
                                                                                     \
		feclearexcept(FE_ALL_EXCEPT);                                        \
		sink = (long double)atoll_##call;                                    \
		raised = fetestexcept(FE_ALL_EXCEPT & ~FE_INEXACT);                  \
		if (raised != (expected) && raised != ((expected) | FE_DENORMAL)) {  \
			printf("# %s raises %x, not %x\n", #call, raised, expected); \
			all = false;                                                 \
		}                                                                    \
	} while (0)
#define FE_DENORMAL 2 /* the x87's own, which C does not know */

double atoll_log(double), atoll_log2(double), atoll_log10(double), atoll_log1p(double),
    atoll_logb(double), atoll_atanh(double), atoll_acosh(double), atoll_acos(double),
    atoll_asin(double), atoll_sqrt(double), atoll_sin(double), atoll_cos(double), atoll_tan(double),
    atoll_tgamma(double), atoll_lgamma(double), atoll_exp(double), atoll_exp2(double),
    atoll_expm1(double), atoll_sinh(double), atoll_cosh(double), atoll_tanh(double),
    atoll_cbrt(double), atoll_erf(double), atoll_erfc(double), atoll_floor(double);
double atoll_pow(double, double), atoll_fmod(double, double), atoll_remainder(double, double),
    atoll_hypot(double, double), atoll_atan2(double, double), atoll_nextafter(double, double),
    atoll_fmax(double, double);
float atoll_logf(float), atoll_log2f(float), atoll_atanhf(float), atoll_powf(float, float),
    atoll_sqrtf(float), atoll_tanf(float), atoll_expf(float);
long double atoll_logl(long double), atoll_log10l(long double), atoll_expl(long double);

/* math_errhandling says MATH_ERREXCEPT: each error of C17 (7.12 and F.10) raises its exception,
 * and what is no error raises none. */
static void errors(void)
{
	volatile long double sink;
	bool all = true;

	RAISES(FE_DIVBYZERO, log(0));
	RAISES(FE_DIVBYZERO, logf(0));
	RAISES(FE_DIVBYZERO, logl(0));
	RAISES(FE_DIVBYZERO, log2(0));
	RAISES(FE_DIVBYZERO, log10(-0.0));
	RAISES(FE_DIVBYZERO, log1p(-1));
	RAISES(FE_DIVBYZERO, logb(0));
	RAISES(FE_DIVBYZERO, atanh(1));
	RAISES(FE_DIVBYZERO, atanhf(-1));
	RAISES(FE_DIVBYZERO, pow(0, -1));
	RAISES(FE_DIVBYZERO, powf(0, -2.5f));
	RAISES(FE_DIVBYZERO, tgamma(0));
	RAISES(FE_DIVBYZERO, lgamma(0));
	RAISES(FE_DIVBYZERO, lgamma(-3));
	ok(all, "poles: FE_DIVBYZERO");
	all = true;
	RAISES(FE_INVALID, log(-1));
	RAISES(FE_INVALID, log2f(-1));
	RAISES(FE_INVALID, log10l(-1));
	RAISES(FE_INVALID, log1p(-2));
	RAISES(FE_INVALID, sqrt(-1));
	RAISES(FE_INVALID, sqrtf(-1));
	RAISES(FE_INVALID, acos(2));
	RAISES(FE_INVALID, asin(-2));
	RAISES(FE_INVALID, acosh(0.5));
	RAISES(FE_INVALID, atanh(2));
	RAISES(FE_INVALID, sin(INFINITY));
	RAISES(FE_INVALID, cos(-INFINITY));
	RAISES(FE_INVALID, tanf(INFINITY));
	RAISES(FE_INVALID, fmod(1, 0));
	RAISES(FE_INVALID, fmod(INFINITY, 1));
	RAISES(FE_INVALID, remainder(1, 0));
	RAISES(FE_INVALID, pow(-1, 0.5));
	RAISES(FE_INVALID, tgamma(-1));
	RAISES(FE_INVALID, tgamma(-INFINITY));
	ok(all, "outside of the domain: FE_INVALID");
	all = true;
	RAISES(FE_OVERFLOW, exp(1000));
	RAISES(FE_OVERFLOW, expf(100));
	RAISES(FE_OVERFLOW, expl(20000));
	RAISES(FE_OVERFLOW, exp2(2000));
	RAISES(FE_OVERFLOW, expm1(1000));
	RAISES(FE_OVERFLOW, sinh(-1000));
	RAISES(FE_OVERFLOW, cosh(1000));
	RAISES(FE_OVERFLOW, pow(10, 400));
	RAISES(FE_OVERFLOW, powf(-10, 39));
	RAISES(FE_OVERFLOW, tgamma(200));
	RAISES(FE_OVERFLOW, hypot(DBL_MAX, DBL_MAX));
	RAISES(FE_OVERFLOW, nextafter(DBL_MAX, INFINITY));
	RAISES(FE_UNDERFLOW, exp(-1000));
	RAISES(FE_UNDERFLOW, pow(10, -400));
	RAISES(FE_UNDERFLOW, erfc(50));
	RAISES(FE_UNDERFLOW, nextafter(DBL_MIN, 0));
	ok(all, "too large, too small: FE_OVERFLOW, FE_UNDERFLOW");
	all = true;
	RAISES(0, log(1));
	RAISES(0, log(INFINITY));
	RAISES(0, exp(-INFINITY));
	RAISES(0, exp(1));
	RAISES(0, sin(1e22));
	RAISES(0, tan(0.5));
	RAISES(0, atan2(0, 0));
	RAISES(0, atan2(-1, -INFINITY));
	RAISES(0, pow(NAN, 0));
	RAISES(0, pow(2, -3));
	RAISES(0, pow(-2, 3));
	RAISES(0, hypot(INFINITY, NAN));
	RAISES(0, hypot(3e200, 4e200));
	RAISES(0, sin(NAN));
	RAISES(0, sqrt(NAN));
	RAISES(0, fmod(5, INFINITY));
	RAISES(0, tgamma(5));
	RAISES(0, lgamma(-2.5));
	RAISES(0, acosh(1));
	RAISES(0, atanh(0.5));
	RAISES(0, tanh(1000));
	RAISES(0, erf(30));
	RAISES(0, cbrt(-27));
	RAISES(0, floor(-2.5));
	RAISES(0, fmax(NAN, 1));
	RAISES(0, sinh(1));
	RAISES(0, log1p(1e300));
	RAISES(0, asin(1));
	ok(all, "and where nothing is wrong, none");
	(void)sink;
}

static void environment(void)
{
	int atoll_fesetround(int), atoll_fegetround(void), atoll_fetestexcept(int),
	    atoll_feclearexcept(int), atoll_feraiseexcept(int), atoll_feholdexcept(fenv_t *),
	    atoll_feupdateenv(const fenv_t *);
	static const int modes[] = { FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO };
	volatile double one = 1, ten = 10, zero = 0;
	volatile long double one_long = 1;
	bool all = true;
	fenv_t kept;

	for (int i = 0; i < 4; i++) {
		double by_ours[2], by_host[2];

		all &= atoll_fesetround(modes[i]) == 0 && atoll_fegetround() == modes[i] &&
		    fegetround() == modes[i];
		by_ours[0] = one / ten;
		by_ours[1] = (double)(one_long / ten);
		fesetround(modes[i]);
		by_host[0] = one / ten;
		by_host[1] = (double)(one_long / ten);
		all &= by_ours[0] == by_host[0] && by_ours[1] == by_host[1];
	}
	all &= atoll_fesetround(7) != 0;
	atoll_fesetround(FE_TONEAREST);
	ok(all, "four ways of rounding, in both units");
	atoll_feclearexcept(FE_ALL_EXCEPT);
	all = atoll_fetestexcept(FE_ALL_EXCEPT) == 0 && fetestexcept(FE_ALL_EXCEPT) == 0;
	one = one / zero;
	all &= atoll_fetestexcept(FE_ALL_EXCEPT) == FE_DIVBYZERO;
	all &= atoll_feholdexcept(&kept) == 0 && atoll_fetestexcept(FE_ALL_EXCEPT) == 0;
	atoll_feraiseexcept(FE_INVALID);
	all &= atoll_feupdateenv(&kept) == 0 &&
	    atoll_fetestexcept(FE_ALL_EXCEPT) == (FE_DIVBYZERO | FE_INVALID);
	atoll_feclearexcept(FE_INVALID);
	all &= fetestexcept(FE_ALL_EXCEPT) == FE_DIVBYZERO;
	ok(all, "exceptions raised, kept, forgotten");
}

int main(void)
{
	environment();
	taken_apart();
	multiply_add();
	multiply_add_long();
	errors();
	transcendental();
	exact();
	return tap_done();
}
