/* Square roots, each rounded once; and the long side of a triangle. */
#include "../x86/x87.h"
#include "kernel.h"

long double sqrtl(long double x)
{
	return x87_sqrt(x);
}

double sqrt(double x)
{
	return sse_sqrt(x);
}

float sqrtf(float x)
{
	return sse_sqrtf(x);
}

/* Made small first, so that the squares have room. */
long double hypotl(long double x, long double y)
{
	long double scale;

	if (isinf(x) || isinf(y))
		return INFINITY;
	if (isnan(x) || isnan(y) || x == 0 || y == 0)
		return fabsl(x) + fabsl(y);
	scale = logbl(fmaxl(fabsl(x), fabsl(y)));
	x = x87_scale(x, -scale);
	y = x87_scale(y, -scale);
	return x87_scale(x87_sqrt(x * x + y * y), scale);
}

FOR_DOUBLE_2(hypot)
