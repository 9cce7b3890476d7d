/* Logarithms. */
#include "../x86/x87.h"
#include "kernel.h"

/* Within it, log2_plus_1 knows better. */
#define NEAR_1 0.29L

static long double logarithm(long double x, long double factor)
{
	return fabsl(x - 1) < NEAR_1 ? x87_log2_plus_1(x - 1, factor) : x87_log2(x, factor);
}

long double log2l(long double x)
{
	return logarithm(x, 1);
}

long double logl(long double x)
{
	return logarithm(x, LN2);
}

long double log10l(long double x)
{
	return logarithm(x, LOG10_2);
}

long double log1pl(long double x)
{
	return fabsl(x) < NEAR_1 ? x87_log2_plus_1(x, LN2) : x87_log2(1 + x, LN2);
}

FOR_DOUBLE(log2)
FOR_DOUBLE(log)
FOR_DOUBLE(log10)
FOR_DOUBLE(log1p)
