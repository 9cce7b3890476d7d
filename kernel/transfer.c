/* Moving one message from one thread's registers, pages and capability table to another's.
 *
 * Invariant: all that can fail is in transfer_check, which changes nothing but may add empty
 * entries to the receiver's table; after it, transfer_commit copies once and directly, whatever
 * happens elsewhere. What is sent is what stands in the sender's pages at that moment: a snapshot
 * that it cannot change any more.
 *
 * Layer 4. Called by ipc.c; calls cap.c, copy.c. */
#include "transfer.h"

#include "cap.h"

u64 transfer_count;

static bool short_message(u64 label)
{
	return MSG_NBYTES(label) == 0 && MSG_NCAPS(label) == 0;
}

/* Once: what it says from then on does not change, whatever happens to the memory. */
static int read_ext(struct thread *thread)
{
	struct msg_ext *ext = &thread->ext;
	int error;

	if (thread->ext_address && thread->ext_read)
		return 0;
	if (thread->ext_address) {
		error = space_read(thread->space, ext, thread->ext_address, sizeof(*ext));
		if (error)
			return error;
		if (ext->recv_bytes > MSG_BYTES || ext->recv_caps > MSG_CAPS)
			return -EINVAL;
	} else {
		ext->recv_bytes = ext->recv_caps = 0;
	}
	thread->ext_read = true;
	return 0;
}

enum transfer transfer_check(struct thread *from, u64 label, struct thread *to, int *error)
{
	u32 bytes = MSG_NBYTES(label), caps = MSG_NCAPS(label);
	struct cap *cap;

	if (short_message(label))
		return TRANSFER_FITS;
	*error = read_ext(to);
	if (*error)
		return TRANSFER_BAD_RECEIVER;
	*error = -EMSGSIZE;
	if (bytes > to->ext.recv_bytes)
		return TRANSFER_MISFIT;
	*error = -ENOSPC;
	if (caps > to->ext.recv_caps)
		return TRANSFER_MISFIT;
	for (u32 i = 0; i < caps; i++) {
		*error = cap_find(&from->space->caps, from->ext.cap[i], CAP_TRANSFER, &cap);
		if (*error)
			return TRANSFER_BAD_SENDER;
	}
	*error = -ENOSPC;
	if (caps && cap_reserve(&to->space->caps, caps))
		return TRANSFER_MISFIT;
	*error = space_check(from->space, from->ext.send, bytes, false);
	if (*error)
		return TRANSFER_BAD_SENDER;
	*error = space_check(to->space, to->ext.recv, bytes, true);
	if (!*error && caps)
		*error = space_check(to->space, to->ext_address, sizeof(struct msg_ext), true);
	return *error ? TRANSFER_BAD_RECEIVER : TRANSFER_FITS;
}

static void copy_caps(struct thread *from, u32 count, struct thread *to)
{
	cap_t handle[MSG_CAPS] = { 0 };

	for (u32 i = 0; i < count; i++) {
		struct cap *source;
		int error = cap_find(&from->space->caps, from->ext.cap[i], CAP_TRANSFER, &source);

		ASSERT(!error);
		handle[i] = cap_insert(
		    &to->space->caps, source->object, source->rights, source->badge, source)
				->handle;
	}
	space_write(
	    to->space, to->ext_address + offsetof(struct msg_ext, cap), handle, sizeof(handle));
}

void transfer_commit(struct thread *from, u64 label, struct thread *to)
{
	if (thread_faulting(from)) {
		to->regs.rbx = from->fault[0];
		to->regs.r12 = from->fault[1];
		to->regs.r13 = from->fault[2];
		to->regs.r14 = from->fault[3];
		to->regs.r15 = from->fault[4];
	} else {
		transfer_words(&from->regs, &to->regs);
	}
	to->regs.rsi = label;
	to->regs.rdi = to->regs.rdx = to->regs.r10 = to->regs.r8 = to->regs.r9 = 0;
	if (!short_message(label)) {
		space_copy(to->space, to->ext.recv, from->space, from->ext.send, MSG_NBYTES(label));
		if (MSG_NCAPS(label))
			copy_caps(from, MSG_NCAPS(label), to);
	}
	transfer_count++;
}

int transfer_load(struct thread *thread, u64 label, uaddr address)
{
	struct cap *cap;
	int error;

	if (MSG_NBYTES(label) > MSG_BYTES || MSG_NCAPS(label) > MSG_CAPS)
		return -EINVAL;
	transfer_expect(thread, address);
	if (!address)
		return short_message(label) ? 0 : -EINVAL;
	error = read_ext(thread);
	if (error)
		return error;
	for (u32 i = 0; i < MSG_NCAPS(label); i++) {
		error = cap_find(&thread->space->caps, thread->ext.cap[i], CAP_TRANSFER, &cap);
		if (error)
			return error;
	}
	return space_check(thread->space, thread->ext.send, MSG_NBYTES(label), false);
}

int transfer_load_reply(struct thread *thread, u64 label, uaddr address)
{
	if (!short_message(label))
		return transfer_load(thread, label, address);
	transfer_expect(thread, address);
	return 0;
}

void transfer_expect(struct thread *thread, uaddr address)
{
	thread->ext_address = address;
	thread->ext_read = false;
}

int transfer_check_room(const struct thread *thread)
{
	int error = 0;

	if (!thread->ext_address)
		return 0;
	error = space_check(thread->space, thread->ext.recv, thread->ext.recv_bytes, true);
	if (!error && thread->ext.recv_caps)
		error =
		    space_check(thread->space, thread->ext_address, sizeof(struct msg_ext), true);
	return error;
}
