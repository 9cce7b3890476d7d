/* The short cut of the message path. See ipc_fast.c. */
#ifndef KERNEL_IPC_FAST_H
#define KERNEL_IPC_FAST_H

#include "thread.h"

/* Carries out the system call in the thread's registers if it is a message call of the common kind.
 * False: it is not, and nothing was touched: syscall_dispatch does it. */
#ifndef WITHOUT_IPC_FAST
bool ipc_fast(struct thread *thread);
#else /* make FAST=0 */
static inline bool ipc_fast(struct thread *thread)
{
	return false;
}
#endif

#endif
