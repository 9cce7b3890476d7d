/* What the paths of messages ask of the machine: see x86/current.h. On the host
 * tests/host/current.h stands in for it. */
#ifndef KERNEL_MACHINE_INLINE_H
#define KERNEL_MACHINE_INLINE_H

#if __STDC_HOSTED__
#include "tests/host/current.h"
#else
#include "x86/current.h"
#endif

#endif
