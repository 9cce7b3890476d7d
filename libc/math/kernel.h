/* What the mathematical functions share. Each is written once, for long double, with the x87 unit
 * (libc/x86/x87.h); those for double and float round its answer. */
#ifndef LIBC_MATH_KERNEL_H
#define LIBC_MATH_KERNEL_H

#include <math.h>
#include <stdbool.h>

#define LN2     0.693147180559945309417232121458176568L
#define LOG2_E  1.442695040888963407359924681001892137L
#define LOG10_2 0.301029995663981195213738894724493027L
#define PI      3.141592653589793238462643383279502884L

/* name() and namef() of namel(). */
#define FOR_DOUBLE(name)                   \
	double name(double x)              \
	{                                  \
		return (double)name##l(x); \
	}                                  \
	float name##f(float x)             \
	{                                  \
		return (float)name##l(x);  \
	}
#define FOR_DOUBLE_2(name)                    \
	double name(double x, double y)       \
	{                                     \
		return (double)name##l(x, y); \
	}                                     \
	float name##f(float x, float y)       \
	{                                     \
		return (float)name##l(x, y);  \
	}

/* reduce.c: how many right angles x is, modulo 4, |x| > pi/4; *rest is what is left, at most pi/4
 * either way. */
int libc_reduce(long double x, long double *rest);
/* trig.c: sin(pi * x), without rounding that product. */
long double libc_sin_pi(long double x);

#endif
