/* Moving one message from one thread's registers, pages and capability table to another's.
 *
 * Invariant: all that can fail is in transfer_check, which changes nothing but may add empty
 * entries to the receiver's table; after it, transfer_commit copies once and directly, whatever
 * happens elsewhere. What is sent is what stands in the sender's pages at that moment: a snapshot
 * that it cannot change any more.
 *
 * A memory object that is moved changes hands with its only capability: no page of it is touched,
 * and it costs the same whatever its size. Since nothing else leads to it, nothing has to be taken
 * away first: who moves it has unmapped it, page by page, beforehand (docs/decisions/0013).
 *
 * Layer 4. Called by ipc.c, ipc_fast.c; calls cap.c, copy.c, memory.c. */
#include "transfer.h"

#include "cap.h"
#include "copy.h"
#include "memory.h"
#include "string.h"

u64 transfer_count;

/* Once: what it says from then on does not change, whatever happens to the memory. */
static int read_ext(struct thread *thread)
{
	struct msg_ext *ext = &thread->ext;
	u8 *found;
	int error;

	if (thread->ext_address && thread->ext_read)
		return 0;
	if (thread->ext_address) {
		error = 0;
		if (bytes_at(thread->space, thread->ext_address, sizeof(*ext), ACCESS_EXT, &found))
			__builtin_memcpy(ext, found, sizeof(*ext));
		else /* in two pages, or constant */
			error = space_read(thread->space, ext, thread->ext_address, sizeof(*ext));
		if (error)
			return error;
		if (ext->recv_bytes > MSG_BYTES || (ext->recv_caps & ~MSG_MOVE) > MSG_CAPS)
			return -EINVAL;
	} else {
		ext->recv_bytes = ext->recv_caps = 0;
	}
	thread->ext_read = true;
	return 0;
}

static struct memory *memory_of(const struct cap *cap)
{
	return CONTAINER_OF(cap->object, struct memory, object);
}

/* The capabilities that a thread sends: there, and its to give. The first may be moved, and then
 * nobody may keep another one. */
static int check_caps(const struct thread *from, u64 label)
{
	struct cap *cap;
	int error;

	for (u32 i = 0; i < MSG_NCAPS(label); i++) {
		error = cap_find(&from->space->caps, from->ext.cap[i], CAP_TRANSFER, &cap);
		if (!error && MSG_MOVED(label) && i == 0)
			error = memory_check_sole(cap);
		else if (!error && MSG_MOVED(label) && from->ext.cap[i] == from->ext.cap[0])
			error = -EBUSY;
		if (error)
			return error;
	}
	return 0;
}

/* After check_caps. */
static bool can_pay(const struct thread *from, const struct thread *to)
{
	struct cap *cap;

	return cap_find(&from->space->caps, from->ext.cap[0], CAP_TRANSFER, &cap) == 0 &&
	    memory_can_charge(memory_of(cap), to->space->quota);
}

/* Whether the sender's pages and capabilities have to be looked at once more: not in the entry in
 * which it made its call. */
static bool waited(const struct thread *from)
{
	return from->state != STATE_READY;
}

static enum transfer check_caps_fit(
    const struct thread *from, u64 label, struct thread *to, int *error)
{
	u32 caps = MSG_NCAPS(label);

	*error = -ENOSPC;
	if (caps > (to->ext.recv_caps & ~MSG_MOVE) ||
	    (MSG_MOVED(label) && !(to->ext.recv_caps & MSG_MOVE)))
		return TRANSFER_MISFIT;
	*error = waited(from) ? check_caps(from, label) : 0;
	if (*error)
		return TRANSFER_BAD_SENDER;
	*error = -ENOSPC;
	if (cap_reserve(&to->space->caps, caps))
		return TRANSFER_MISFIT;
	*error = -ENOMEM;
	if (MSG_MOVED(label) && !can_pay(from, to))
		return TRANSFER_MISFIT;
	*error = space_check(to->space, to->ext_address, sizeof(struct msg_ext), true);
	return *error ? TRANSFER_BAD_RECEIVER : TRANSFER_FITS;
}

enum transfer transfer_check_ext(struct thread *from, u64 label, struct thread *to, int *error)
{
	u32 bytes = MSG_NBYTES(label);

	*error = read_ext(to);
	if (*error)
		return TRANSFER_BAD_RECEIVER;
	*error = -EMSGSIZE;
	if (bytes > to->ext.recv_bytes)
		return TRANSFER_MISFIT;
	if (MSG_NCAPS(label)) {
		enum transfer caps = check_caps_fit(from, label, to, error);

		if (caps != TRANSFER_FITS)
			return caps;
	}
	*error = waited(from) ? space_check(from->space, from->ext.send, bytes, false) : 0;
	if (*error)
		return TRANSFER_BAD_SENDER;
	*error = space_check(to->space, to->ext.recv, bytes, true);
	return *error ? TRANSFER_BAD_RECEIVER : TRANSFER_FITS;
}

static void hand_caps(struct thread *from, u64 label, struct thread *to)
{
	cap_t handle[MSG_CAPS] = { 0 };

	for (u32 i = 0; i < MSG_NCAPS(label); i++) {
		bool moved = i == 0 && MSG_MOVED(label);
		struct cap *source;
		int error = cap_find(&from->space->caps, from->ext.cap[i], CAP_TRANSFER, &source);

		ASSERT(!error);
		handle[i] = cap_insert(&to->space->caps, source->object, source->rights,
		    source->badge, moved ? NULL : source)
				->handle;
		if (moved) {
			memory_charge(memory_of(source), to->space->quota);
			cap_remove(source);
		}
	}
	space_write(
	    to->space, to->ext_address + offsetof(struct msg_ext, cap), handle, sizeof(handle));
}

void transfer_commit_ext(struct thread *from, u64 label, struct thread *to)
{
	space_copy(to->space, to->ext.recv, from->space, from->ext.send, MSG_NBYTES(label));
	if (MSG_NCAPS(label))
		hand_caps(from, label, to);
}

void transfer_fault_words(const struct thread *from, struct regs *to)
{
	to->rbx = from->fault[0];
	to->r12 = from->fault[1];
	to->r13 = from->fault[2];
	to->r14 = from->fault[3];
	to->r15 = from->fault[4];
}

int transfer_load_ext(struct thread *thread, u64 label, uaddr address)
{
	int error;

	if (MSG_NBYTES(label) > MSG_BYTES || MSG_NCAPS(label) > MSG_CAPS ||
	    (MSG_MOVED(label) && MSG_NCAPS(label) == 0))
		return -EINVAL;
	if (!address)
		return -EINVAL;
	error = read_ext(thread);
	if (error)
		return error;
	if (MSG_NCAPS(label))
		error = check_caps(thread, label);
	if (error)
		return error;
	return space_check(thread->space, thread->ext.send, MSG_NBYTES(label), false);
}

int transfer_check_ext_room(const struct thread *thread)
{
	int error = space_check(thread->space, thread->ext.recv, thread->ext.recv_bytes, true);

	if (!error && thread->ext.recv_caps)
		error =
		    space_check(thread->space, thread->ext_address, sizeof(struct msg_ext), true);
	return error;
}
