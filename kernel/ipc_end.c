/* How waits end before their time, and threads: by a deadline, by what they waited for going, by
 * force.
 *
 * Invariant: whatever a thread waits for, leave_wait takes it out of all queues and takes back what
 * it lent; it is in none afterwards.
 *
 * Layer 5. Called by ipc.c, fault.c, object.c, syscall.c, trap.c; calls inherit.c, lock.c, ready.c,
 * thread.c, cap.c. */
#include "cap.h"
#include "inherit.h"
#include "ipc.h"
#include "lock.h"
#include "trace.h"

/* Out of whatever it waits for. */
static void leave_wait(struct thread *thread)
{
	if (thread->state == STATE_RECEIVE)
		thread_end_receiving(thread);
	else
		timeout_cancel(&thread->timeout);
	if (thread->state == STATE_LOCK)
		lock_leave(thread);
	else if (thread->waiter.queue)
		inherit_leave(thread);
}

void ipc_cancel(struct thread *thread, s64 error)
{
	if (thread_faulting(thread)) {
		ipc_kill(thread);
		return;
	}
	trace(cancel, thread->id, 0, 0, 0, (u64)error);
	leave_wait(thread);
	thread_result(thread, error);
	thread_make_ready(thread);
}

void ipc_release(struct thread *receiver)
{
	struct endpoint *endpoint = receiver->bound;

	receiver->bound = NULL;
	thread_serves(receiver, NULL);
	endpoint->receiver = NULL;
	endpoint->object.pins--;
	inherit_redirect(&endpoint->senders, NULL);
}

s64 ipc_unbind(struct thread *thread, cap_t handle)
{
	struct cap *cap;
	struct thread *receiver;
	int error = cap_find(&thread->space->caps, handle, CAP_RECV, &cap);

	if (error)
		return error;
	receiver = cap_endpoint(cap)->receiver;
	if (!receiver)
		return 0;
	if (receiver->state == STATE_RECEIVE && receiver->endpoint == receiver->bound)
		ipc_cancel(receiver, -EPIPE);
	ipc_release(receiver);
	return 0;
}

void ipc_kill(struct thread *thread)
{
	if (thread->state == STATE_DEAD)
		return;
	trace(end, thread->id, 0, 0, 0, 0);
	if (thread->state != STATE_READY)
		leave_wait(thread);
	else if (ready_queued(&thread->ready))
		ready_remove(&thread->ready);
	thread->state = STATE_DEAD;
	thread->machine.special.faulting = false;
	if (thread->bound)
		ipc_release(thread);
	object_condemn(&thread->object);
}
