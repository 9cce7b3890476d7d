/* The one crossing all four message calls share: registers out of struct msg, SYSCALL, registers
 * back into it.
 *
 * Which register carries what stands in abi.h, "Messages". The kernel changes nothing but rax on an
 * error, so writing the words back is right in either case. Included by libc/ipc.c alone. */
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

/* first is rdi (endpoint, token; afterwards the badge), ext is rdx (afterwards the token), last is
 * r8. */
static inline int message(uint64_t number, uint64_t *first, struct msg *m, uint64_t *ext,
    uint64_t deadline, uint64_t last)
{
	register uint64_t r10 __asm__("r10") = deadline;
	register uint64_t r8 __asm__("r8") = last;
	register uint64_t w0 __asm__("rbx") = m->word[0];
	register uint64_t w1 __asm__("r12") = m->word[1];
	register uint64_t w2 __asm__("r13") = m->word[2];
	register uint64_t w3 __asm__("r14") = m->word[3];
	register uint64_t w4 __asm__("r15") = m->word[4];
	int64_t result = (int64_t)number;

	__asm__ volatile("syscall"
			 : "+a"(result), "+D"(*first), "+S"(m->label), "+d"(*ext), "+r"(w0),
			 "+r"(w1), "+r"(w2), "+r"(w3), "+r"(w4)
			 : "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	m->word[0] = w0;
	m->word[1] = w1;
	m->word[2] = w2;
	m->word[3] = w3;
	m->word[4] = w4;
	return (int)result;
}

#endif
