/* Sine, cosine, tangent. The x87 instructions for these know too few digits of pi, so: reduction to
 * an eighth of a circle (reduce.c), then the series of Taylor, which ends soon there. */
#include "kernel.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const long double sine[] = {
	-1.6666666666666666666666667e-1L,  /* 1/3! */
	8.3333333333333333333333333e-3L,   /* 1/5! */
	-1.9841269841269841269841270e-4L,  /* 1/7! */
	2.7557319223985890652557319e-6L,   /* 1/9! */
	-2.5052108385441718775052108e-8L,  /* 1/11! */
	1.6059043836821614599392377e-10L,  /* 1/13! */
	-7.6471637318198164759011320e-13L, /* 1/15! */
	2.8114572543455207631989456e-15L,  /* 1/17! */
	-8.2206352466243297169559812e-18L, /* 1/19! */
	1.9572941063391261230847574e-20L,  /* 1/21! */
};
static const long double cosine[] = {
	4.1666666666666666666666667e-2L,   /* 1/4! */
	-1.3888888888888888888888889e-3L,  /* 1/6! */
	2.4801587301587301587301587e-5L,   /* 1/8! */
	-2.7557319223985890652557319e-7L,  /* 1/10! */
	2.0876756987868098979210090e-9L,   /* 1/12! */
	-1.1470745597729724713851698e-11L, /* 1/14! */
	4.7794773323873852974382075e-14L,  /* 1/16! */
	-1.5619206968586226462216364e-16L, /* 1/18! */
	4.1103176233121648584779906e-19L,  /* 1/20! */
	-8.8967913924505732867488974e-22L, /* 1/22! */
};

static long double polynomial(const long double *coefficient, unsigned count, long double x)
{
	long double sum = 0;

	while (count > 0)
		sum = sum * x + coefficient[--count];
	return sum;
}

/* |x| <= pi/4. */
static long double small_sin(long double x)
{
	const long double square = x * x;

	if (x == 0)
		return x; /* with its sign */
	return x + x * square * polynomial(sine, COUNT(sine), square);
}

static long double small_cos(long double x)
{
	const long double square = x * x, half = square / 2, most = 1 - half;

	/* what was lost when most was rounded comes back */
	return most +
	    ((1 - most - half) + square * square * polynomial(cosine, COUNT(cosine), square));
}

static int reduce(long double x, long double *rest)
{
	*rest = x;
	return fabsl(x) < PI / 4 ? 0 : libc_reduce(x, rest);
}

/* Of quadrant + rest. */
static long double any_sin(int quadrant, long double rest)
{
	const long double y = quadrant & 1 ? small_cos(rest) : small_sin(rest);

	return quadrant & 2 ? -y : y;
}

long double sinl(long double x)
{
	long double rest;
	int quadrant;

	if (!isfinite(x))
		return x - x;
	quadrant = reduce(x, &rest);
	return any_sin(quadrant, rest);
}

long double cosl(long double x)
{
	long double rest;
	int quadrant;

	if (!isfinite(x))
		return x - x;
	quadrant = reduce(x, &rest);
	return any_sin(quadrant + 1, rest);
}

long double tanl(long double x)
{
	long double rest;
	int quadrant;

	if (!isfinite(x))
		return x - x;
	quadrant = reduce(x, &rest);
	return quadrant & 1 ? -small_cos(rest) / small_sin(rest)
			    : small_sin(rest) / small_cos(rest);
}

long double libc_sin_pi(long double x)
{
	const long double halves = rintl(2 * x);

	return any_sin((int)fmodl(halves, 4) & 3, (x - halves / 2) * PI);
}

FOR_DOUBLE(sin)
FOR_DOUBLE(cos)
FOR_DOUBLE(tan)
