/* Large decimal numbers: decimal.h. */
#include "decimal.h"

/* So much at a time that a limb and what is carried over fit 64 bits and 32; 10^9 is divisible by
 * 2^9, so that dividing by 2^9 carries whole numbers. */
#define TIMES_AT_MOST 29
#define OVER_AT_MOST  9

static const uint32_t power_of_ten[DECIMAL_LIMB] = { 1, 10, 100, 1000, 10000, 100000, 1000000,
	10000000, 100000000 };

static uint32_t get(const struct decimal *x, int i)
{
	return i >= x->first && i < x->end ? x->limb[i] : 0;
}

/* Without zeros at the ends. */
static void tidy(struct decimal *x)
{
	while (x->first < x->end && x->limb[x->first] == 0)
		x->first++;
	while (x->first < x->end && x->limb[x->end - 1] == 0)
		x->end--;
}

void decimal_set(struct decimal *x, uint64_t value)
{
	x->first = x->end = DECIMAL_POINT;
	for (; value; value /= DECIMAL_BASE)
		x->limb[--x->first] = (uint32_t)(value % DECIMAL_BASE);
	tidy(x);
}

static void times(struct decimal *x, int power)
{
	uint32_t carry = 0;

	for (int i = x->end; i-- > x->first;) {
		uint64_t product = ((uint64_t)x->limb[i] << power) + carry;

		x->limb[i] = (uint32_t)(product % DECIMAL_BASE);
		carry = (uint32_t)(product / DECIMAL_BASE);
	}
	if (carry)
		x->limb[--x->first] = carry;
	tidy(x);
}

/* What there is no room for counts as "a little more": that decides how the number is rounded, and
 * no number that printf has is so long. */
static void over(struct decimal *x, int power)
{
	uint32_t rest = 0;

	for (int i = x->first; i < x->end; i++) {
		uint32_t limb = x->limb[i];

		x->limb[i] = (limb >> power) + rest * (DECIMAL_BASE >> power);
		rest = limb & ((1u << power) - 1);
	}
	if (rest && x->end < DECIMAL_LIMBS)
		x->limb[x->end++] = rest * (DECIMAL_BASE >> power);
	else if (rest)
		x->limb[x->end - 1] |= 1;
	tidy(x);
}

void decimal_scale(struct decimal *x, int power)
{
	for (int step; power > 0; power -= step)
		times(x, step = power < TIMES_AT_MOST ? power : TIMES_AT_MOST);
	for (int step; power < 0; power += step)
		over(x, step = -power < OVER_AT_MOST ? -power : OVER_AT_MOST);
}

int decimal_top(const struct decimal *x)
{
	int place = (DECIMAL_POINT - 1 - x->first) * DECIMAL_LIMB;

	if (x->first == x->end)
		return 0;
	for (uint32_t limb = x->limb[x->first]; limb >= 10; limb /= 10)
		place++;
	return place;
}

/* The limb that has a place, and the power of ten there. Places right of all there is room for are
 * in the limb behind the last. */
static int locate(int place, uint32_t *unit)
{
	const int lowest = (DECIMAL_POINT - DECIMAL_LIMBS) * DECIMAL_LIMB;

	if (place < lowest) {
		*unit = 1;
		return DECIMAL_LIMBS;
	}
	*unit = power_of_ten[(place - lowest) % DECIMAL_LIMB];
	return DECIMAL_LIMBS - 1 - (place - lowest) / DECIMAL_LIMB;
}

void decimal_begin(struct decimal *x, int place)
{
	uint32_t unit;

	x->first = x->end = locate(place, &unit);
}

void decimal_append(struct decimal *x, int place, unsigned digit)
{
	uint32_t unit;
	int i = locate(place, &unit), last = i < DECIMAL_LIMBS ? i : DECIMAL_LIMBS - 1;

	if (!digit)
		return;
	while (x->end <= last)
		x->limb[x->end++] = 0;
	if (i < DECIMAL_LIMBS)
		x->limb[i] += digit * unit;
	else
		x->limb[last] |= 1; /* a little more: see over() */
}

unsigned __int128 decimal_whole(const struct decimal *x, bool *fraction)
{
	unsigned __int128 whole = 0;

	for (int i = DECIMAL_POINT - 3; i < DECIMAL_POINT; i++)
		whole = whole * DECIMAL_BASE + get(x, i);
	*fraction = x->end > DECIMAL_POINT;
	return whole;
}

unsigned decimal_digit(const struct decimal *x, int place)
{
	uint32_t unit;
	int i = locate(place, &unit);

	return get(x, i) / unit % 10;
}

/* What lies below the unit in limb i and in all behind it, against half a unit: -1, 0, 1. */
static int against_half(const struct decimal *x, int i, uint32_t unit)
{
	uint32_t rest = get(x, i) % unit, half = unit / 2;

	if (unit == 1) {
		rest = get(x, ++i);
		half = DECIMAL_BASE / 2;
	}
	if (rest != half)
		return rest > half ? 1 : -1;
	return i + 1 < x->end ? 1 : 0; /* tidy: the last limb is not 0 */
}

void decimal_round(struct decimal *x, int place)
{
	uint32_t unit;
	int i = locate(place, &unit), order;
	bool up;

	if (i >= x->end)
		return;
	order = against_half(x, i, unit);
	up = order > 0 || (order == 0 && get(x, i) / unit % 2 == 1);
	while (x->first > i)
		x->limb[--x->first] = 0;
	x->end = i + 1;
	x->limb[i] -= x->limb[i] % unit;
	for (; up; i--, unit = 1) {
		if (i < x->first)
			x->limb[x->first = i] = 0;
		x->limb[i] += unit;
		up = x->limb[i] >= DECIMAL_BASE;
		if (up)
			x->limb[i] -= DECIMAL_BASE;
	}
	tidy(x);
}
