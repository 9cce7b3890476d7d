/* Every way into the kernel, and the way out of all but the short cut (current.h).
 *
 * Invariant: while user code runs, GS holds the user's base (0) and KERNEL_GS_BASE points to
 * struct cpu; while the kernel runs it is the other way round. A user's registers are saved into
 * its thread (struct regs), never on a stack: the kernel stack is empty at each entry and nothing
 * on it outlives the entry.
 *
 *      SYSCALL, message calls     -> entry_syscall   -> ipc_fast.c -> current.h: SYSRET
 *      SYSCALL, notify            -> try_notify      -> ipc_fast.c -> SYSRET
 *      SYSCALL, all else          -> save_syscall    -> trap_syscall -+
 *      exception or interrupt                                         +-> entry_return
 *        from user mode           -> entry_interrupt -> trap_user ----+
 *        #DB: on its own stack    -> entry_debug ----^
 *      anything from kernel mode;
 *      NMI, #DF, #MC from anywhere -> entry_kernel   -> trap_kernel -> back to where it was
 *
 * Read machine.h, layout.h, then this from top to bottom; hazards: docs/notes/sysret.md,
 * swapgs-nmi-db.md.
 * Calls trap.c, x86/kerneltrap.c. The processor calls it through descriptors.c's IDT and cpu.c's
 * LSTAR. */
#include "layout.h"

/* The exceptions for which the processor pushes an error code: 8, 10 to 14, 17, 21, 29, 30 */
#define ERROR_CODES 0x60227d00

	.text

/* ---- SYSCALL -------------------------------------------------------------------------
 * rcx = rip, r11 = rflags, rflags masked by FMASK, rsp still the user's. No stack yet: rax, and at
 * save_syscall rsp, points to the thread. A #DB or NMI before the new rsp lands on a stack of its own. */
	.globl entry_syscall, entry_syscall_long
	.weak ipc_fast_call, ipc_fast_call_until, ipc_fast_reply_recv, ipc_fast_notify
	.type entry_syscall, @function
	.type entry_syscall_long, @function
	.balign 16
entry_syscall:
	swapgs
	cmp $SYS_IPC_REPLY_RECV, %rax   /* 1; ipc_call is 0 */
	ja try_notify
	mov %gs:CPU_RSP0, %rax          /* the end of the thread's struct regs */
	mov %rsp, REGS_RSP - REGS_BYTES(%rax)
	mov %rcx, REGS_RIP - REGS_BYTES(%rax)
	mov %r11, REGS_RFLAGS - REGS_BYTES(%rax)
	mov %rbp, REGS_RBP - REGS_BYTES(%rax)
	mov %gs:CPU_STACK, %rsp
	jb 1f
	cmp $-1, %r10                   /* DEADLINE_FOREVER */
	je ipc_fast_reply_recv
	mov %r10, %rcx
	jmp machine_long_reply_recv
1:	cmp $-1, %r10
	je ipc_fast_call
	mov %r10, %rcx
	jmp ipc_fast_call_until

/* notify changes no register but rax: those that C may are kept meanwhile. */
try_notify:
	cmp $SYS_NOTIFY, %rax
	jne save_syscall
	mov %gs:CPU_RSP0, %rax
	mov %rsp, REGS_RSP - REGS_BYTES(%rax)
	mov %rcx, REGS_RIP - REGS_BYTES(%rax)
	mov %r11, REGS_RFLAGS - REGS_BYTES(%rax)
	mov %rdi, REGS_RDI - REGS_BYTES(%rax)
	mov %rsi, REGS_RSI - REGS_BYTES(%rax)
	mov %rdx, REGS_RDX - REGS_BYTES(%rax)
	mov %r10, REGS_R10 - REGS_BYTES(%rax)
	mov %r8, REGS_R8 - REGS_BYTES(%rax)
	mov %r9, REGS_R9 - REGS_BYTES(%rax)
	mov %gs:CPU_STACK, %rsp
	call ipc_fast_notify
	mov %gs:CPU_RSP0, %r9
	mov REGS_R8 - REGS_BYTES(%r9), %r8
	mov REGS_R10 - REGS_BYTES(%r9), %r10
	mov REGS_RDX - REGS_BYTES(%r9), %rdx
	mov REGS_RSI - REGS_BYTES(%r9), %rsi
	mov REGS_RDI - REGS_BYTES(%r9), %rdi
	mov REGS_RFLAGS - REGS_BYTES(%r9), %r11
	mov REGS_RIP - REGS_BYTES(%r9), %rcx
	mov REGS_RSP - REGS_BYTES(%r9), %rsp  /* from here on only NMI and #MC come: IST */
	mov REGS_R9 - REGS_BYTES(%r9), %r9
	test %eax, %eax
	mov $SYS_NOTIFY, %eax
	jnz save_syscall
	xor %eax, %eax
	swapgs
	sysretq

/* What the short cut leaves to the long way. The arguments are still there. */
	.globl machine_long_call, machine_long_reply_recv
	.type machine_long_call, @function
	.type machine_long_reply_recv, @function
machine_long_call:
	xor %eax, %eax
	xor %r8d, %r8d                  /* the compiler may have used those that hold no argument */
	jmp 1f
machine_long_reply_recv:
	mov $SYS_IPC_REPLY_RECV, %eax
1:	xor %r9d, %r9d
	mov %rcx, %r10
	mov %gs:CPU_RSP0, %rcx
	mov REGS_RBP - REGS_BYTES(%rcx), %rbp
	mov REGS_RSP - REGS_BYTES(%rcx), %rsp
	mov REGS_RFLAGS - REGS_BYTES(%rcx), %r11
	mov REGS_RIP - REGS_BYTES(%rcx), %rcx
	jmp save_syscall

/* Where SYSCALL comes when there is to be no short cut. */
entry_syscall_long:
	swapgs
save_syscall:
	mov %rsp, %gs:CPU_SCRATCH
	mov %gs:CPU_RSP0, %rsp
	sub $REGS_BYTES, %rsp
	mov %r15, REGS_R15(%rsp)
	mov %r14, REGS_R14(%rsp)
	mov %r13, REGS_R13(%rsp)
	mov %r12, REGS_R12(%rsp)
	mov %rbp, REGS_RBP(%rsp)
	mov %rbx, REGS_RBX(%rsp)
	mov %r10, REGS_R10(%rsp)
	mov %r9, REGS_R9(%rsp)
	mov %r8, REGS_R8(%rsp)
	mov %rax, REGS_RAX(%rsp)
	mov %rdx, REGS_RDX(%rsp)
	mov %rsi, REGS_RSI(%rsp)
	mov %rdi, REGS_RDI(%rsp)
	mov %rcx, REGS_RIP(%rsp)
	mov %r11, REGS_RFLAGS(%rsp)
	mov %gs:CPU_SCRATCH, %rcx
	mov %rcx, REGS_RSP(%rsp)
	/* cs and ss hold what machine_regs_init put there: user mode knows no others; vector is
	 * TRAP_SYSCALL while user code runs */
	mov %rsp, %rdi
	mov %gs:CPU_STACK, %rsp
	xor %ebp, %ebp                  /* backtraces end here */
	call trap_syscall
	/* fall through */

/* ---- The exit ------------------------------------------------------------------------
 * rax = the thread to run; machine_switch has made it the current one. */
	.globl entry_return
	.type entry_return, @function
entry_return:
	cmpl $TRAP_SYSCALL, REGS_VECTOR(%rax)
	jne return_interrupt
	mov REGS_RFLAGS(%rax), %r11
	test $(~(RFLAGS_USER | RFLAGS_IF | RFLAGS_FIXED) | RFLAGS_RF | RFLAGS_TF), %r11d
	jnz return_interrupt            /* SYSRET drops RF, and TF would trap too early */
	mov REGS_RIP(%rax), %rcx        /* behind a SYSCALL: canonical */
	mov REGS_R15(%rax), %r15
	mov REGS_R14(%rax), %r14
	mov REGS_R13(%rax), %r13
	mov REGS_R12(%rax), %r12
	mov REGS_RBP(%rax), %rbp
	mov REGS_RBX(%rax), %rbx
	mov REGS_R10(%rax), %r10
	mov REGS_R9(%rax), %r9
	mov REGS_R8(%rax), %r8
	mov REGS_RDX(%rax), %rdx
	mov REGS_RSI(%rax), %rsi
	mov REGS_RDI(%rax), %rdi
	mov REGS_RSP(%rax), %rsp        /* from here on only NMI and #MC can come: IST */
	mov REGS_RAX(%rax), %rax
	swapgs
	sysretq

return_interrupt:
	mov REGS_RIP(%rax), %rdx
	shr $47, %rdx                   /* not canonical: IRET would fault in ring 0 */
	jnz return_astray
	mov REGS_RFLAGS(%rax), %rdx
	and $RFLAGS_USER, %edx
	or $(RFLAGS_IF | RFLAGS_FIXED), %edx
	mov %rdx, REGS_RFLAGS(%rax)
	movq $TRAP_SYSCALL, REGS_VECTOR(%rax)
	mov %rax, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
	add $16, %rsp                   /* vector, error */
	swapgs
	iretq

/* No thread runs outside the lower half: it gets the #GP that its next instruction fetch would
 * have raised. */
return_astray:
	movq $TRAP_GENERAL, REGS_VECTOR(%rax)
	movq $0, REGS_ERROR(%rax)
	mov %rax, %rdi
	call trap_user
	jmp entry_return

/* ---- Exceptions and interrupts -------------------------------------------------------
 * The IDT points to stubs of equal size, so that descriptors.c can compute the addresses. Each
 * completes the frame to error and vector; the processor pushes an error code for some. */
	.balign ENTRY_STUB_BYTES
	.globl entry_stubs
entry_stubs:
	.set vector, 0
	.rept ENTRY_STUBS
	.balign ENTRY_STUB_BYTES
	.if vector >= 32 || !(ERROR_CODES >> (vector & 31) & 1)
	push $0
	.endif
	.if vector == ENTRY_STUBS - 1
	push $TRAP_SPURIOUS
	.else
	push $vector
	.endif
	.if vector == TRAP_NMI || vector == TRAP_DOUBLE_FAULT || vector == TRAP_MACHINE_CHECK
	jmp entry_kernel
	.elseif vector == TRAP_DEBUG
	jmp entry_debug
	.else
	jmp entry_interrupt
	.endif
	.set vector, vector + 1
	.endr

/* From user mode the processor has pushed into the thread already: TSS.rsp0 is the end of its
 * struct regs. */
	.balign 16
entry_interrupt:
	testb $3, REGS_CS - REGS_VECTOR(%rsp)
	jz entry_kernel
	swapgs
save_user:
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rax
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, %rdi
	mov %gs:CPU_STACK, %rsp
	pushq $RFLAGS_FIXED             /* the gate left the user's DF and AC as they were */
	popfq
	xor %ebp, %ebp
	call trap_user
	jmp entry_return

/* #DB has a stack of its own because it can hit the first instruction of entry_syscall, where rsp
 * is the user's. One from user mode moves into the thread like any other exception. */
entry_debug:
	testb $3, REGS_CS - REGS_VECTOR(%rsp)
	jz entry_kernel
	swapgs
	mov %rdi, %gs:CPU_SCRATCH
	mov %rsp, %rdi
	mov %gs:CPU_RSP0, %rsp
	push REGS_SS - REGS_VECTOR(%rdi)
	push REGS_RSP - REGS_VECTOR(%rdi)
	push REGS_RFLAGS - REGS_VECTOR(%rdi)
	push REGS_CS - REGS_VECTOR(%rdi)
	push REGS_RIP - REGS_VECTOR(%rdi)
	push REGS_ERROR - REGS_VECTOR(%rdi)
	push (%rdi)
	mov %gs:CPU_SCRATCH, %rdi
	jmp save_user

/* Taken in the kernel, or on an interrupt stack: a struct regs on the stack we are on, whatever
 * it is. The saved CS does not tell whose GS is loaded: the first instruction of entry_syscall
 * runs in ring 0 with the user's, and so do the last of entry_return and of current.h. The base itself tells:
 * the kernel's is negative, and user code, which has no WRGSBASE here (CR4.FSGSBASE is 0), can
 * only make it 0 to 2^32-1. */
entry_kernel:
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rax
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	pushq $RFLAGS_FIXED
	popfq
	xor %ebx, %ebx                  /* survives the call; 1: GS was the user's */
	mov $0xc0000101, %ecx           /* MSR_GS_BASE */
	rdmsr
	test %edx, %edx
	js 1f
	swapgs
	inc %ebx
1:	mov %rsp, %rdi
	call trap_kernel
	test %ebx, %ebx
	jz 2f
	swapgs
2:	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
	add $16, %rsp
	iretq
