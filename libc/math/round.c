/* To whole numbers, in all ways there are. A double goes to long double and back without a loss. */
#include "../x86/x87.h"
#include "kernel.h"
#include <fenv.h>

long double rintl(long double x)
{
	return x87_round(x);
}

/* The sign of a zero is that of x. */
long double floorl(long double x)
{
	const long double near = x87_round(x);

	return copysignl(near > x ? near - 1 : near, x);
}

long double ceill(long double x)
{
	const long double near = x87_round(x);

	return copysignl(near < x ? near + 1 : near, x);
}

long double truncl(long double x)
{
	return x < 0 ? ceill(x) : floorl(x);
}

/* Halves go away from 0. */
long double roundl(long double x)
{
	const long double whole = truncl(x);

	return isfinite(x) && fabsl(x - whole) >= 0.5L ? whole + copysignl(1, x) : whole;
}

/* As rint, but that it was inexact is not told. */
long double nearbyintl(long double x)
{
	const bool told = fetestexcept(FE_INEXACT);

	x = x87_round(x);
	if (!told)
		feclearexcept(FE_INEXACT);
	return x;
}

FOR_DOUBLE(rint)
FOR_DOUBLE(nearbyint)
FOR_DOUBLE(floor)
FOR_DOUBLE(ceil)
FOR_DOUBLE(trunc)
FOR_DOUBLE(round)

#define TO_INTEGER(type, prefix, name)      \
	type prefix##name##l(long double x) \
	{                                   \
		return (type)name##l(x);    \
	}                                   \
	type prefix##name(double x)         \
	{                                   \
		return (type)name##l(x);    \
	}                                   \
	type prefix##name##f(float x)       \
	{                                   \
		return (type)name##l(x);    \
	}
TO_INTEGER(long, l, rint)
TO_INTEGER(long, l, round)
TO_INTEGER(long long, ll, rint)
TO_INTEGER(long long, ll, round)
