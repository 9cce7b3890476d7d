/* Faults become messages. See fault.c. */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include "thread.h"

/* The thread got the exception that its registers name: its pager is called, or it is killed. */
void fault_raise(struct thread *thread);
/* Another pager, or none (NULL). */
void fault_set_pager(struct thread *thread, struct endpoint *pager, u64 badge);

#endif
