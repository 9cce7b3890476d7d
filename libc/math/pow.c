/* Powers, of which the special cases are most of the work (C17 F.10.4.4). */
#include "../x86/x87.h"
#include "kernel.h"

typedef __float128 quad; /* libgcc's, in software: 113 bits */

#define LN2_QUAD 0.693147180559945309417232121458176568075500134360255254120680Q
#define TERMS    24

static bool is_whole(long double y)
{
	return y == x87_round(y);
}

/* Of a whole number. */
static bool is_odd(long double y)
{
	return fmodl(y, 2) != 0;
}

/* 2^exponent; its whole part does not cost the rest of it bits. */
static long double raise(quad exponent)
{
	long double whole;

	if (exponent > 40000 || exponent < -40000)
		return exponent > 0 ? x87_scale(1, 40000) : x87_scale(1, -40000);
	whole = x87_round((long double)exponent);
	return x87_scale(x87_exp2_minus_1((long double)(exponent - whole)) + 1, whole);
}

/* log2(x) for 0.7 < x < 1.42, to 90 bits and more: a good guess, and how far 2^guess is from x. */
static quad log2_quad(long double x)
{
	const quad guess = log2l(x), z = guess * LN2_QUAD;
	quad sum = 1, term = 1, off;

	for (int n = 1; n < TERMS; n++) {
		term *= z / n;
		sum += term;
	}
	off = (x - sum) / sum;
	return guess + (off - off * off / 2) / LN2_QUAD;
}

/* x is finite and above 0, y finite. The product of logarithm and y has up to 15 bits before its
 * point, which a long double lacks behind it. */
static long double positive(long double x, long double y)
{
	int exponent;

	x = frexpl(x, &exponent);
	if (x < 0.70710678L) {
		x *= 2;
		exponent--;
	}
	return raise((log2_quad(x) + exponent) * y);
}

/* A double has that room. */
static long double positive_double(long double x, long double y)
{
	return exp2l(y * log2l(x));
}

static long double infinite_y(long double x, long double y)
{
	const long double size = fabsl(x);

	if (size == 1)
		return 1;
	return (size > 1) == (y > 0) ? INFINITY : 0;
}

static long double power(
    long double x, long double y, long double (*of_positive)(long double, long double))
{
	const bool odd = isfinite(y) && is_whole(y) && is_odd(y);
	long double size;

	if (y == 0 || x == 1)
		return 1;
	if (isnan(x) || isnan(y))
		return x + y;
	if (isinf(y))
		return infinite_y(x, y);
	if (x == 0 || isinf(x)) {
		size = (x == 0) == (y > 0) ? 0 : x == 0 ? 1 / fabsl(x) : INFINITY;
		return odd ? copysignl(size, x) : size;
	}
	if (x < 0 && !is_whole(y))
		return (x - x) / (x - x);
	size = of_positive(fabsl(x), y);
	return x < 0 && odd ? -size : size;
}

long double powl(long double x, long double y)
{
	return power(x, y, positive);
}

double pow(double x, double y)
{
	return (double)power(x, y, positive_double);
}

float powf(float x, float y)
{
	return (float)power(x, y, positive_double);
}

/* With one step of Newton's. */
long double cbrtl(long double x)
{
	long double root;

	if (x == 0 || !isfinite(x))
		return x;
	root = exp2l(log2l(fabsl(x)) / 3);
	root -= (root - fabsl(x) / (root * root)) / 3;
	return copysignl(root, x);
}

FOR_DOUBLE(cbrt)
