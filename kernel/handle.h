/* From handles to objects. See handle.c. */
#ifndef KERNEL_HANDLE_H
#define KERNEL_HANDLE_H

#include "cap.h"
#include "thread.h"

/* Each answers 0, or what cap_find says of a handle in the thread's own table. */
int handle_find(struct thread *t, cap_t handle, u32 rights, struct cap **cap);
/* 0 names the caller's own space. */
int handle_space(struct thread *t, cap_t handle, struct space **space);
/* 0 names the caller itself. */
int handle_thread(struct thread *t, cap_t handle, struct thread **thread);
/* An endpoint that the caller may set these bits of; -EPERM: not these, -EINVAL: none. */
int handle_target(struct thread *t, cap_t handle, u64 bits, struct endpoint **endpoint);
/* A first capability to a new object, after cap_reserve: its handle. */
s64 handle_give(struct thread *t, struct object *object, u32 rights);

#endif
