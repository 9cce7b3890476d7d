/* What a floating-point number consists of, and one of its parts. */
#include "decimal.h"

#define DOUBLE_FRACTION 52
#define DOUBLE_SPECIAL  0x7ff
#define LONG_SPECIAL    0x7fff

union double_bits {
	double value;
	uint64_t bits;
};
union float_bits {
	float value;
	uint32_t bits;
};
union long_bits {
	long double value;
	struct {
		uint64_t mantissa;
		uint16_t exponent; /* and the sign */
	};
};

struct binary binary_of_double(double value)
{
	const uint64_t bits = ((union double_bits){ .value = value }).bits;
	const unsigned exponent = bits >> DOUBLE_FRACTION & DOUBLE_SPECIAL;
	struct binary b = { .negative = bits >> 63, .bits = DOUBLE_FRACTION + 1 };

	b.mantissa = bits & ((1ull << DOUBLE_FRACTION) - 1);
	if (exponent == DOUBLE_SPECIAL)
		b.kind = b.mantissa ? BINARY_NAN : BINARY_INFINITE;
	else if (exponent)
		b.mantissa |= 1ull << DOUBLE_FRACTION;
	b.exponent = (exponent ? (int)exponent : 1) - 1075;
	return b;
}

struct binary binary_of_long_double(long double value)
{
	const union long_bits u = { .value = value };
	const unsigned exponent = u.exponent & LONG_SPECIAL;
	struct binary b = { .negative = u.exponent >> 15, .mantissa = u.mantissa, .bits = 64 };

	if (exponent == LONG_SPECIAL)
		b.kind = u.mantissa << 1 ? BINARY_NAN : BINARY_INFINITE;
	b.exponent = (exponent ? (int)exponent : 1) - 16446;
	return b;
}

double double_of_binary(const struct binary *b)
{
	const bool normal = b->mantissa >> DOUBLE_FRACTION;
	uint64_t bits = (uint64_t)DOUBLE_SPECIAL << DOUBLE_FRACTION;

	if (b->kind == BINARY_NAN)
		bits |= 1ull << (DOUBLE_FRACTION - 1);
	else if (b->kind == BINARY_FINITE) /* a normal number's highest bit is not stored */
		bits = (uint64_t)(normal ? b->exponent + 1074 : 0) << DOUBLE_FRACTION;
	if (b->kind == BINARY_FINITE)
		bits += b->mantissa;
	return ((union double_bits){ .bits = bits | (uint64_t)b->negative << 63 }).value;
}

float float_of_binary(const struct binary *b)
{
	const bool normal = b->mantissa >> 23;
	uint32_t bits = 0xffu << 23;

	if (b->kind == BINARY_NAN)
		bits |= 1u << 22;
	else if (b->kind == BINARY_FINITE)
		bits = (uint32_t)(normal ? b->exponent + 149 : 0) << 23;
	if (b->kind == BINARY_FINITE)
		bits += (uint32_t)b->mantissa;
	return ((union float_bits){ .bits = bits | (uint32_t)b->negative << 31 }).value;
}

long double long_double_of_binary(const struct binary *b)
{
	union long_bits u = { .mantissa = b->mantissa };
	unsigned exponent = b->mantissa >> 63 ? (unsigned)(b->exponent + 16446) : 0;

	if (b->kind != BINARY_FINITE) {
		exponent = LONG_SPECIAL;
		u.mantissa = b->kind == BINARY_NAN ? 3ull << 62 : 1ull << 63;
	}
	u.exponent = (uint16_t)(exponent | (unsigned)b->negative << 15);
	return u.value;
}

void store_binary(void *to, const struct binary *b)
{
	if (b->bits == 64)
		*(long double *)to = long_double_of_binary(b);
	else if (b->bits == 53)
		*(double *)to = double_of_binary(b);
	else
		*(float *)to = float_of_binary(b);
}
