/* The message path.
 *
 * Invariants: while a receiver is RECEIVE-blocked on an endpoint, its queue of senders is empty and
 * no bits are set. A caller waits in exactly one queue: the endpoint's senders until its message is
 * taken, the receiver's callers until the answer. A reply token is the caller's slot and call
 * number; it is honoured only while that very call waits for a thread of the space that presents
 * it.
 *
 * Every operation checks, passes its point of no return, and commits: a failure leaves both sides
 * as they were. Nothing waits inside: an operation moves threads from state to state and returns;
 * trap.c then runs whoever is first.
 *
 * Reading order: ipc_call, deliver, ipc_recv, receive, ipc_reply; then transfer.c; how waits end
 * before their time is in ipc_end.c.
 * Layer 5. Called by syscall.c, fault.c, irq.c, watch.c; calls ipc_end.c, transfer.c, thread.c,
 * inherit.c, cap.c, timeout.c, clock.c. */
#include "ipc.h"

#include "cap.h"
#include "clock.h"
#include "inherit.h"
#include "lock.h"
#include "memory.h"
#include "trace.h"
#include "transfer.h"

static void arm(struct thread *thread, u64 deadline)
{
	if (deadline != DEADLINE_FOREVER)
		timeout_arm(&thread->timeout, clock_to_tsc(deadline));
}

/* thread->sends becomes the capability to call through that handle names: it is, if that was the
 * one used last. */
static inline int find_callee(struct thread *thread, cap_t handle)
{
	const struct cap *last = thread->sends;

	if (LIKELY(last->handle == handle && !last->callee->dead))
		return 0;
	return cap_find(&thread->space->caps, handle, CAP_SEND, &thread->sends);
}

/* ---- Call ----------------------------------------------------------------------------- */

/* The caller's message was taken: it waits for the receiver's answer now. The caller is in no
 * queue. */
static void await_reply(struct thread *caller, struct thread *receiver)
{
	caller->state = STATE_REPLY;
	inherit_wait(caller, &receiver->callers);
}

/* Hands the message of a caller in state READY or SEND to the receiver. What the receiver's call
 * answers stands in its registers. */
static INLINE void take_message(struct thread *caller, struct thread *receiver)
{
	caller->token += TOKEN_NEXT_CALL;
	transfer_commit(caller, caller->label, receiver);
	receiver->regs.rdi = caller->badge;
	receiver->regs.rdx = ipc_token(caller);
	trace(receive, receiver->id, caller->id, caller->badge, caller->label, caller->token);
	if (caller->state == STATE_SEND)
		inherit_leave(caller);
	await_reply(caller, receiver);
}

static __attribute__((noinline)) void take_queued(struct thread *caller, struct thread *receiver)
{
	take_message(caller, receiver);
}

static inline void trace_send(const struct thread *caller, const struct thread *receiver)
{
	trace(send, caller->id, receiver ? receiver->id : 0, caller->badge, caller->label,
	    caller->token + TOKEN_NEXT_CALL);
}

/* The caller's message, which is set up in the thread, goes to a waiting receiver or into the
 * queue. */
static INLINE s64 deliver(struct thread *caller, struct endpoint *endpoint, u64 deadline)
{
	struct thread *receiver = endpoint->receiver;
	int error;

	caller->endpoint = endpoint;
	if (receiver && receiver->state == STATE_RECEIVE && receiver->endpoint == endpoint) {
		switch (transfer_check(caller, caller->label, receiver, &error)) {
		case TRANSFER_FITS:
			/* Point of no return. */
			trace_send(caller, receiver);
			thread_end_receiving(receiver);
			take_message(caller, receiver);
			thread_result(receiver, 0);
			thread_hand_over(receiver);
			arm(caller, deadline);
			return BLOCKED;
		case TRANSFER_BAD_RECEIVER: /* its buffer has gone since it began to wait: its own
				     call fails, this one queues */
			ipc_cancel(receiver, error);
			break;
		default:
			return error;
		}
	}
	/* Point of no return. */
	trace_send(caller, receiver);
	thread_block(caller, STATE_SEND);
	inherit_wait(caller, &endpoint->senders);
	arm(caller, deadline);
	return BLOCKED;
}

s64 ipc_call(struct thread *thread, cap_t handle, u64 label, uaddr ext, u64 deadline)
{
	struct endpoint *endpoint;
	int error = find_callee(thread, handle);

	if (!error)
		error = transfer_load(thread, label, ext);
	if (!error)
		error = transfer_check_room(thread);
	if (error)
		return error;
	endpoint = cap_endpoint(thread->sends);
	if (clock_passed(deadline))
		return -ETIMEDOUT;
	if (endpoint->receiver) {
		error = inherit_permit(thread, endpoint->receiver);
		if (error)
			return error;
	}
	thread->label = label;
	thread->badge = thread->sends->badge;
	return deliver(thread, endpoint, deadline);
}

int ipc_call_pager(struct thread *thread, struct endpoint *pager, u64 badge)
{
	if (pager->object.dead || (pager->receiver && inherit_check(thread, pager->receiver)))
		return -EPIPE;
	thread->machine.special.faulting = true;
	thread->ext_address = 0;
	thread->label = MSG_LABEL(FAULT_OP, FAULT_VERSION, 0, 0);
	thread->badge = badge;
	/* without bytes or capabilities nothing can misfit */
	deliver(thread, pager, DEADLINE_FOREVER);
	return 0;
}

/* ---- Receive -------------------------------------------------------------------------- */

static void take_bits(struct thread *thread, struct endpoint *endpoint)
{
	struct regs *r = &thread->regs;

	r->rdi = endpoint->bits;
	r->rsi = r->rdx = r->r10 = r->r8 = r->r9 = 0;
	endpoint->bits = 0;
}

static s64 wait_for_time(struct thread *thread, u64 deadline)
{
	if (clock_passed(deadline))
		return -ETIMEDOUT;
	thread->endpoint = NULL;
	thread_block(thread, STATE_RECEIVE);
	arm(thread, deadline);
	return BLOCKED;
}

/* Whether thread may receive from the endpoint that handle names: it may, if it did so last. */
static inline int check_receiver(struct thread *thread, cap_t handle, struct cap **found)
{
	struct thread *receiver;
	int error;

	*found = thread->receives;
	if (LIKELY((*found)->handle == handle && !thread->serves->object.dead))
		return 0;
	error = cap_find(&thread->space->caps, handle, CAP_RECV, found);
	if (error)
		return error;
	receiver = cap_endpoint(*found)->receiver;
	if ((receiver && receiver != thread) ||
	    (thread->bound && thread->bound != cap_endpoint(*found)))
		return -EBUSY;
	return 0;
}

static void bind(struct thread *thread, struct cap *cap)
{
	struct endpoint *endpoint = cap_endpoint(cap);

	if (LIKELY(cap == thread->receives))
		return;
	thread_serves(thread, cap);
	if (endpoint->receiver == thread)
		return;
	endpoint->receiver = thread;
	endpoint->object.pins++;
	thread->bound = endpoint;
	inherit_redirect(&endpoint->senders, thread);
}

/* What there is: bits, then the first sender's message, else waits. The thread is bound and its
 * room is known. */
static INLINE s64 receive(struct thread *thread, struct endpoint *endpoint, u64 deadline)
{
	if (endpoint->bits) {
		take_bits(thread, endpoint);
		return 0;
	}
	if (!waitq_empty(&endpoint->senders)) {
		struct thread *sender =
		    CONTAINER_OF(waitq_first(&endpoint->senders), struct thread, waiter);
		int error;

		switch (transfer_check(sender, sender->label, thread, &error)) {
		case TRANSFER_FITS:
			/* Point of no return. */
			take_queued(sender, thread);
			return 0;
		case TRANSFER_BAD_RECEIVER:
			return error;
		default: /* one refusal per entry, so that many bad messages do not keep us inside
			  */
			ipc_cancel(sender, error);
			return RESTART;
		}
	}
	if (clock_passed(deadline))
		return -ETIMEDOUT;
	/* Point of no return. */
	thread->endpoint = endpoint;
	thread_block(thread, STATE_RECEIVE);
	arm(thread, deadline);
	thread_open_short_cut(thread);
	return BLOCKED;
}

s64 ipc_recv(struct thread *thread, cap_t handle, uaddr ext, u64 deadline)
{
	struct cap *cap;
	int error;

	if (!handle)
		return wait_for_time(thread, deadline);
	error = check_receiver(thread, handle, &cap);
	if (!error)
		error = transfer_load(thread, 0, ext);
	if (error)
		return error;
	bind(thread, cap);
	return receive(thread, thread->bound, deadline);
}

/* ---- Reply ---------------------------------------------------------------------------- */

struct thread *ipc_find_caller(const struct thread *thread, u64 token)
{
	struct thread *caller = thread_in_slot((u16)token);

	if (!caller || caller->state != STATE_REPLY || caller->token != token)
		return NULL;
	return inherit_waits_for(caller)->space == thread->space ? caller : NULL;
}

/* Most often the first that waits for an answer. */
static inline struct thread *find_caller(const struct thread *thread, u64 token)
{
	struct waiter *first = thread->callers.first;
	struct thread *caller = first ? CONTAINER_OF(first, struct thread, waiter) : NULL;

	return LIKELY(caller && caller->token == token) ? caller : ipc_find_caller(thread, token);
}

/* The caller's call is over; what it answers stands in its registers. */
static inline void end_call(struct thread *caller, bool runs_next)
{
	timeout_cancel(&caller->timeout);
	inherit_leave(caller);
	if (runs_next)
		thread_hand_over(caller);
	else
		thread_make_ready(caller);
}

/* A reply to a fault message: go on with the registers as they were, or not at all. */
static void answer_fault(struct thread *caller, u64 label, bool runs_next)
{
	caller->machine.special.faulting = false;
	if (MSG_OP(label) == 0)
		end_call(caller, runs_next);
	else
		ipc_kill(caller);
}

/* Answers the caller. An error is the replying thread's own, and then nothing has happened. */
static INLINE int reply(struct thread *thread, struct thread *caller, u64 label, bool runs_next)
{
	int error = 0;

	if (thread_faulting(caller)) {
		trace(reply, thread->id, caller->id, caller->badge, label, caller->token);
		answer_fault(caller, label, runs_next);
		return 0;
	}
	switch (transfer_check(thread, label, caller, &error)) {
	case TRANSFER_BAD_SENDER:
		return error;
	case TRANSFER_FITS:
		/* Point of no return. */
		transfer_commit(thread, label, caller);
		thread->replies++;
		trace(reply, thread->id, caller->id, caller->badge, label, caller->token);
		thread_result(caller, 0);
		end_call(caller, runs_next);
		return 0;
	default:
		/* The caller's room is too small or gone: its call ends, and the server need not
		 * care. The caller must not take this EFAULT for "nothing has happened". */
		ipc_cancel(caller, error == -EFAULT ? -EPIPE : error);
		return 0;
	}
}

s64 ipc_reply(struct thread *thread, u64 token, u64 label, uaddr ext)
{
	int error = transfer_load(thread, label, ext);
	struct thread *caller = find_caller(thread, token);

	if (error)
		return error;
	return caller ? reply(thread, caller, label, false) : -ESRCH;
}

s64 ipc_reply_recv(
    struct thread *thread, u64 token, u64 label, uaddr ext, cap_t handle, u64 deadline)
{
	struct thread *caller = find_caller(thread, token);
	struct cap *cap;
	int error = check_receiver(thread, handle, &cap);

	if (!error && caller) { /* one that has gone is no concern of the server's loop */
		error = transfer_load_reply(thread, label, ext);
		if (!error)
			error = reply(thread, caller, label, true);
	} else {
		transfer_expect(thread, ext);
	}
	if (error)
		return error;
	bind(thread, cap);
	/* Should this restart the call, the token names nobody any more: only receiving is left. */
	return receive(thread, thread->bound, deadline);
}

s64 ipc_delegate(struct thread *thread, u64 token, cap_t handle)
{
	struct thread *caller = ipc_find_caller(thread, token), *target;
	struct cap *cap;
	int error = cap_find(&thread->space->caps, handle, CAP_THREAD, &cap);

	if (error)
		return error;
	target = CONTAINER_OF(cap->object, struct thread, object);
	if (!caller)
		return -ESRCH;
	if (target->space != thread->space)
		return -EPERM;
	error = inherit_permit(caller, target);
	if (error)
		return error;
	/* Point of no return. */
	thread_bar_short_cut(target);
	inherit_leave(caller);
	inherit_wait(caller, &target->callers);
	return 0;
}

/* ---- Notification --------------------------------------------------------------------- */

void ipc_set_bits(struct endpoint *endpoint, u64 bits)
{
	struct thread *receiver = endpoint->receiver;

	endpoint->bits |= bits;
	if (!endpoint->bits || !receiver || receiver->state != STATE_RECEIVE ||
	    receiver->endpoint != endpoint)
		return;
	thread_end_receiving(receiver);
	take_bits(receiver, endpoint);
	thread_result(receiver, 0);
	thread_make_ready(receiver);
}

s64 ipc_notify(struct thread *thread, cap_t handle, u64 bits)
{
	struct cap *cap;
	int error = cap_find(&thread->space->caps, handle, CAP_NOTIFY, &cap);

	if (error)
		return error;
	if (cap->badge && (bits & ~cap->badge))
		return -EPERM;
	trace(notify, thread->id, endpoint_receiver_id(cap_endpoint(cap)), 0, 0, bits);
	ipc_set_bits(cap_endpoint(cap), bits);
	return 0;
}
