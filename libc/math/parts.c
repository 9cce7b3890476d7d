/* Numbers taken apart and put together: exponent and mantissa, whole part and fraction, sign. */
#include "../x86/x87.h"
#include "kernel.h"
#include <limits.h>

#include "../decimal/decimal.h"

long double fabsl(long double x)
{
	return __builtin_fabsl(x);
}

double fabs(double x)
{
	return __builtin_fabs(x);
}

float fabsf(float x)
{
	return __builtin_fabsf(x);
}

long double copysignl(long double x, long double y)
{
	return __builtin_copysignl(x, y);
}

double copysign(double x, double y)
{
	return __builtin_copysign(x, y);
}

float copysignf(float x, float y)
{
	return __builtin_copysignf(x, y);
}

/* ---- Exponents ------------------------------------------------------------------------------- */

/* Of a finite number that is not 0: 2^it <= |x| < 2^(it + 1). */
static int exponent_of(long double x)
{
	const struct binary b = binary_of_long_double(x);

	return b.exponent + 63 - __builtin_clzll(b.mantissa);
}

long double frexpl(long double x, int *exponent)
{
	*exponent = 0;
	if (x == 0 || !isfinite(x))
		return x;
	*exponent = exponent_of(x) + 1;
	return x87_scale(x, -*exponent);
}

double frexp(double x, int *exponent)
{
	return (double)frexpl(x, exponent);
}

float frexpf(float x, int *exponent)
{
	return (float)frexpl(x, exponent);
}

/* More than any exponent is as good as all of it. */
long double scalblnl(long double x, long n)
{
	return x87_scale(x, n > 40000 ? 40000 : n < -40000 ? -40000 : n);
}

long double scalbnl(long double x, int n)
{
	return scalblnl(x, n);
}

long double ldexpl(long double x, int n)
{
	return scalblnl(x, n);
}

#define SCALE(name, type)                      \
	double name(double x, type n)          \
	{                                      \
		return (double)scalblnl(x, n); \
	}                                      \
	float name##f(float x, type n)         \
	{                                      \
		return (float)scalblnl(x, n);  \
	}
SCALE(scalbln, long)
SCALE(scalbn, int)
SCALE(ldexp, int)

int ilogbl(long double x)
{
	if (x == 0 || isnan(x))
		return x == 0 ? FP_ILOGB0 : FP_ILOGBNAN;
	return isinf(x) ? INT_MAX : exponent_of(x);
}

int ilogb(double x)
{
	return ilogbl(x);
}

int ilogbf(float x)
{
	return ilogbl(x);
}

long double logbl(long double x)
{
	if (x == 0)
		return -1 / fabsl(x);
	return isfinite(x) ? exponent_of(x) : x * x;
}

FOR_DOUBLE(logb)

/* ---- Whole and fraction ---------------------------------------------------------------------- */

long double modfl(long double x, long double *whole)
{
	*whole = truncl(x);
	return copysignl(isinf(x) ? 0 : x - *whole, x);
}

double modf(double x, double *whole)
{
	*whole = trunc(x);
	return copysign(isinf(x) ? 0 : x - *whole, x);
}

float modff(float x, float *whole)
{
	*whole = truncf(x);
	return copysignf(isinf(x) ? 0 : x - *whole, x);
}
