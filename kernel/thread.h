/* Threads: what one is, its states, and how it gets from one to another. See thread.c. */
/* clang-format off */
/*
 *              thread_start                  ipc_call, fault: no receiver waits
 *   INACTIVE ---------------> READY ------------------------------------------> SEND
 *                             ^ | ^ ^                                            |
 *      message, bits,         | | | |    refused, deadline, EPIPE                | receiver takes
 *      deadline, unbound      | | | +------------------------------------------- +  the message
 *   RECEIVE ------------------+ | |                                              |
 *      ^                        | |      ipc_reply, deadline, EPIPE              v
 *      +------ ipc_recv --------+ +------------------------------------------- REPLY
 *                               |                                                ^
 *                               +------- ipc_call: a receiver waits -------------+
 *                               |
 *   LOCK <---- lock_wait -------+        lock_wake, deadline: back to READY
 *
 *   From every state: killed --> DEAD
 *
 * The names are QNX's. A thread in SEND, REPLY or LOCK stands in exactly one wait queue (waiter),
 * one that is READY in the ready queue; the running thread is READY and queued. */
/* clang-format on */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include "cap.h"
#include "list.h"
#include "machine.h"
#include "ready.h"
#include "space.h"
#include "timeout.h"
#include "types.h"
#include "waitq.h"

struct endpoint {
	struct object object;
	struct thread *receiver; /* bound to it, or NULL */
	struct waitq senders;    /* SEND-blocked on it; lends to the receiver */
	u64 bits;                /* notification bits that were set and not yet taken */
};

/* A lock of user space that somebody waits for. */
struct lock {
	uaddr address;        /* of the lock word, in the owner's space */
	struct list of_owner; /* on owner->locks */
	struct waitq waiters; /* lends to the owner */
};

/* So many contended locks of one owner: a step along a chain of waiting threads looks at each of
 * them (inherit.c), and a chain has up to CHAIN_MAX threads. */
#define LOCKS_MAX 8

struct thread {
	struct regs regs; /* first: entry.S saves and restores here */

	/* thread.c owns these */
	struct object object;
	struct space *space;
	struct list in_space;
	u64 id;             /* slot, incarnation */
	u8 state;           /* STATE_* */
	u8 base, effective; /* effective: inherit.c */

	struct ready ready;     /* ready.c */
	struct waiter waiter;   /* waitq.c: where it waits */
	struct timeout timeout; /* timeout.c */

	/* ipc.c owns these */
	u64 call; /* number of the current or last call, never reset in this slot */
	struct endpoint *endpoint; /* SEND, REPLY: called; RECEIVE: receives from (NULL: just time)
				    */
	struct endpoint *bound;    /* receives from this one */
	struct waitq callers;      /* REPLY-blocked on this thread: lends to it */
	u64 label, badge;          /* SEND: of the message on its way */
	uaddr ext_address;         /* 0: nothing beyond registers */
	struct msg_ext ext;        /* SEND, RECEIVE, REPLY: read once, at the call */
	bool faulting;             /* its call is a fault message: the reply resumes or kills */
	u64 fault[MSG_WORDS];      /* faulting: the words of that message */

	/* fault.c */
	struct endpoint *pager; /* pinned; NULL: none */
	u64 pager_badge;

	/* lock.c */
	struct lock *lock; /* LOCK: waits for this one */
	struct list locks; /* owned, with waiters: their queues lend to it */
	u32 lock_count;

	/* accounts */
	u64 cpu_tsc, messages;

	struct machine_thread machine;
};

void thread_init(void);
/* A thread of that space, INACTIVE. Charged to the space. NULL: out of memory. */
struct thread *thread_create(struct space *space, u64 entry, u64 stack, u64 argument, u8 priority);
/* Of that slot number, or NULL. */
struct thread *thread_in_slot(u16 slot);
/* Of that id, or NULL when it has gone. */
struct thread *thread_by_id(u64 id);
/* The first thread whose slot is not below slot, or NULL. Those that ended and are kept only for
 * the capabilities that name them do not count: their space may be gone. */
struct thread *thread_next(u32 slot);
u32 thread_count(void);
static inline u16 thread_slot(const struct thread *thread)
{
	return (u16)thread->id;
}

/* State steps. None of them chooses who runs: trap.c does, on the way out. */
void thread_make_ready(struct thread *thread); /* from any waiting state; behind its equals */
/* the same, before its equals: gets the rest of the slice */
void thread_hand_over(struct thread *thread);
/* whether that was done to it since last asked */
bool thread_was_handed(const struct thread *thread);
void thread_block(struct thread *thread, u8 state);    /* from READY, in no queue afterwards */
void thread_result(struct thread *thread, s64 result); /* what its call answers */
/* The last step: DEAD, out of its space's list. Nobody waits for it any more. */
void thread_retire(struct thread *thread);
void thread_free(struct thread *thread);

#endif
