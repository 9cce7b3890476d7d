/* What a function's caller counts on, kept over a fork. See fork.S. */
#ifndef LIBC_X86_FORK_H
#define LIBC_X86_FORK_H

#include <stddef.h>
#include <stdint.h>

struct libc_fork_context {
	uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
	uint64_t argument, id; /* what the child's thread began with: rdi, rsi */
};
_Static_assert(offsetof(struct libc_fork_context, rip) == 56, "fork.S counts on it");
_Static_assert(offsetof(struct libc_fork_context, argument) == 64, "fork.S counts on it");

extern struct libc_fork_context libc_fork_context;

/* 0; and once more, in the child, 1. */
int libc_fork_save(struct libc_fork_context *context) __attribute__((returns_twice));
/* Where the child's thread begins: returns from the parent's libc_fork_save. */
void libc_fork_begin(void);

#endif
