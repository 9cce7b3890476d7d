/* Powers of 2 and e. */
#include "../x86/x87.h"
#include "kernel.h"

/* ln 2 in two parts: the first has so few bits that whole multiples of it are exact. */
#define LN2_HIGH 0x1.62e42fefa2p-1L
#define LN2_LOW  7.371002565167798899886995037621e-13L

/* Beyond, every power is infinite, or 0. */
#define EXPONENT_MOST 40000

/* 2^n * 2^x, |x| <= 1. */
static long double power_of_2(long double n, long double x)
{
	if (n > EXPONENT_MOST || n < -EXPONENT_MOST)
		n = n > 0 ? EXPONENT_MOST : -EXPONENT_MOST;
	return x87_scale(x87_exp2_minus_1(x) + 1, n);
}

/* x = *n * ln 2 + what is returned, at most half of ln 2. */
static long double split(long double x, long double *n)
{
	*n = x87_round(x * LOG2_E);
	return (x - *n * LN2_HIGH) - *n * LN2_LOW;
}

long double exp2l(long double x)
{
	long double n = x87_round(x);

	if (!isfinite(x))
		return isnan(x) || x > 0 ? x : 0;
	return power_of_2(n, x - n);
}

long double expl(long double x)
{
	long double n, rest;

	if (!isfinite(x))
		return isnan(x) || x > 0 ? x : 0;
	if (x > EXPONENT_MOST || x < -EXPONENT_MOST)
		return power_of_2(x, 0);
	rest = split(x, &n);
	return power_of_2(n, rest * LOG2_E);
}

/* 2^n * e^r - 1 = 2^n * (e^r - 1) + (2^n - 1). */
long double expm1l(long double x)
{
	long double n, small;

	if (!isfinite(x))
		return isnan(x) || x > 0 ? x : -1;
	if (x > 20000 || x < -100)
		return expl(x) - 1;
	if (x == 0)
		return x; /* with its sign */
	small = x87_exp2_minus_1(split(x, &n) * LOG2_E);
	return n == 0 ? small : x87_scale(small, n) + (x87_scale(1, n) - 1);
}

FOR_DOUBLE(exp2)
FOR_DOUBLE(exp)
FOR_DOUBLE(expm1)
