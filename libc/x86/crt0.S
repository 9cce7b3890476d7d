/* Where a program begins. rdi: address of its startup block, or BOOT_INFO in init; rsi: the thread's id. Other registers
 * are 0; the stack pointer may be anything the starter chose, so it is aligned here as C expects it before a call. */
	.text
	.globl	_start
	.type	_start, @function
_start:
	xor	%ebp, %ebp		/* backtraces end here */
	and	$-16, %rsp
	call	libc_start
	ud2
	.size	_start, . - _start
	.section .note.GNU-stack, "", @progbits
