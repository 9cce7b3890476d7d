/* The child's thread begins here, without a stack of its own: it keeps what it began with and goes on where the
 * parent's called setjmp, on a copy of that one's stack. struct libc_fork_context: fork.h. */
	.text
	.globl	libc_fork_begin
	.type	libc_fork_begin, @function
libc_fork_begin:
	mov %rdi, libc_fork_context + 64
	mov %rsi, libc_fork_context + 72
	mov $libc_fork_context, %edi
	mov $1, %esi
	jmp longjmp
	.size	libc_fork_begin, . - libc_fork_begin

	.bss
	.globl	libc_fork_context
	.align	8
	.type	libc_fork_context, @object
libc_fork_context:
	.skip	80
	.size	libc_fork_context, . - libc_fork_context
	.section .note.GNU-stack, "", @progbits
