/* Where a child's thread begins. See fork.S. */
#ifndef LIBC_X86_FORK_H
#define LIBC_X86_FORK_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

struct libc_fork_context {
	jmp_buf caller;        /* of the parent's thread in fork(): the child's goes on there */
	uint64_t argument, id; /* what the child's thread began with: rdi, rsi */
};
_Static_assert(offsetof(struct libc_fork_context, argument) == 64, "fork.S counts on it");

extern struct libc_fork_context libc_fork_context;

/* Where the child's thread begins, without a stack: returns 1 from the parent's setjmp. */
void libc_fork_begin(void);

#endif
