/* Floating point in whole numbers: what printf and strtod share. No file here but those called
 * *float* touches a floating-point register.
 *
 * Every finite float, double and long double is a fraction with a power of two below, so it has a
 * decimal expansion that ends. A struct decimal holds all of it; nothing is rounded but where the
 * caller says so. (Dragon4 as first published, without its tricks.) */
#ifndef LIBC_DECIMAL_H
#define LIBC_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* mantissa * 2^exponent, as the machine has it. */
struct binary {
	enum { BINARY_FINITE, BINARY_INFINITE, BINARY_NAN } kind;
	bool negative;
	uint64_t mantissa; /* a normal number's highest bit of the type is set */
	int exponent;
	unsigned bits; /* of the mantissa that the type has: 24, 53, 64 */
};

/* Base 10^9, highest limb first. The point stands before limb[DECIMAL_POINT]. Left of it there is
 * room for the largest long double (4,933 digits), right of it for the smallest (16,445). */
#define DECIMAL_BASE  1000000000u
#define DECIMAL_LIMB  9 /* digits in it */
#define DECIMAL_POINT 552
#define DECIMAL_LIMBS (DECIMAL_POINT + 1830)
struct decimal {
	int first, end; /* limbs outside [first, end) are 0; so is the number when there are none */
	uint32_t limb[DECIMAL_LIMBS];
};

/* A "place" is an exponent of ten: 0 the units, -1 the tenths. */
void decimal_set(struct decimal *x, uint64_t value);
/* One digit after the other, highest place first, the first of them not 0. */
void decimal_begin(struct decimal *x, int place);
void decimal_append(struct decimal *x, int place, unsigned digit);
/* Times 2^power, exactly. */
void decimal_scale(struct decimal *x, int power);
/* The whole part, of a number below 10^27. *fraction: there is something behind the point. */
unsigned __int128 decimal_whole(const struct decimal *x, bool *fraction);
/* The place of the highest digit that is not 0; 0: the number is. */
int decimal_top(const struct decimal *x);
unsigned decimal_digit(const struct decimal *x, int place);
/* To a multiple of 10^place: the nearest, of two the even one. */
void decimal_round(struct decimal *x, int place);

/* The number a text stands for: [s, end) as float_lex() found it, but for the sign. *inexact: it
 * had to be rounded. */
struct binary float_parse(const char *s, const char *end, unsigned bits, bool *inexact);

/* Which texts are numbers: fed with one character after the other. */
struct float_lexer {
	unsigned char state, matched; /* float_lex.c; matched: letters of `word` */
	const char *word;             /* "infinity" or "nan" */
	bool hex;
};
/* Whether the characters so far and this one begin a number; else this one does not count. */
bool float_lex(struct float_lexer *lexer, int c);
/* Whether they are one, the whole of it. */
bool float_lex_ends(const struct float_lexer *lexer);

/* binary_float.c */
struct binary binary_of_double(double value);
struct binary binary_of_long_double(long double value);
/* Of a number of the same type. */
double double_of_binary(const struct binary *b);
float float_of_binary(const struct binary *b);
long double long_double_of_binary(const struct binary *b);
/* Where a number of that type is kept. */
void store_binary(void *to, const struct binary *b);

#endif
