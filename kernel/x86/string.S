/* memcpy, memset, memmove, memcmp: see string.h.
 *
 * Invariant: DF is clear on entry and on return. Words first, then at most seven single bytes:
 * each repetition of a string instruction counts as one instruction under -icount, so eight bytes
 * at a time cost an eighth.
 * Calls nobody; called by everybody, also by the compiler on its own. */

	.text

	.globl memcpy
	.type memcpy, @function
	.balign 16
memcpy:
	mov %rdi, %rax
copy_up:
	mov %rdx, %rcx
	shr $3, %rcx
	rep movsq
	mov %edx, %ecx
	and $7, %ecx
	rep movsb
	ret

	.globl memmove
	.type memmove, @function
	.balign 16
memmove:
	mov %rdi, %rax
	mov %rdi, %rcx
	sub %rsi, %rcx
	cmp %rdx, %rcx                  /* unsigned: a target below is a huge distance */
	jae copy_up
	lea -1(%rdi, %rdx), %rdi        /* overlapping, target above: from the end downwards */
	lea -1(%rsi, %rdx), %rsi
	std
	mov %edx, %ecx
	and $7, %ecx
	rep movsb
	sub $7, %rdi                    /* from the last byte of a word to its first */
	sub $7, %rsi
	mov %rdx, %rcx
	shr $3, %rcx
	rep movsq
	cld
	ret

	.globl memset
	.type memset, @function
	.balign 16
memset:
	mov %rdi, %r8
	movzbl %sil, %eax
	movabs $0x0101010101010101, %rcx
	imul %rcx, %rax
	mov %rdx, %rcx
	shr $3, %rcx
	rep stosq
	mov %edx, %ecx
	and $7, %ecx
	rep stosb
	mov %r8, %rax
	ret

	.globl memcmp
	.type memcmp, @function
	.balign 16
memcmp:
	mov %rdx, %rcx
	xor %eax, %eax                  /* sets ZF too: no bytes are equal bytes */
	repe cmpsb
	je 1f
	movzbl -1(%rdi), %eax
	movzbl -1(%rsi), %ecx
	sub %ecx, %eax
1:	ret
