/* setjmp and longjmp: the registers that a function must leave as they are (System V ABI). How numbers are rounded is
 * not among what is kept: asking would make a thread one that uses the FPU. jmp_buf: include/setjmp.h. */
	.text
	.globl	setjmp, longjmp
	.type	setjmp, @function
setjmp:
	mov %rbx, (%rdi)
	mov %rbp, 8(%rdi)
	mov %r12, 16(%rdi)
	mov %r13, 24(%rdi)
	mov %r14, 32(%rdi)
	mov %r15, 40(%rdi)
	lea 8(%rsp), %rax		/* the stack as the caller has it */
	mov %rax, 48(%rdi)
	mov (%rsp), %rax		/* where it goes on */
	mov %rax, 56(%rdi)
	xor %eax, %eax
	ret
	.size	setjmp, . - setjmp

	.type	longjmp, @function
longjmp:
	mov %esi, %eax
	cmp $1, %eax			/* 0 becomes 1 */
	adc $0, %eax
	mov (%rdi), %rbx
	mov 8(%rdi), %rbp
	mov 16(%rdi), %r12
	mov 24(%rdi), %r13
	mov 32(%rdi), %r14
	mov 40(%rdi), %r15
	mov 48(%rdi), %rsp
	jmp *56(%rdi)
	.size	longjmp, . - longjmp
	.section .note.GNU-stack, "", @progbits
