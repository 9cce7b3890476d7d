/* The short cut: what ipc.c does, for the cases that matter. A call to a receiver that waits for
 * it, and a reply by a server that then waits again, with words, and bytes that lie in one page on
 * either side. The caller may have a deadline, the server not. And a notification where nobody
 * waits.
 *
 * Invariant: it leaves exactly the state that the long way would; so it can be taken out (make
 * FAST=0) and everything works the same, slower. First all conditions, none of which changes
 * anything: if one does not hold, the long way takes over with the same arguments. Then only steps
 * that cannot fail, and out.
 *
 * Why it is short:
 *  - The words are in registers that C functions keep (rbx, r12 to r15): nobody touches them here
 *    (tools/check looks), so the receiver finds them where the sender left them.
 *  - The running thread is in no queue (trap.c), and who waits alone, the first to come, in no list
 *    (waitq.c): to switch, and to wait, takes two stores each.
 *  - A thread remembers the entry of the capability it called through last: one comparison shows
 *    that it is the one asked for. Whether one may call through it need not be asked, for else it
 *    leads to where nobody waits (cap.h).
 *  - What a reply token must name is whoever waits first: another comparison.
 *  - A deadline that is not earlier than what the heap has of the caller is just written down
 *    (timeout.c); and as the timer is armed for something earlier, it has not passed.
 *  - A called server is at least as high as its caller, who was the highest: nobody to ask. After a
 *    reply one comparison tells whether anybody as high as the caller is ready.
 *
 * Layer 7, for it does what syscall.c does. Called by x86/entry.S; calls copy.c, for bytes.
 * Course lab: write it. (After the fast paths of L4 and seL4.) */
#include "ipc_fast.h"

#include "cap.h"
#include "check.h"
#include "clock.h"
#include "copy.h"
#include "info.h"
#include "ipc.h"
#include "machine_inline.h"
#include "transfer.h"

/* The capability that handle names, most often that which the thread called through last; or NULL.
 */
static inline struct cap *find(struct thread *thread, u64 handle)
{
	struct cap *cap = thread->sends;

	if (LIKELY(cap->handle == handle))
		return cap;
	cap = cap_entry(&thread->space->caps, handle);
	if (cap)
		thread->sends = cap;
	return cap;
}

/* From one thread straight to another, but for the registers. */
static inline void switch_to(const struct thread *from, struct thread *to)
{
	if (from->space != to->space) {
		counters.short_cuts_across++;
		machine_load_cr3_now(space_cr3(to->space));
	} else {
		counters.short_cuts_within++;
	}
	machine_set_current(to);
	check_exit(to);
}

/* ---- Bytes: in one page on either side ------------------------------------------------------ */

/* Reads a struct msg_ext but for the capabilities sent. */
static inline bool read_ext(struct thread *thread, uaddr address)
{
	struct msg_ext *ext = &thread->ext;
	u8 *found;

	if (!bytes_at(thread->space, address, sizeof(struct msg_ext), ACCESS_EXT, &found))
		return false;
	__builtin_memcpy(ext, found, offsetof(struct msg_ext, cap));
	if (UNLIKELY(ext->recv_bytes > MSG_BYTES || (ext->recv_caps & ~MSG_MOVE) > MSG_CAPS))
		return false;
	thread->ext_address = address;
	thread->ext_read = true;
	return true;
}

static inline bool find_source(const struct thread *from, u64 label, u8 **source)
{
	return bytes_at(from->space, from->ext.send, MSG_NBYTES(label), ACCESS_READ, source);
}

static inline bool move_bytes(const u8 *source, u64 label, const struct thread *to)
{
	u32 bytes = MSG_NBYTES(label);
	u8 *target;

	if (bytes > to->ext.recv_bytes ||
	    !bytes_at(to->space, to->ext.recv, bytes, ACCESS_WRITE, &target))
		return false;
	if (UNLIKELY((u64)(target - source) < bytes)) /* of one page that both map */
		return false;
	machine_copy(target, source, bytes);
	return true;
}

/* The caller's message, and its room for the answer. The receiver's room is read, as on the long
 * way, when all is well on the caller's side. */
static inline bool call_bytes(
    struct thread *caller, u64 label, uaddr address, struct thread *receiver)
{
	const struct msg_ext *ext = &caller->ext;
	u8 *room, *source;

	if (!read_ext(caller, address))
		return false;
	if (ext->recv_bytes &&
	    !bytes_at(caller->space, ext->recv, ext->recv_bytes, ACCESS_WRITE, &room))
		return false;
	if (MSG_NBYTES(label) == 0)
		return true;
	return find_source(caller, label, &source) &&
	    (receiver->ext_read || read_ext(receiver, receiver->ext_address)) &&
	    move_bytes(source, label, receiver);
}

/* What the server answers a caller that has room. */
static inline bool reply_bytes(
    struct thread *server, u64 label, uaddr address, const struct thread *caller)
{
	u8 *source;

	return caller->ext_address && read_ext(server, address) &&
	    find_source(server, label, &source) && move_bytes(source, label, caller);
}

/* ---- Call, reply, notify ------------------------------------------------------------------ */

/* All kinds of call. `until` is TIMEOUT_NONE as a constant in some, `bytes`, whether there are any
 * or room for some, in all. False: not by this way. */
static INLINE bool call(u64 handle, u64 label, uaddr ext, u64 until, bool bytes)
{
	struct thread *caller = machine_current(), *receiver;
	struct cap *cap = find(caller, handle);
	struct endpoint *endpoint;

	if (UNLIKELY(!cap || !(bytes ? transfer_no_caps(label) : transfer_short(label))))
		return false;
	if (until != TIMEOUT_NONE && UNLIKELY(until < caller->timeout.key))
		return false;
	endpoint = CONTAINER_OF(cap->callee, struct endpoint, object);
	receiver = endpoint->waiting;
	if (UNLIKELY(!receiver || caller->machine.special.any ||
		caller->waiter.depth >= CHAIN_MAX || !space_ready(receiver->space)))
		return false;
	if (bytes && !call_bytes(caller, label, ext, receiver))
		return false;
	/* Point of no return. A receiver that waits for messages waits for nobody: no ring, no
	 * chain to look for. */
	if (until != TIMEOUT_NONE) {
		caller->timeout.deadline = until;
		caller->timeout.order = timeout_arming++;
	}
	caller->token += TOKEN_NEXT_CALL;
	if (!bytes)
		caller->ext_address = 0;
	caller->state = STATE_REPLY;
	caller->waiter.queue = &receiver->callers;
	receiver->callers.first = &caller->waiter;
	receiver->waiter.depth = caller->waiter.depth + 1;
	if (UNLIKELY(receiver->effective < caller->effective))
		receiver->effective = receiver->waiter.priority = caller->effective;
	receiver->state = STATE_READY;
	endpoint->waiting = NULL;
	switch_to(caller, receiver);
	machine_resume(receiver, cap->badge, label, caller->token);
	return true;
}

static __attribute__((noinline, noclone)) void call_with_bytes(
    u64 handle, u64 label, uaddr ext, u64 deadline)
{
	u64 until = deadline == DEADLINE_FOREVER ? TIMEOUT_NONE : clock_to_tsc(deadline);

	if (!call(handle, label, ext, until, true))
		machine_long_call(handle, label, ext, deadline);
}

void ipc_fast_call(u64 handle, u64 label, uaddr ext)
{
	if (UNLIKELY(ext != 0))
		call_with_bytes(handle, label, ext, DEADLINE_FOREVER);
	else if (!call(handle, label, 0, TIMEOUT_NONE, false))
		machine_long_call(handle, label, 0, DEADLINE_FOREVER);
}

void ipc_fast_call_until(u64 handle, u64 label, uaddr ext, u64 deadline)
{
	if (UNLIKELY(ext != 0))
		call_with_bytes(handle, label, ext, deadline);
	else if (!call(handle, label, 0, clock_to_tsc(deadline), false))
		machine_long_call(handle, label, 0, deadline);
}

/* `bytes` is a constant: whether any are sent. */
static INLINE bool reply_recv(u64 token, u64 label, uaddr ext, u64 handle, bool bytes)
{
	struct thread *server = machine_current(), *caller;
	struct waiter *first = server->callers.first;
	struct endpoint *endpoint = server->serves;

	if (UNLIKELY(!first))
		return false;
	caller = CONTAINER_OF(first, struct thread, waiter);
	if (UNLIKELY(caller->token != token || !waitq_alone(first)))
		return false;
	if (UNLIKELY(server->receives->handle != handle))
		return false;
	if (UNLIKELY(!(bytes ? transfer_no_caps(label) : transfer_short(label))))
		return false;
	if (UNLIKELY((server->machine.special.any | caller->machine.special.any) ||
		(endpoint->bits | (u64)endpoint->senders.first) ||
		ready_highest >= caller->effective || !space_ready(caller->space)))
		return false;
	if (bytes && !reply_bytes(server, label, ext, caller))
		return false;
	/* Point of no return. Nobody lends to the server any more. */
	server->replies++;
	if (!bytes)
		transfer_expect(server, ext);
	server->state = STATE_RECEIVE;
	server->endpoint = endpoint;
	server->callers.first = NULL;
	server->waiter.depth = 1;
	server->effective = server->waiter.priority = server->base;
	endpoint->waiting = server;
	first->queue = NULL;
	caller->timeout.deadline = TIMEOUT_NONE;
	caller->state = STATE_READY;
	switch_to(server, caller);
	machine_resume_caller(caller, label);
	return true;
}

static __attribute__((noinline, noclone)) void reply_recv_with_bytes(
    u64 token, u64 label, uaddr ext, u64 deadline, u64 handle)
{
	if (!reply_recv(token, label, ext, handle, true))
		machine_long_reply_recv(token, label, ext, DEADLINE_FOREVER, handle);
}

void ipc_fast_reply_recv(u64 token, u64 label, uaddr ext, u64 deadline, u64 handle)
{
	if (UNLIKELY(!transfer_short(label)))
		reply_recv_with_bytes(token, label, ext, deadline, handle);
	else if (!reply_recv(token, label, ext, handle, false))
		machine_long_reply_recv(token, label, ext, DEADLINE_FOREVER, handle);
}

/* Where nobody waits a notification is bits that are set. */
int ipc_fast_notify(u64 handle, u64 bits)
{
	const struct thread *thread = machine_current();
	const struct thread *receiver;
	const struct cap *cap = cap_entry(&thread->space->caps, handle);
	struct endpoint *endpoint;

	if (UNLIKELY(!cap || !(cap->rights & CAP_NOTIFY) || (cap->badge && bits & ~cap->badge)))
		return -1;
	endpoint = cap_endpoint(cap);
	receiver = endpoint->receiver;
	if (UNLIKELY(endpoint->object.dead ||
		(receiver && receiver->state == STATE_RECEIVE && receiver->endpoint == endpoint)))
		return -1;
	endpoint->bits |= bits;
	counters.calls++;
	check_exit(thread);
	return 0;
}
