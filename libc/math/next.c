/* The neighbours of a number. Its bits without the sign, taken as a whole number, are in order. */
#include "kernel.h"
#include <fenv.h>
#include <float.h>
#include <stdint.h>

/* Beyond the largest number, or below the smallest normal one, which has all bits. */
static void tell(long double result, long double least)
{
	if (isinf(result))
		feraiseexcept(FE_OVERFLOW | FE_INEXACT);
	else if (fabsl(result) < least)
		feraiseexcept(FE_UNDERFLOW | FE_INEXACT);
}

#define STEP(x, up, type, bits_type, least)                                    \
	do {                                                                   \
		union {                                                        \
			type value;                                            \
			bits_type bits;                                        \
		} u = { .value = (x) };                                        \
		if ((x) == 0)                                                  \
			u.value = (up) ? least##_TRUE_MIN : -least##_TRUE_MIN; \
		else if ((up) == ((x) > 0))                                    \
			u.bits++;                                              \
		else                                                           \
			u.bits--;                                              \
		if (isfinite(x))                                               \
			tell(u.value, least##_MIN);                            \
		return u.value;                                                \
	} while (0)

double nexttoward(double x, long double y)
{
	if (isnan(x) || isnan(y))
		return (double)(x + y);
	if (x == y)
		return (double)y;
	STEP(x, y > x, double, uint64_t, DBL);
}

float nexttowardf(float x, long double y)
{
	if (isnan(x) || isnan(y))
		return (float)(x + y);
	if (x == y)
		return (float)y;
	STEP(x, y > x, float, uint32_t, FLT);
}

double nextafter(double x, double y)
{
	return nexttoward(x, y);
}

float nextafterf(float x, float y)
{
	return nexttowardf(x, y);
}

/* The highest bit of a long double's mantissa is stored, and must stay set in a normal number. */
long double nextafterl(long double x, long double y)
{
	union {
		long double value;
		struct {
			uint64_t mantissa;
			uint16_t exponent;
		};
	} u = { .value = x };

	if (isnan(x) || isnan(y))
		return x + y;
	if (x == y)
		return y;
	if (x == 0) {
		u.value = y > 0 ? LDBL_TRUE_MIN : -LDBL_TRUE_MIN;
	} else if ((y > x) == (x > 0)) {
		if (++u.mantissa << 1 == 0) { /* all ones before, or half of the smallest normal */
			u.mantissa = 1ull << 63;
			u.exponent++;
		}
	} else if (u.mantissa-- << 1 == 0 && u.exponent & 0x7fff) {
		u.exponent--;
		if (u.exponent & 0x7fff)
			u.mantissa = UINT64_MAX;
	}
	if (isfinite(x))
		tell(u.value, LDBL_MIN);
	return u.value;
}

long double nexttowardl(long double x, long double y)
{
	return nextafterl(x, y);
}
