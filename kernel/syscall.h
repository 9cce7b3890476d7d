/* System calls. See syscall.c. */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include "ipc.h"
#include "memory.h"
#include "thread.h"

#define SYSCALL_BYTES 2 /* length of the SYSCALL instruction, to make a call again */

/* By number. Each answers what the call does, or BLOCKED or RESTART, which are below all of that.
 */
extern s64 (*const syscall_handlers[])(struct thread *);

/* Carries out what the thread's registers ask for and writes the answer there, unless it waits now.
 */
static inline void syscall_dispatch(struct thread *thread)
{
	u64 number = thread->regs.rax;
	s64 result = LIKELY(number < SYS_COUNT) ? syscall_handlers[number](thread) : -ENOSYS;

	if (LIKELY(result > RESTART))
		thread_result(thread, result);
	else if (result == RESTART)
		thread->regs.rip -= SYSCALL_BYTES;
}

#endif
