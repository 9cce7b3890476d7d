/* The kernel gives up. See panic.c; panic() itself is declared in types.h, for ASSERT. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "machine.h"
#include "types.h"

/* An exception in the kernel: says which, the registers, the way there. */
_Noreturn void panic_trap(const struct regs *regs);

#define PANIC_STATUS 99

#endif
