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

/* Reads the thread's struct msg_ext and checks what it sends. 0 or an error. */
int transfer_load(struct thread *thread, u64 label, uaddr address);
/* The same, unless nothing but registers is sent: then the room there is for the next message. */
int transfer_load_reply(struct thread *thread, u64 label, uaddr address);
/* There the room is for a message to come; read when one comes that needs it. */
void transfer_expect(struct thread *thread, uaddr address);
/* Whether what the thread receives can be written. Callers are checked before they send, so that a
 * server's work is not lost for want of room; receivers only when a message comes. 0 or an error.
 */
int transfer_check_room(const struct thread *thread);
/* Whether the message fits the receiver's room and all pages and capabilities are there; *error
 * says why not. */
enum transfer transfer_check(struct thread *from, u64 label, struct thread *to, int *error);
/* After transfer_check: nothing can fail. */
void transfer_commit(struct thread *from, u64 label, struct thread *to);

static inline void transfer_words(const struct regs *from, struct regs *to)
{
	to->rbx = from->rbx;
	to->r12 = from->r12;
	to->r13 = from->r13;
	to->r14 = from->r14;
	to->r15 = from->r15;
}

#endif
