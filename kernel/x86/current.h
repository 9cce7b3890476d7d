/* The current thread, switches, time, and the short way back to user mode: inline, for the paths of
 * messages. */
#ifndef KERNEL_X86_CURRENT_H
#define KERNEL_X86_CURRENT_H

#include "../machine.h"
#include "asm.h"
#include "layout.h"

/* The thread whose registers the next entry saves. NULL before the first. */
static inline struct thread *machine_current(void)
{
	u64 end;

	__asm__ volatile("mov %%gs:%c1, %0" : "=r"(end) : "i"(CPU_RSP0));
	return (struct thread *)(end - REGS_BYTES);
}

static inline void machine_set_current(struct thread *thread)
{
	__asm__ volatile("mov %0, %%gs:%c1"
			 :
			 : "r"((u64)thread + REGS_BYTES), "i"(CPU_RSP0)
			 : "memory");
}

static inline u64 machine_tsc(void)
{
	return read_tsc();
}

/* Kernel entry goes to next's registers from now on; the rest that is old's and next's, too. */
static inline void machine_switch(
    struct thread *next, struct machine_thread *old, struct machine_thread *new)
{
	machine_set_current(next);
	if (UNLIKELY(!old) || UNLIKELY(old->special.any | new->special.any))
		machine_switch_special(old, new);
}

/* machine_load_cr3, inline. */
static inline void machine_load_cr3_now(u64 cr3)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(cr3) : "memory");
}

/* Bytes that do not overlap, or only so that the target is below. */
static inline void machine_copy(void *to, const void *from, u64 bytes)
{
	u64 words = bytes / 8;

	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
	bytes %= 8;
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/* The way out to a thread that waits in a message call which SYSCALL made: so rip is canonical, and
 * SYSRET will do. rbx and r12 to r15 go across as they are; whatever else is not said is scrubbed.
 */
#define RESUME                                                                         \
	"mov %c[rip](%[end]), %%rcx\n\t"                                               \
	"mov %c[rflags](%[end]), %%r11\n\t"                                            \
	"mov %c[rbp](%[end]), %%rbp\n\t"                                               \
	"mov %c[rsp](%[end]), %%rsp\n\t" /* from here on only NMI and #MC come: IST */ \
	"xor %%eax, %%eax\n\t"                                                         \
	"xor %%r8d, %%r8d\n\t"                                                         \
	"xor %%r9d, %%r9d\n\t"                                                         \
	"xor %%r10d, %%r10d\n\t"                                                       \
	"swapgs\n\t"                                                                   \
	"sysretq"
#define RESUME_INPUTS(next)                                                           \
	[end] "a"((u64)(next) + REGS_BYTES), [rip] "i"(REGS_RIP - REGS_BYTES),        \
	    [rflags] "i"(REGS_RFLAGS - REGS_BYTES), [rbp] "i"(REGS_RBP - REGS_BYTES), \
	    [rsp] "i"(REGS_RSP - REGS_BYTES)

/* To a receiver, with a message. */
static inline void machine_resume(struct thread *thread, u64 badge, u64 label, u64 token)
{
	__asm__ volatile(RESUME
			 :
			 : RESUME_INPUTS(thread), "D"(badge), "S"(label), "d"(token)
			 : "rcx", "r11", "memory");
	__builtin_unreachable();
}

/* To a caller, with the reply. */
static inline void machine_resume_caller(struct thread *thread, u64 label)
{
	__asm__ volatile("xor %%edi, %%edi\n\t"
			 "xor %%edx, %%edx\n\t" RESUME
			 :
			 : RESUME_INPUTS(thread), "S"(label)
			 : "rcx", "r11", "rdi", "rdx", "memory");
	__builtin_unreachable();
}

/* entry.S: saves everything and goes the long way. */
void machine_long_call(u64 rdi, u64 rsi, u64 rdx, u64 r10);
void machine_long_reply_recv(u64 rdi, u64 rsi, u64 rdx, u64 r10, u64 r8);

#endif
