/* What is left by a division whose quotient is a whole number: exact, so a double's fits a double.
 */
#include "../x86/x87.h"
#include "kernel.h"

long double fmodl(long double x, long double y)
{
	unsigned short status;

	return x87_fmod(x, y, &status);
}

long double remainderl(long double x, long double y)
{
	unsigned short status;

	return x87_remainder(x, y, &status);
}

FOR_DOUBLE_2(fmod)
FOR_DOUBLE_2(remainder)

/* The condition bits C0, C3, C1 are the quotient's lowest three, highest first. */
long double remquol(long double x, long double y, int *quotient)
{
	unsigned short status;
	long double rest = x87_remainder(x, y, &status);
	int bits = (status >> 8 & 1) << 2 | (status >> 14 & 1) << 1 | (status >> 9 & 1);

	*quotient = signbit(x) != signbit(y) ? -bits : bits;
	return rest;
}

double remquo(double x, double y, int *quotient)
{
	return (double)remquol(x, y, quotient);
}

float remquof(float x, float y, int *quotient)
{
	return (float)remquol(x, y, quotient);
}
