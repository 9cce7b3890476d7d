/* The registers that say how floating-point numbers are computed. */
#ifndef LIBC_X86_FENV_H
#define LIBC_X86_FENV_H

#include <fenv.h>

static inline void env_store(fenv_t *e)
{
	/* fnstenv masks all traps: the control word is loaded again */
	__asm__ volatile("fnstenv %0; fldcw %0; stmxcsr %1" : "=m"(e->x87), "=m"(e->mxcsr));
}

static inline void env_load(const fenv_t *e)
{
	__asm__ volatile("fldenv %0; ldmxcsr %1" : : "m"(e->x87), "m"(e->mxcsr));
}

#endif
