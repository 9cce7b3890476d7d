/* The old floating-point unit: 64 bits of mantissa, and the functions that everything else is made
 * of in silicon. What is computed with it and rounded to a double is right to within a hair more
 * than half a unit in the last place. */
#ifndef LIBC_X86_X87_H
#define LIBC_X86_X87_H

/* factor * log2(x); x may be 0 (minus infinity) or negative (NaN). */
static inline long double x87_log2(long double x, long double factor)
{
	__asm__("fyl2x" : "=t"(x) : "0"(x), "u"(factor) : "st(1)");
	return x;
}

/* factor * log2(1 + x), |x| < 0.29. */
static inline long double x87_log2_plus_1(long double x, long double factor)
{
	__asm__("fyl2xp1" : "=t"(x) : "0"(x), "u"(factor) : "st(1)");
	return x;
}

/* 2^x - 1, |x| <= 1. */
static inline long double x87_exp2_minus_1(long double x)
{
	__asm__("f2xm1" : "=t"(x) : "0"(x));
	return x;
}

/* x * 2^n, n a whole number. */
static inline long double x87_scale(long double x, long double n)
{
	__asm__("fscale" : "=t"(x) : "0"(x), "u"(n));
	return x;
}

static inline long double x87_sqrt(long double x)
{
	__asm__("fsqrt" : "=t"(x) : "0"(x));
	return x;
}

/* To a whole number, as the rounding mode says. */
static inline long double x87_round(long double x)
{
	__asm__("frndint" : "=t"(x) : "0"(x));
	return x;
}

/* What is left of x when whole y are taken away: towards zero, or to the nearest. The status has
 * the quotient's lowest bits. */
static inline long double x87_fmod(long double x, long double y, unsigned short *status)
{
	__asm__("1: fprem; fnstsw %%ax; testb $4, %%ah; jnz 1b"
		: "=t"(x), "=a"(*status)
		: "0"(x), "u"(y)
		: "cc");
	return x;
}

static inline long double x87_remainder(long double x, long double y, unsigned short *status)
{
	__asm__("1: fprem1; fnstsw %%ax; testb $4, %%ah; jnz 1b"
		: "=t"(x), "=a"(*status)
		: "0"(x), "u"(y)
		: "cc");
	return x;
}

/* Not by way of the above: that would round twice. */
static inline double sse_sqrt(double x)
{
	__asm__("sqrtsd %1, %0" : "=x"(x) : "x"(x));
	return x;
}

static inline float sse_sqrtf(float x)
{
	__asm__("sqrtss %1, %0" : "=x"(x) : "x"(x));
	return x;
}

#endif
