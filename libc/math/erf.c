/* The error function: the area under the bell. */
#include "kernel.h"

#define TWO_BY_ROOT_PI 1.128379167095512573896158903121545172L
#define ROOT_PI        1.772453850905516027298167483341145183L

/* e^(-x^2). What x^2 loses by rounding would count. */
static long double bell(long double x)
{
	const long double high = x * 0x1p32L + x - x * 0x1p32L; /* its upper half */

	return expl(-high * high) * expl(-(x - high) * (x + high));
}

/* 2/sqrt(pi) * e^(-x^2) * (x + 2x^3/3 + 4x^5/15 + ...), all of one sign; |x| < 2. */
static long double series(long double x)
{
	const long double twice_square = 2 * x * x;
	long double term = x, sum = x;

	for (int odd = 3; fabsl(term) > fabsl(sum) * 0x1p-68L; odd += 2) {
		term *= twice_square / odd;
		sum += term;
	}
	return TWO_BY_ROOT_PI * bell(x) * sum;
}

/* e^(-x^2) / (x sqrt(pi)) / (1 + a/(1 + 2a/(1 + 3a/...))) with a = 1/(2x^2), x >= 2. */
static long double fraction(long double x)
{
	const long double a = 1 / (2 * x * x);
	long double below = 1;

	for (int n = 20 + (int)(500 / (x * x)); n > 0; n--)
		below = 1 + n * a / below;
	return bell(x) / (x * ROOT_PI) / below;
}

long double erfl(long double x)
{
	if (isnan(x) || x == 0)
		return x;
	if (fabsl(x) < 2)
		return series(x);
	return fabsl(x) > 120 ? copysignl(1, x) : copysignl(1 - fraction(fabsl(x)), x);
}

long double erfcl(long double x)
{
	if (isnan(x))
		return x;
	if (x < 2)
		return 1 - erfl(x);
	return x > 120 ? 0 : fraction(x);
}

FOR_DOUBLE(erf)
FOR_DOUBLE(erfc)
