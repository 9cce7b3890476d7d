/* The floating-point environment: exceptions that were raised, and how numbers are rounded. Both
 * units have one, for double and float (SSE) and for long double (x87); these speak for both. */
#ifndef FENV_H
#define FENV_H

#include <stdint.h>

#define FE_INVALID    1
#define FE_DIVBYZERO  4
#define FE_OVERFLOW   8
#define FE_UNDERFLOW  16
#define FE_INEXACT    32
#define FE_ALL_EXCEPT (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT)

#define FE_TONEAREST  0
#define FE_DOWNWARD   0x400
#define FE_UPWARD     0x800
#define FE_TOWARDZERO 0xc00

typedef uint16_t fexcept_t;
typedef struct {
	uint32_t x87[7]; /* as FNSTENV stores it */
	uint32_t mxcsr;
} fenv_t;
#define FE_DFL_ENV ((const fenv_t *)-1)

/* All answer 0 but fetestexcept, which says which of these were raised, and fegetround. fesetround:
 * not 0 when there is no such mode. */
int feclearexcept(int exceptions);
int feraiseexcept(int exceptions);
int fetestexcept(int exceptions);
int fegetexceptflag(fexcept_t *flags, int exceptions);
int fesetexceptflag(const fexcept_t *flags, int exceptions);
int fegetround(void);
int fesetround(int mode);
int fegetenv(fenv_t *environment);
int fesetenv(const fenv_t *environment);
/* Keeps the environment and begins a new one, without exceptions. */
int feholdexcept(fenv_t *environment);
/* The kept one again, with what was raised meanwhile. */
int feupdateenv(const fenv_t *environment);

#endif
