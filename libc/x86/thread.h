/* Who am I? The running thread's own data without a system call; and thread_create's second answer.
 *
 * The FS base of a thread is the distance from libc_main_thread to its own struct libc_thread. So
 * one instruction reads `self` in whatever thread it is executed. The main thread's base is 0, as
 * the kernel starts it: a program without further threads never sets the register, and the kernel
 * need not switch it. A thread that thread_create made by itself has 0 too: it passes for the main
 * thread. */
#ifndef LIBC_X86_THREAD_H
#define LIBC_X86_THREAD_H

#include <stddef.h>

_Static_assert(offsetof(struct libc_thread, self) == 0, "libc_self reads the first word");

static inline struct libc_thread *libc_self(void)
{
	struct libc_thread *self;

	__asm__("mov %%fs:libc_main_thread, %0" : "=r"(self));
	return self;
}

/* What THREAD_TLS is for this thread. */
static inline uint64_t libc_thread_base(const struct libc_thread *thread)
{
	return (uint64_t)thread - (uint64_t)&libc_main_thread;
}

/* rax and rdx as C sees them: a structure of two words comes back in both. */
struct libc_created {
	int64_t cap; /* or an error */
	uint64_t id;
};
struct libc_created libc_thread_create(cap_t space, uint64_t entry, uint64_t stack,
    uint64_t argument, unsigned priority, cap_t pager) __asm__("thread_create");

#endif
