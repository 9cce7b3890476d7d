/* Messages. See ipc.c; the calls' meaning is in docs/abi/. */
#ifndef KERNEL_IPC_H
#define KERNEL_IPC_H

#include "thread.h"
#include "types.h"

/* The thread waits now: what its call answers is written when it wakes. */
#define BLOCKED (-4097)

/* The calls of these names. Each answers 0, an error, BLOCKED or RESTART. */
s64 ipc_call(struct thread *thread, cap_t endpoint, u64 label, uaddr ext, u64 deadline);
s64 ipc_recv(struct thread *thread, cap_t endpoint, uaddr ext, u64 deadline);
s64 ipc_reply(struct thread *thread, u64 token, u64 label, uaddr ext);
s64 ipc_reply_recv(
    struct thread *thread, u64 token, u64 label, uaddr ext, cap_t endpoint, u64 deadline);
s64 ipc_delegate(struct thread *thread, u64 token, cap_t target);
s64 ipc_notify(struct thread *thread, cap_t endpoint, u64 bits);
s64 ipc_unbind(struct thread *thread, cap_t endpoint);

/* The reply token of a caller's present call. */
#define TOKEN_NEXT_CALL                                                           \
	0x10000 /* to the token of the next: the slot stands in the lower 16 bits \
		 */
static inline u64 ipc_token(const struct thread *caller)
{
	return caller->token;
}
/* The caller whose call the token names, if it waits for a thread of this one's space; else NULL.
 */
struct thread *ipc_find_caller(const struct thread *thread, u64 token);

/* Sets bits, for interrupts and watches: no capability asked. */
void ipc_set_bits(struct endpoint *endpoint, u64 bits);
/* A call to the pager on behalf of a thread that faulted; thread->fault holds the words. 0, or an
 * error: nobody there. */
int ipc_call_pager(struct thread *thread, struct endpoint *pager, u64 badge);

/* Takes a waiting thread out of its wait; its call answers error. A thread that waits for its pager
 * is killed. */
void ipc_cancel(struct thread *thread, s64 error);
/* The receiver bound to an endpoint is not any more. */
void ipc_release(struct thread *receiver);
/* From any state to DEAD; what is left of it is object.c's work. No harm if it is dead. */
void ipc_kill(struct thread *thread);

#endif
