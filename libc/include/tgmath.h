/* One name for the functions of float, double and long double: the arguments decide, and a whole
 * number counts as a double. There are no complex numbers, so only real ones are meant. */
#ifndef TGMATH_H
#define TGMATH_H

#include <math.h>

/* A 0 of the type by which an argument is counted. */
#define TGMATH_TYPE(x) _Generic((x), float : 0.0f, long double : 0.0L, default : 0.0)
/* name, namef or namel, for a value of that type. */
#define TGMATH_PICK(name, of) _Generic((of), float : name##f, long double : name##l, default : name)

#define TGMATH_1(name, x)    TGMATH_PICK(name, TGMATH_TYPE(x))(x)
#define TGMATH_2(name, x, y) TGMATH_PICK(name, TGMATH_TYPE(x) + TGMATH_TYPE(y))(x, y)

#define acos(x)      TGMATH_1(acos, x)
#define asin(x)      TGMATH_1(asin, x)
#define atan(x)      TGMATH_1(atan, x)
#define acosh(x)     TGMATH_1(acosh, x)
#define asinh(x)     TGMATH_1(asinh, x)
#define atanh(x)     TGMATH_1(atanh, x)
#define cos(x)       TGMATH_1(cos, x)
#define sin(x)       TGMATH_1(sin, x)
#define tan(x)       TGMATH_1(tan, x)
#define cosh(x)      TGMATH_1(cosh, x)
#define sinh(x)      TGMATH_1(sinh, x)
#define tanh(x)      TGMATH_1(tanh, x)
#define exp(x)       TGMATH_1(exp, x)
#define log(x)       TGMATH_1(log, x)
#define sqrt(x)      TGMATH_1(sqrt, x)
#define fabs(x)      TGMATH_1(fabs, x)
#define cbrt(x)      TGMATH_1(cbrt, x)
#define ceil(x)      TGMATH_1(ceil, x)
#define erf(x)       TGMATH_1(erf, x)
#define erfc(x)      TGMATH_1(erfc, x)
#define exp2(x)      TGMATH_1(exp2, x)
#define expm1(x)     TGMATH_1(expm1, x)
#define floor(x)     TGMATH_1(floor, x)
#define ilogb(x)     TGMATH_1(ilogb, x)
#define lgamma(x)    TGMATH_1(lgamma, x)
#define llrint(x)    TGMATH_1(llrint, x)
#define llround(x)   TGMATH_1(llround, x)
#define log10(x)     TGMATH_1(log10, x)
#define log1p(x)     TGMATH_1(log1p, x)
#define log2(x)      TGMATH_1(log2, x)
#define logb(x)      TGMATH_1(logb, x)
#define lrint(x)     TGMATH_1(lrint, x)
#define lround(x)    TGMATH_1(lround, x)
#define nearbyint(x) TGMATH_1(nearbyint, x)
#define rint(x)      TGMATH_1(rint, x)
#define round(x)     TGMATH_1(round, x)
#define tgamma(x)    TGMATH_1(tgamma, x)
#define trunc(x)     TGMATH_1(trunc, x)

#define pow(x, y)       TGMATH_2(pow, x, y)
#define atan2(x, y)     TGMATH_2(atan2, x, y)
#define copysign(x, y)  TGMATH_2(copysign, x, y)
#define fdim(x, y)      TGMATH_2(fdim, x, y)
#define fmax(x, y)      TGMATH_2(fmax, x, y)
#define fmin(x, y)      TGMATH_2(fmin, x, y)
#define fmod(x, y)      TGMATH_2(fmod, x, y)
#define hypot(x, y)     TGMATH_2(hypot, x, y)
#define nextafter(x, y) TGMATH_2(nextafter, x, y)
#define remainder(x, y) TGMATH_2(remainder, x, y)

/* The first one decides. */
#define frexp(x, y)      TGMATH_PICK(frexp, TGMATH_TYPE(x))(x, y)
#define ldexp(x, y)      TGMATH_PICK(ldexp, TGMATH_TYPE(x))(x, y)
#define nexttoward(x, y) TGMATH_PICK(nexttoward, TGMATH_TYPE(x))(x, y)
#define scalbn(x, y)     TGMATH_PICK(scalbn, TGMATH_TYPE(x))(x, y)
#define scalbln(x, y)    TGMATH_PICK(scalbln, TGMATH_TYPE(x))(x, y)

#define fma(x, y, z)           TGMATH_PICK(fma, TGMATH_TYPE(x) + TGMATH_TYPE(y) + TGMATH_TYPE(z))(x, y, z)
#define remquo(x, y, quotient) TGMATH_PICK(remquo, TGMATH_TYPE(x) + TGMATH_TYPE(y))(x, y, quotient)

#endif
