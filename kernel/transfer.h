/* Moving one message from one thread to another. See transfer.c. */
#ifndef KERNEL_TRANSFER_H
#define KERNEL_TRANSFER_H

#include "thread.h"
#include "types.h"

/* Messages and replies that went across since boot. */
extern u64 transfer_count;

/* Whom a failed check concerns. What a misfit means differs: a sender chose its message, but a
 * caller its room. */
enum transfer { TRANSFER_FITS, TRANSFER_BAD_SENDER, TRANSFER_BAD_RECEIVER, TRANSFER_MISFIT };

/* The general cases of the functions below: more than registers is sent, or there is room for it.
 */
int transfer_load_ext(struct thread *thread, u64 label, uaddr address);
int transfer_check_ext_room(const struct thread *thread);
enum transfer transfer_check_ext(struct thread *from, u64 label, struct thread *to, int *error);
void transfer_commit_ext(struct thread *from, u64 label, struct thread *to);
void transfer_fault_words(const struct thread *from, struct regs *to);

/* Nothing but registers: no bytes, no capabilities. */
#define TRANSFER_SHORT (1u << 24)
static inline bool transfer_short(u64 label)
{
	return label < TRANSFER_SHORT;
}

/* There the room is for a message to come; read when one comes that needs it. */
static inline void transfer_expect(struct thread *thread, uaddr address)
{
	thread->ext_address = address;
	thread->ext_read = false;
}

/* Reads the thread's struct msg_ext and checks what it sends. 0 or an error. */
static inline int transfer_load(struct thread *thread, u64 label, uaddr address)
{
	transfer_expect(thread, address);
	return LIKELY(transfer_short(label) && !address)
	    ? 0
	    : transfer_load_ext(thread, label, address);
}

/* The same, unless nothing but registers is sent: then the room there is for the next message. */
static inline int transfer_load_reply(struct thread *thread, u64 label, uaddr address)
{
	transfer_expect(thread, address);
	return LIKELY(transfer_short(label)) ? 0 : transfer_load_ext(thread, label, address);
}

/* Whether what the thread receives can be written. Callers are checked before they send, so that a
 * server's work is not lost for want of room; receivers only when a message comes. 0 or an error.
 */
static inline int transfer_check_room(const struct thread *thread)
{
	return LIKELY(!thread->ext_address) ? 0 : transfer_check_ext_room(thread);
}

/* Whether the message fits the receiver's room and all pages and capabilities are there; *error
 * says why not. */
static inline enum transfer transfer_check(
    struct thread *from, u64 label, struct thread *to, int *error)
{
	return LIKELY(transfer_short(label)) ? TRANSFER_FITS
					     : transfer_check_ext(from, label, to, error);
}

/* No capabilities. */
static inline bool transfer_no_caps(u64 label)
{
	return (u32)label < TRANSFER_SHORT;
}

static inline void transfer_words(const struct regs *from, struct regs *to)
{
	to->rbx = from->rbx;
	to->r12 = from->r12;
	to->r13 = from->r13;
	to->r14 = from->r14;
	to->r15 = from->r15;
}

/* After transfer_check: nothing can fail. */
static inline void transfer_commit(struct thread *from, u64 label, struct thread *to)
{
	struct regs *r = &to->regs;

	if (UNLIKELY(thread_faulting(from)))
		transfer_fault_words(from, r);
	else
		transfer_words(&from->regs, r);
	r->rsi = label;
	r->rdi = r->rdx = r->r10 = r->r8 = r->r9 = 0;
	if (UNLIKELY(!transfer_short(label)))
		transfer_commit_ext(from, label, to);
	transfer_count++;
}

#endif
