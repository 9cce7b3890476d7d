/* Locks of user space that somebody waits for. See lock.c. */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

#include "thread.h"

/* The calls of these names: 0, an error, or BLOCKED (ipc.h). */
s64 lock_wait(struct thread *thread, uaddr address, u64 deadline);
s64 lock_wake(struct thread *thread, uaddr address);
/* A thread in STATE_LOCK leaves the queue: its deadline came, or it is killed. */
void lock_leave(struct thread *thread);
/* The owner died: up to *budget of its locks go to their top waiters, with EOWNERDEAD; true when
 * none is left. */
bool lock_abandon(struct thread *owner, unsigned *budget);

#endif
