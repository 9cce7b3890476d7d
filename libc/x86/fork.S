/* The registers that a function must leave as they are (System V ABI), kept in the parent and taken up again by the
 * child's thread. The others need not be: both come back from a call. struct libc_fork_context: fork.h. */
	.text
	.globl	libc_fork_save, libc_fork_begin
	.type	libc_fork_save, @function
libc_fork_save:
	mov %rbx, (%rdi)
	mov %rbp, 8(%rdi)
	mov %r12, 16(%rdi)
	mov %r13, 24(%rdi)
	mov %r14, 32(%rdi)
	mov %r15, 40(%rdi)
	lea 8(%rsp), %rax		/* the stack as the caller has it */
	mov %rax, 48(%rdi)
	mov (%rsp), %rax		/* where it goes on; the calls to come will write over this place */
	mov %rax, 56(%rdi)
	xor %eax, %eax
	ret
	.size	libc_fork_save, . - libc_fork_save

	.type	libc_fork_begin, @function
libc_fork_begin:
	mov $libc_fork_context, %ecx
	mov %rdi, 64(%rcx)
	mov %rsi, 72(%rcx)
	mov (%rcx), %rbx
	mov 8(%rcx), %rbp
	mov 16(%rcx), %r12
	mov 24(%rcx), %r13
	mov 32(%rcx), %r14
	mov 40(%rcx), %r15
	mov 48(%rcx), %rsp
	mov $1, %eax
	jmp *56(%rcx)
	.size	libc_fork_begin, . - libc_fork_begin

	.bss
	.globl	libc_fork_context
	.align	8
	.type	libc_fork_context, @object
libc_fork_context:
	.skip	80
	.size	libc_fork_context, . - libc_fork_context
	.section .note.GNU-stack, "", @progbits
