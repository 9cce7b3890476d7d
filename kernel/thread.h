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
 * one that is READY in the ready queue, unless it runs or was handed the processor. */
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
	/* the receiver, if the short cut may hand it a message: it waits here for one, without a
	 * deadline, nobody waits for it, and it has nothing `special` (machine.h); else NULL */
	struct thread *waiting;
};

/* What a capability with an endpoint's right names. */
static inline struct endpoint *cap_endpoint(const struct cap *cap)
{
	return CONTAINER_OF(cap->object, struct endpoint, object);
}

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
	bool ext_read;      /* ipc.c: ext holds what stands at ext_address */
	u8 base, effective; /* effective: inherit.c */

	struct ready ready;     /* ready.c */
	struct waiter waiter;   /* waitq.c: where it waits */
	struct timeout timeout; /* timeout.c */

	/* ipc.c owns these */
	u64 token; /* of the present or last call: slot, number of the call; never reset in a slot
		    */
	struct endpoint *endpoint; /* SEND: called; RECEIVE: receives from (NULL: just time) */
	struct endpoint *bound;    /* receives from this one */
	struct cap *sends;       /* last called through, perhaps deleted since: has its handle then
				    changed */
	struct cap *receives;    /* through which it receives from `bound`, and that endpoint; */
	struct endpoint *serves; /* thread_no_cap and thread_nowhere when either has gone */
	struct waitq callers;    /* REPLY-blocked on this thread: lends to it */
	u64 label, badge;        /* SEND: of the message on its way */
	uaddr ext_address;       /* 0: nothing beyond registers */
	struct msg_ext ext;      /* read once: at the call, of a receiver when it is needed */
	u64 fault[MSG_WORDS];    /* faulting: the words of that message */

	/* fault.c */
	struct endpoint *pager; /* pinned; NULL: none */
	u64 pager_badge;

	/* lock.c */
	struct lock *lock; /* LOCK: waits for this one */
	struct list locks; /* owned, with waiters: their queues lend to it */
	u32 lock_count;

	u64 slice_left; /* trap.c: what a higher one's turn left of the slice; 0: a whole one */

	/* accounts */
	u64 cpu_tsc, replies, first_token; /* so many calls and replies sent: thread_messages() */

	struct machine_thread machine;
};

static inline u64 endpoint_receiver_id(const struct endpoint *endpoint)
{
	return endpoint->receiver ? endpoint->receiver->id : 0;
}

/* What sends, receives and serves point to when there is none. */
extern struct cap thread_no_cap;
extern struct endpoint thread_nowhere;

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
static inline u64 thread_messages(const struct thread *thread)
{
	return thread->replies + ((thread->token - thread->first_token) >> 16);
}
/* Its call is a fault message: the reply resumes or kills it. */
static inline bool thread_faulting(const struct thread *thread)
{
	return thread->machine.special.faulting;
}

/* State steps. None of them chooses who runs: trap.c does, on the way out.
 *
 * From any waiting state, behind its equals. */
void thread_make_ready(struct thread *thread);
/* The same, but it runs next, for the rest of the slice, unless somebody higher is ready: in no
 * queue, for trap.c to see. Once in an entry. */
extern struct thread *thread_handed;
static inline void thread_hand_over(struct thread *thread)
{
	ASSERT(!thread_handed && !thread->waiter.queue);
	thread->state = STATE_READY;
	thread_handed = thread;
}
/* The running thread waits from now on. */
static inline void thread_block(struct thread *thread, u8 state)
{
	ASSERT(thread->state == STATE_READY && !ready_queued(&thread->ready));
	thread->state = state;
}
/* The running thread's turn is over: behind its equals, if there are any. */
static inline void thread_yield(struct thread *thread)
{
	if (ready_highest >= thread->effective)
		ready_insert_back(&thread->ready, thread->effective);
}
/* What its call answers. */
static inline void thread_result(struct thread *thread, s64 result)
{
	thread->regs.rax = (u64)result;
}
/* The last step: DEAD, out of its space's list. Nobody waits for it any more. */
void thread_retire(struct thread *thread);
void thread_free(struct thread *thread);

/* It receives through this capability from now on; NULL: through none. */
static inline void thread_serves(struct thread *thread, struct cap *cap)
{
	thread->receives = cap ? cap : &thread_no_cap;
	thread->serves = cap ? cap_endpoint(cap) : &thread_nowhere;
}

/* It waits for a message now: the short cut may bring one, if nothing speaks against that. */
static inline void thread_open_short_cut(struct thread *thread)
{
	if (!timeout_armed(&thread->timeout) && waitq_empty(&thread->callers) &&
	    !thread->machine.special.any)
		thread->endpoint->waiting = thread;
}

/* What the short cut goes by has changed: it does not reach the thread until it waits anew. */
static inline void thread_bar_short_cut(struct thread *thread)
{
	if (thread->state == STATE_RECEIVE && thread->endpoint)
		thread->endpoint->waiting = NULL;
}

/* A receiver waits no longer, for whatever reason. */
static inline void thread_end_receiving(struct thread *thread)
{
	timeout_cancel(&thread->timeout);
	thread_bar_short_cut(thread);
}

#endif
