/* Hyperbolic functions and their inverses, by exponentials and logarithms that lose nothing near 0.
 */
#include "kernel.h"

#define LARGE 50 /* e^-LARGE is nothing beside e^LARGE */

/* e^x / 2, which may be finite when e^x is not. */
static long double half_exp(long double x)
{
	const long double root = expl(x / 2);

	return root / 2 * root;
}

long double sinhl(long double x)
{
	const long double size = fabsl(x), e = expm1l(size);

	if (x == 0 || !isfinite(x))
		return x;
	return copysignl(size > LARGE ? half_exp(size) : (e + e / (e + 1)) / 2, x);
}

long double coshl(long double x)
{
	const long double size = fabsl(x), e = expl(size);

	return size > LARGE ? half_exp(size) : (e + 1 / e) / 2;
}

long double tanhl(long double x)
{
	const long double size = fabsl(x), e = expm1l(2 * size);

	if (x == 0)
		return x;
	return copysignl(size > LARGE ? 1 : e / (e + 2), x);
}

long double asinhl(long double x)
{
	const long double size = fabsl(x);

	if (x == 0 || !isfinite(x))
		return x;
	if (size > 0x1p40L)
		return copysignl(logl(size) + LN2, x);
	return copysignl(log1pl(size + size * size / (1 + sqrtl(size * size + 1))), x);
}

long double acoshl(long double x)
{
	const long double above = x - 1;

	if (x < 1)
		return (x - x) / (x - x);
	return x > 0x1p40L ? logl(x) + LN2 : log1pl(above + sqrtl(above * (above + 2)));
}

long double atanhl(long double x)
{
	const long double size = fabsl(x);

	return x == 0 ? x : copysignl(log1pl(2 * size / (1 - size)) / 2, x);
}

FOR_DOUBLE(sinh)
FOR_DOUBLE(cosh)
FOR_DOUBLE(tanh)
FOR_DOUBLE(asinh)
FOR_DOUBLE(acosh)
FOR_DOUBLE(atanh)
