/* The larger, the smaller, the difference. A NaN loses against a number. */
#include "kernel.h"

/* -0 is smaller than 0 here. A NaN raises nothing. */
static bool below(long double x, long double y)
{
	return isless(x, y) || (x == y && signbit(x) > signbit(y));
}

long double fmaxl(long double x, long double y)
{
	return isnan(y) || below(y, x) ? x : isnan(x) || below(x, y) ? y : x;
}

long double fminl(long double x, long double y)
{
	return isnan(y) || below(x, y) ? x : isnan(x) || below(y, x) ? y : x;
}

long double fdiml(long double x, long double y)
{
	return isnan(x) || isnan(y) ? x + y : x > y ? x - y : 0;
}

FOR_DOUBLE_2(fmax)
FOR_DOUBLE_2(fmin)

/* Each rounds once, in its own type. */
double fdim(double x, double y)
{
	return isnan(x) || isnan(y) ? x + y : x > y ? x - y : 0;
}

float fdimf(float x, float y)
{
	return isnan(x) || isnan(y) ? x + y : x > y ? x - y : 0;
}
