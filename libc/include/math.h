/* Mathematical functions, for double, float (namef) and long double (namel).
 *
 * Errors are told by the floating-point exceptions (fenv.h), not by errno. A result of float or
 * double is off by less than one unit in its last place, pow and erfc by up to 0.85, the others
 * hardly more than a half; lgamma by more near its zeros below 0. Those of long double by up to 4
 * units, erfl, lgammal, tgammal by up to 20, erfcl between 0 and 2 by up to 1,000. What C has exact
 * (roots, remainders, rounding, parts) is. */
#ifndef MATH_H
#define MATH_H

typedef float float_t;
typedef double double_t;

#define HUGE_VAL  __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#define INFINITY  __builtin_inff()
#define NAN       __builtin_nanf("")

#define FP_NAN       0
#define FP_INFINITE  1
#define FP_ZERO      2
#define FP_SUBNORMAL 3
#define FP_NORMAL    4
#define FP_ILOGB0    (-0x7fffffff - 1)
#define FP_ILOGBNAN  (-0x7fffffff - 1)

#define MATH_ERRNO       1
#define MATH_ERREXCEPT   2
#define math_errhandling MATH_ERREXCEPT

#define fpclassify(x)        __builtin_fpclassify(FP_NAN, FP_INFINITE, FP_NORMAL, FP_SUBNORMAL, FP_ZERO, x)
#define isfinite(x)          __builtin_isfinite(x)
#define isinf(x)             __builtin_isinf(x)
#define isnan(x)             __builtin_isnan(x)
#define isnormal(x)          __builtin_isnormal(x)
#define signbit(x)           (!!__builtin_signbit(x))
#define isgreater(x, y)      __builtin_isgreater(x, y)
#define isgreaterequal(x, y) __builtin_isgreaterequal(x, y)
#define isless(x, y)         __builtin_isless(x, y)
#define islessequal(x, y)    __builtin_islessequal(x, y)
#define islessgreater(x, y)  __builtin_islessgreater(x, y)
#define isunordered(x, y)    __builtin_isunordered(x, y)

#define M_E        2.7182818284590452354
#define M_LOG2E    1.4426950408889634074
#define M_LOG10E   0.43429448190325182765
#define M_LN2      0.69314718055994530942
#define M_LN10     2.30258509299404568402
#define M_PI       3.14159265358979323846
#define M_PI_2     1.57079632679489661923
#define M_PI_4     0.78539816339744830962
#define M_1_PI     0.31830988618379067154
#define M_2_PI     0.63661977236758134308
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2    1.41421356237309504880
#define M_SQRT1_2  0.70710678118654752440

/* The sign of the gamma function that lgamma found last. */
extern int signgam;

/* ---- Angles, in radians ---- */
double acos(double x);
double asin(double x);
double atan(double x);
double atan2(double x, double y);
double cos(double x);
double sin(double x);
double tan(double x);
float acosf(float x);
float asinf(float x);
float atanf(float x);
float atan2f(float x, float y);
float cosf(float x);
float sinf(float x);
float tanf(float x);
long double acosl(long double x);
long double asinl(long double x);
long double atanl(long double x);
long double atan2l(long double x, long double y);
long double cosl(long double x);
long double sinl(long double x);
long double tanl(long double x);

/* ---- Hyperbolic functions ---- */
double acosh(double x);
double asinh(double x);
double atanh(double x);
double cosh(double x);
double sinh(double x);
double tanh(double x);
float acoshf(float x);
float asinhf(float x);
float atanhf(float x);
float coshf(float x);
float sinhf(float x);
float tanhf(float x);
long double acoshl(long double x);
long double asinhl(long double x);
long double atanhl(long double x);
long double coshl(long double x);
long double sinhl(long double x);
long double tanhl(long double x);

/* ---- Powers and logarithms ---- */
double exp(double x);
double exp2(double x);
double expm1(double x);
double log(double x);
double log10(double x);
double log1p(double x);
double log2(double x);
double pow(double x, double y);
double sqrt(double x);
double cbrt(double x);
double hypot(double x, double y);
float expf(float x);
float exp2f(float x);
float expm1f(float x);
float logf(float x);
float log10f(float x);
float log1pf(float x);
float log2f(float x);
float powf(float x, float y);
float sqrtf(float x);
float cbrtf(float x);
float hypotf(float x, float y);
long double expl(long double x);
long double exp2l(long double x);
long double expm1l(long double x);
long double logl(long double x);
long double log10l(long double x);
long double log1pl(long double x);
long double log2l(long double x);
long double powl(long double x, long double y);
long double sqrtl(long double x);
long double cbrtl(long double x);
long double hypotl(long double x, long double y);

/* ---- Error and gamma functions ---- */
double erf(double x);
double erfc(double x);
double lgamma(double x);
double tgamma(double x);
float erff(float x);
float erfcf(float x);
float lgammaf(float x);
float tgammaf(float x);
long double erfl(long double x);
long double erfcl(long double x);
long double lgammal(long double x);
long double tgammal(long double x);

/* ---- To whole numbers ---- */
double ceil(double x);
double floor(double x);
double nearbyint(double x);
double rint(double x);
double round(double x);
double trunc(double x);
long lrint(double x);
long long llrint(double x);
long lround(double x);
long long llround(double x);
float ceilf(float x);
float floorf(float x);
float nearbyintf(float x);
float rintf(float x);
float roundf(float x);
float truncf(float x);
long lrintf(float x);
long long llrintf(float x);
long lroundf(float x);
long long llroundf(float x);
long double ceill(long double x);
long double floorl(long double x);
long double nearbyintl(long double x);
long double rintl(long double x);
long double roundl(long double x);
long double truncl(long double x);
long lrintl(long double x);
long long llrintl(long double x);
long lroundl(long double x);
long long llroundl(long double x);

/* ---- Remainders ---- */
double fmod(double x, double y);
double remainder(double x, double y);
double remquo(double x, double y, int *quotient);
float fmodf(float x, float y);
float remainderf(float x, float y);
float remquof(float x, float y, int *quotient);
long double fmodl(long double x, long double y);
long double remainderl(long double x, long double y);
long double remquol(long double x, long double y, int *quotient);

/* ---- Numbers taken apart ---- */
double frexp(double x, int *exponent);
double ldexp(double x, int n);
double logb(double x);
int ilogb(double x);
double modf(double x, double *whole);
double scalbn(double x, int n);
double scalbln(double x, long n);
double fabs(double x);
double copysign(double x, double y);
float frexpf(float x, int *exponent);
float ldexpf(float x, int n);
float logbf(float x);
int ilogbf(float x);
float modff(float x, float *whole);
float scalbnf(float x, int n);
float scalblnf(float x, long n);
float fabsf(float x);
float copysignf(float x, float y);
long double frexpl(long double x, int *exponent);
long double ldexpl(long double x, int n);
long double logbl(long double x);
int ilogbl(long double x);
long double modfl(long double x, long double *whole);
long double scalbnl(long double x, int n);
long double scalblnl(long double x, long n);
long double fabsl(long double x);
long double copysignl(long double x, long double y);

/* ---- Comparing, neighbours ---- */
double fdim(double x, double y);
double fmax(double x, double y);
double fmin(double x, double y);
double nextafter(double x, double y);
double nexttoward(double x, long double y);
double nan(const char *text);
float fdimf(float x, float y);
float fmaxf(float x, float y);
float fminf(float x, float y);
float nextafterf(float x, float y);
float nexttowardf(float x, long double y);
float nanf(const char *text);
long double fdiml(long double x, long double y);
long double fmaxl(long double x, long double y);
long double fminl(long double x, long double y);
long double nextafterl(long double x, long double y);
long double nexttowardl(long double x, long double y);
long double nanl(const char *text);

/* ---- One rounding for both ---- */
double fma(double x, double y, double z);
float fmaf(float x, float y, float z);
long double fmal(long double x, long double y, long double z);
#endif
