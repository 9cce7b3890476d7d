/* Random lives of address spaces under the TLBs of machine_tlb.c: the kernel's own space.c,
 * memory.c, pagetable.c and whatever there is for pcid.c, on 1 to 4 processors. After each
 * operation every processor is in user mode, and none may meet a translation that the tables do not
 * say. */
#ifndef TESTS_TLB_LIFE_H
#define TESTS_TLB_LIFE_H

#include "kernel/types.h"

/* Lives of consecutive seeds, which between them have every kind of processor; so many operations
 * in all. With SEED=N in the environment only that one, of OPS=N operations. One line of TAP a
 * life; at the end, whether each operation worked at some time. Returns main's result. */
int tlb_lives(u64 operations);

#endif
