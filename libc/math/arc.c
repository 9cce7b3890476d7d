/* Angles from their sine, cosine, tangent. There is an instruction for that, but emulators disagree
 * about it. So: the nearest eighth is taken away, and the series of the rest ends soon. */
#include "../x86/x87.h"
#include "kernel.h"

/* atan(i / 8). */
static const long double of_eighth[] = {
	0.0000000000000000000000000L,
	0.1243549945467614350313548L,
	0.2449786631268641541720825L,
	0.3587706702705722203959201L,
	0.4636476090008061162142562L,
	0.5585993153435624359715082L,
	0.6435011087932843868028092L,
	0.7188299996216245054170142L,
	0.7853981633974483096156608L,
};

/* 0 <= x <= 1. */
static long double small_atan(long double x)
{
	const int i = (int)(8 * x + 0.5L);
	const long double eighth = i / 8.0L, rest = (x - eighth) / (1 + x * eighth);
	const long double square = rest * rest;
	long double sum = 0;

	for (int odd = 17; odd > 1; odd -= 2)
		sum = (1.0L / odd - sum) * square;
	return of_eighth[i] + (rest - rest * sum);
}

/* The angle of the point (x, y), of which some are at infinity or on an axis. */
long double atan2l(long double y, long double x)
{
	const long double up = fabsl(y), right = fabsl(x);
	long double angle;

	if (isnan(x) || isnan(y))
		return x + y;
	if (y == 0)
		return signbit(x) ? copysignl(PI, y) : y;
	if (up == right)
		angle = PI / 4;
	else if (up > right)
		angle = PI / 2 - small_atan(right / up);
	else
		angle = small_atan(up / right);
	return copysignl(x < 0 ? PI - angle : angle, y);
}

long double atanl(long double x)
{
	return atan2l(x, 1);
}

long double asinl(long double x)
{
	return atan2l(x, x87_sqrt((1 - x) * (1 + x)));
}

long double acosl(long double x)
{
	return atan2l(x87_sqrt((1 - x) * (1 + x)), x);
}

FOR_DOUBLE_2(atan2)
FOR_DOUBLE(atan)
FOR_DOUBLE(asin)
FOR_DOUBLE(acos)
