/* The first way out of the kernel; the ways in are declared in machine.h. See trap.c. */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include "thread.h"

/* The thread to run first, when booting is done. */
struct thread *trap_first(void);

#endif
