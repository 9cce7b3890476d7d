/* The short cut: what ipc.c does, for the case that matters. A call with words only to a receiver
 * that waits for it, and a reply with words only by a server that then waits again; no deadline on
 * either side.
 *
 * Invariant: it leaves exactly the state that the long way would; so it can be taken out (and is,
 * in one line of trap.c) and everything works the same, slower. First all conditions, none of which
 * changes anything; then only steps that cannot fail.
 *
 * Layer 6. Called by trap.c; calls cap.c, thread.c, inherit.c. Course lab: write it. (After the
 * fast paths of L4 and seL4.) */
#include "ipc_fast.h"

#include "cap.h"
#include "inherit.h"
#include "ipc.h"
#include "transfer.h"

static bool words_only(const struct regs *regs)
{
	return (regs->rsi >> 24) == 0 && regs->rdx == 0 && regs->r10 == DEADLINE_FOREVER;
}

static void copy_message(const struct regs *from, struct regs *to)
{
	transfer_words(from, to);
	to->rsi = from->rsi;
	to->rax = 0;
	transfer_count++;
}

/* The call of a short message without a deadline, to a server that waits for one. Anything else
 * goes the long way, and nothing has happened. */
static bool fast_call(struct thread *thread)
{
	struct endpoint *endpoint;
	struct thread *receiver;
	struct cap *cap;

	if (cap_find(&thread->space->caps, thread->regs.rdi, CAP_SEND, &cap))
		return false;
	endpoint = CONTAINER_OF(cap->object, struct endpoint, object);
	receiver = endpoint->receiver;
	if (!receiver || receiver->state != STATE_RECEIVE || receiver->endpoint != endpoint ||
	    receiver->timeout.place || thread->waiter.depth >= CHAIN_MAX)
		return false;
	/* Point of no return. A receiver that waits for messages waits for nobody: no ring, no
	 * chain to look for. */
	thread->call++;
	thread->messages++;
	thread->endpoint = endpoint;
	thread->badge = cap->badge;
	thread->label = thread->regs.rsi;
	thread->ext_address = 0;
	thread->ext.recv_bytes = thread->ext.recv_caps = 0;
	copy_message(&thread->regs, &receiver->regs);
	receiver->regs.rdi = cap->badge;
	receiver->regs.rdx = ipc_token(thread);
	thread_block(thread, STATE_REPLY);
	inherit_wait(thread, &receiver->callers);
	thread_hand_over(receiver);
	return true;
}

/* The answer to a caller without a deadline, when nothing else waits at the endpoint. Anything else
 * goes the long way. */
static bool fast_reply_recv(struct thread *thread)
{
	struct thread *caller = ipc_find_caller(thread, thread->regs.rdi);
	struct endpoint *endpoint;
	struct cap *cap;

	if (!caller || caller->faulting || caller->timeout.place)
		return false;
	if (cap_find(&thread->space->caps, thread->regs.r8, CAP_RECV, &cap))
		return false;
	endpoint = CONTAINER_OF(cap->object, struct endpoint, object);
	if (endpoint->receiver != thread || endpoint->bits || !waitq_empty(&endpoint->senders))
		return false;
	/* Point of no return. */
	thread->messages++;
	thread->endpoint = endpoint;
	thread->ext_address = 0;
	thread->ext.recv_bytes = thread->ext.recv_caps = 0;
	copy_message(&thread->regs, &caller->regs);
	thread_block(thread, STATE_RECEIVE);
	inherit_leave(caller);
	thread_hand_over(caller);
	return true;
}

bool ipc_fast(struct thread *thread)
{
	if (!words_only(&thread->regs))
		return false;
	if (thread->regs.rax == SYS_ipc_call)
		return fast_call(thread);
	if (thread->regs.rax == SYS_ipc_reply_recv)
		return fast_reply_recv(thread);
	return false;
}
