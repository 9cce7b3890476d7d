/* System calls. See syscall.c. */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include "thread.h"

/* Carries out what the thread's registers ask for and writes the answer there, unless it waits now.
 */
void syscall_dispatch(struct thread *thread);

#endif
