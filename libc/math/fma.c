/* x * y + z, rounded once.
 *
 * The product of two doubles fits 113 bits. The sum need not: then its last bit is made odd, which
 * tells the rounding that follows that there was more, and on which side. (Boldo and Melquiond.) */
#include "kernel.h"
#include <stdint.h>

typedef __float128 quad;

static quad add_to_odd(quad a, quad b)
{
	union {
		quad value;
		unsigned __int128 bits;
	} sum = { .value = a + b };
	const quad part = sum.value - a, lost = (a - (sum.value - part)) + (b - part);

	if (lost != 0 && !(sum.bits & 1))
		sum.bits += (lost > 0) == (sum.value > 0) ? 1 : -1;
	return sum.value;
}

double fma(double x, double y, double z)
{
	if (isfinite(x) && isfinite(y) && isinf(z))
		return z;
	if (!isfinite(x) || !isfinite(y) || isnan(z) || x == 0 || y == 0)
		return x * y + z;
	return (double)add_to_odd((quad)x * y, z);
}

float fmaf(float x, float y, float z)
{
	if (isfinite(x) && isfinite(y) && isinf(z))
		return z;
	if (!isfinite(x) || !isfinite(y) || isnan(z) || x == 0 || y == 0)
		return x * y + z;
	return (float)add_to_odd((quad)x * y, z);
}
