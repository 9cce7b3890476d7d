/* x * y + z of long doubles, rounded once.
 *
 * In whole numbers: the product of two mantissas of 64 bits has 128, and stands in the upper half
 * of 256; the number that is the smaller by its exponent is moved down to the other. Bits that fall
 * out leave a mark in the lowest: they count only when nothing cancels, for then the two were far
 * apart. */
#include "kernel.h"
#include <fenv.h>
#include <stdint.h>

typedef unsigned __int128 u128;

struct wide {
	u128 high, low;
	int exponent; /* of the lowest bit of `high` */
	bool negative;
};

/* A mantissa with its highest bit set, and its exponent; x is finite and not 0. */
static uint64_t mantissa(long double x, int *exponent)
{
	return (uint64_t)ldexpl(frexpl(fabsl(x), exponent), 64);
}

static void move_down(struct wide *w, unsigned count)
{
	bool lost = false;

	w->exponent += (int)count;
	if (count >= 128) {
		lost = w->low != 0;
		w->low = w->high;
		w->high = 0;
		count -= 128;
	}
	if (count >= 128) {
		lost |= w->low != 0;
		w->low = 0;
	} else if (count > 0) {
		lost |= w->low << (128 - count) != 0;
		w->low = w->low >> count | w->high << (128 - count);
		w->high >>= count;
	}
	w->low |= lost;
}

static bool smaller(const struct wide *a, const struct wide *b)
{
	return a->high < b->high || (a->high == b->high && a->low < b->low);
}

/* Of the same exponent, with room for a carry. */
static struct wide add(struct wide a, struct wide b)
{
	struct wide sum = a;

	if (a.negative == b.negative) {
		sum.low += b.low;
		sum.high += b.high + (sum.low < a.low);
		return sum;
	}
	if (smaller(&a, &b)) {
		sum = b;
		b = a;
		a = sum;
	}
	sum.low -= b.low;
	sum.high -= b.high + (sum.low > a.low);
	return sum;
}

/* One more, when what lies below the kept bits (the highest of it, and the rest) wants that. */
static bool goes_up(bool odd, bool half, bool rest, bool negative)
{
	switch (fegetround()) {
	case FE_TONEAREST:
		return half && (rest || odd);
	case FE_UPWARD:
		return !negative && (half || rest);
	case FE_DOWNWARD:
		return negative && (half || rest);
	default:
		return false;
	}
}

/* The nearest long double. It has 64 bits, fewer below the least normal one. */
static long double rounded(struct wide w)
{
	uint64_t kept, below;
	long double result;

	while (!(w.high >> 127)) {
		w.high = w.high << 1 | w.low >> 127;
		w.low <<= 1;
		w.exponent--;
	}
	/* The lowest kept bit is worth 2^(exponent + 64): not less than 2^-16445. */
	if (w.exponent + 64 < -16445)
		move_down(&w, (unsigned)(-16445 - 64 - w.exponent));
	kept = (uint64_t)(w.high >> 64);
	below = (uint64_t)w.high;
	result = (long double)kept;
	if (goes_up(kept & 1, below >> 63, below << 1 || w.low, w.negative))
		result += 1; /* exact: a carry leaves a power of two */
	if (below || w.low)
		feraiseexcept(FE_INEXACT);
	if ((below || w.low) && !(kept >> 63))
		feraiseexcept(FE_UNDERFLOW);
	return ldexpl(w.negative ? -result : result, w.exponent + 64);
}

long double fmal(long double x, long double y, long double z)
{
	struct wide product, sum;
	int ex, ey, ez;
	uint64_t mx, my;

	if (isfinite(x) && isfinite(y) && isinf(z))
		return z;
	if (!isfinite(x) || !isfinite(y) || isnan(z) || x == 0 || y == 0)
		return x * y + z;
	mx = mantissa(x, &ex);
	my = mantissa(y, &ey);
	/* A bit of room above, for the carry. */
	product = (struct wide){ (u128)mx * my, 0, ex + ey - 128, signbit(x) != signbit(y) };
	move_down(&product, 1);
	if (z == 0)
		return rounded(product);
	sum = (struct wide){ (u128)mantissa(z, &ez) << 64, 0, 0, signbit(z) };
	sum.exponent = ez - 128;
	move_down(&sum, 1);
	if (sum.exponent < product.exponent)
		move_down(&sum, (unsigned)(product.exponent - sum.exponent));
	else
		move_down(&product, (unsigned)(sum.exponent - product.exponent));
	sum = add(product, sum);
	if (!sum.high && !sum.low)
		return fegetround() == FE_DOWNWARD ? -0.0L : 0.0L;
	return rounded(sum);
}
