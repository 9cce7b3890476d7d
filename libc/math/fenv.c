/* The floating-point environment: what is done, is done to both units. Exceptions are only flags
 * here: no call lets them become traps. */
#include "../x86/fenv.h"

#define CONTROL     0 /* in fenv_t.x87 */
#define STATUS      1
#define MXCSR_SHIFT 3 /* its rounding bits are so much further up */

int fegetenv(fenv_t *e)
{
	env_store(e);
	return 0;
}

int fesetenv(const fenv_t *e)
{
	static const fenv_t initial = { .x87 = { 0xffff037f, 0xffff0000, 0xffffffff },
		.mxcsr = 0x1f80 };

	env_load(e == FE_DFL_ENV ? &initial : e);
	return 0;
}

int fetestexcept(int exceptions)
{
	fenv_t e;

	env_store(&e);
	return (int)(e.x87[STATUS] | e.mxcsr) & exceptions & FE_ALL_EXCEPT;
}

/* Sets the flags in `which` to those in `to`. */
static int set_flags(uint32_t which, uint32_t to)
{
	fenv_t e;

	which &= FE_ALL_EXCEPT;
	env_store(&e);
	e.x87[STATUS] = (e.x87[STATUS] & ~which) | (to & which);
	e.mxcsr = (e.mxcsr & ~which) | (to & which);
	env_load(&e);
	return 0;
}

int feclearexcept(int exceptions)
{
	return set_flags((uint32_t)exceptions, 0);
}

int feraiseexcept(int exceptions)
{
	return set_flags((uint32_t)exceptions, FE_ALL_EXCEPT);
}

int fegetexceptflag(fexcept_t *flags, int exceptions)
{
	*flags = (fexcept_t)fetestexcept(exceptions);
	return 0;
}

int fesetexceptflag(const fexcept_t *flags, int exceptions)
{
	return set_flags((uint32_t)exceptions, *flags);
}

int fegetround(void)
{
	fenv_t e;

	env_store(&e);
	return (int)(e.x87[CONTROL] & FE_TOWARDZERO);
}

int fesetround(int mode)
{
	fenv_t e;

	if (mode & ~FE_TOWARDZERO)
		return -1;
	env_store(&e);
	e.x87[CONTROL] = (e.x87[CONTROL] & ~(uint32_t)FE_TOWARDZERO) | (uint32_t)mode;
	e.mxcsr =
	    (e.mxcsr & ~((uint32_t)FE_TOWARDZERO << MXCSR_SHIFT)) | (uint32_t)mode << MXCSR_SHIFT;
	env_load(&e);
	return 0;
}

int feholdexcept(fenv_t *e)
{
	env_store(e);
	return feclearexcept(FE_ALL_EXCEPT);
}

int feupdateenv(const fenv_t *e)
{
	const int raised = fetestexcept(FE_ALL_EXCEPT);

	fesetenv(e);
	return feraiseexcept(raised);
}
