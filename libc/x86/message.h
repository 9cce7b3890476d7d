/* The one crossing all four message calls share: registers out of struct msg, SYSCALL, registers
 * back into it.
 *
 * Which register carries what stands in abi.h, "Messages". After an error the registers may be
 * lost, so nothing is written back then, and the call can be made again. Included by libc/ipc.c,
 * and by tests/bench/, which measures it in line. */
#ifndef LIBC_X86_MESSAGE_H
#define LIBC_X86_MESSAGE_H

#include <atoll/sys.h>
#include <stddef.h>

/* What the kernel reads as a struct msg_ext is the tail of a struct msg. */
#define SAME_PLACE(ours, theirs)                                    \
	(offsetof(struct msg, ours) - offsetof(struct msg, send) == \
	    offsetof(struct msg_ext, theirs))
_Static_assert(SAME_PLACE(recv, recv), "struct msg ends in a struct msg_ext");
_Static_assert(SAME_PLACE(recv_bytes, recv_bytes), "struct msg ends in a struct msg_ext");
_Static_assert(SAME_PLACE(recv_caps, recv_caps), "struct msg ends in a struct msg_ext");
_Static_assert(SAME_PLACE(cap, cap), "struct msg ends in a struct msg_ext");
#undef SAME_PLACE

/* The registers that a message call changes; r10 is the deadline, r8 what ipc_reply_recv receives
 * from. */
struct crossing {
	uint64_t rdi, rsi, rdx; /* endpoint or token, afterwards badge; label; msg_ext, token */
	uint64_t rbx, r12, r13, r14, r15; /* the words */
};

/* With a struct crossing that nobody else knows of, all of it stays in registers. */
static inline __attribute__((always_inline)) int cross(
    uint64_t number, struct crossing *c, uint64_t deadline, uint64_t last)
{
	register uint64_t r10 __asm__("r10") = deadline;
	register uint64_t r8 __asm__("r8") = last;
	register uint64_t w0 __asm__("rbx") = c->rbx;
	register uint64_t w1 __asm__("r12") = c->r12;
	register uint64_t w2 __asm__("r13") = c->r13;
	register uint64_t w3 __asm__("r14") = c->r14;
	register uint64_t w4 __asm__("r15") = c->r15;
	uint64_t first = c->rdi, label = c->rsi, third = c->rdx;
	int64_t result = (int64_t)number;

	__asm__ volatile("syscall"
			 : "+a"(result), "+D"(first), "+S"(label), "+d"(third), "+r"(r10), "+r"(r8),
			 "+r"(w0), "+r"(w1), "+r"(w2), "+r"(w3), "+r"(w4)
			 :
			 : "rcx", "r9", "r11", "memory");
	*c = (struct crossing){ first, label, third, w0, w1, w2, w3, w4 };
	return (int)result;
}

/* first is rdi (endpoint, token; afterwards the badge), ext is rdx (afterwards the token), last is
 * r8. */
static inline int message(uint64_t number, uint64_t *first, struct msg *m, uint64_t *ext,
    uint64_t deadline, uint64_t last)
{
	struct crossing c = { *first, m->label, *ext, m->word[0], m->word[1], m->word[2],
		m->word[3], m->word[4] };
	int result = cross(number, &c, deadline, last);

	if (result)
		return result;
	*first = c.rdi;
	m->label = c.rsi;
	*ext = c.rdx;
	m->word[0] = c.rbx;
	m->word[1] = c.r12;
	m->word[2] = c.r13;
	m->word[3] = c.r14;
	m->word[4] = c.r15;
	return 0;
}

#endif
