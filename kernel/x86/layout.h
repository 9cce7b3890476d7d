/* What entry.S, boot.S and the C files of this directory must agree on: selectors, vectors,
 * offsets.
 *
 * Invariant: each offset below is proved against the C structure by a named assertion beside it, so
 * a moved member is a compile error and never a wild store from assembler. Read machine.h (struct
 * regs) first. Calls nobody. */
#ifndef X86_LAYOUT_H
#define X86_LAYOUT_H

/* ---- Segments. SYSRET wants user data directly below user code, SYSCALL kernel data above kernel
 * code (SDM vol. 3, 5.8.8). There is no 32-bit user code segment: nobody can leave 64-bit mode. */
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_TSS         0x28

/* ---- RFLAGS */
#define RFLAGS_FIXED 0x000002 /* always reads 1 */
#define RFLAGS_TF    0x000100
#define RFLAGS_IF    0x000200
#define RFLAGS_IOPL  0x003000
#define RFLAGS_NT    0x004000
#define RFLAGS_RF    0x010000
#define RFLAGS_ALL   0x3f7fd7 /* every defined bit */
#define RFLAGS_USER  0x254dd5 /* what user code may choose: ID AC RF NT OF DF TF SF ZF AF PF CF */

/* ---- Vectors that entry.S tells apart (the names of VECTOR_ are machine.h's) */
#define TRAP_DEBUG         1
#define TRAP_NMI           2
#define TRAP_DOUBLE_FAULT  8
#define TRAP_GENERAL       13
#define TRAP_MACHINE_CHECK 18
#define TRAP_SYSCALL       256 /* ENTRY_SYSCALL */

#define SYS_IPC_REPLY_RECV 1 /* abi.h: SYS_ipc_reply_recv */
#define SYS_NOTIFY         5 /* SYS_notify */

#define ENTRY_STUB_BYTES 16
#define ENTRY_STUBS      50 /* exceptions, lines, timer; the last is for all that nobody raises */
#define TRAP_SPURIOUS    255

/* ---- struct regs */
#define REGS_R15    0
#define REGS_R14    8
#define REGS_R13    16
#define REGS_R12    24
#define REGS_RBP    32
#define REGS_RBX    40
#define REGS_R11    48
#define REGS_R10    56
#define REGS_R9     64
#define REGS_R8     72
#define REGS_RAX    80
#define REGS_RCX    88
#define REGS_RDX    96
#define REGS_RSI    104
#define REGS_RDI    112
#define REGS_VECTOR 120
#define REGS_ERROR  128
#define REGS_RIP    136
#define REGS_CS     144
#define REGS_RFLAGS 152
#define REGS_RSP    160
#define REGS_SS     168
#define REGS_BYTES  176

/* ---- struct cpu, behind GS */
#define CPU_SELF    0
#define CPU_STACK   8
#define CPU_SCRATCH 16
/* tss.rsp[0]: where the processor starts pushing when it leaves user mode, which is the end of the
 * current thread's struct regs. So that also says who runs. */
#define CPU_RSP0 56

/* ---- Stacks: number 0 is the kernel's, 1 to 4 are those of the interrupt stack table */
#define STACK_GUARD       4096
#define STACK_BYTES       16384
#define STACKS            5
#define IST_NMI           1
#define IST_DOUBLE_FAULT  2
#define IST_MACHINE_CHECK 3
#define IST_DEBUG         4

#define IMAGE_BASE 0xffffffff80000000 /* KERNEL_BASE, as assembler writes it */

#ifndef __ASSEMBLER__
#include <atoll/abi.h>

#include "../machine.h"

/* Task state segment (SDM vol. 3, 8.7): only its stack pointers matter. Its members sit at odd
 * multiples of 4. */
struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3;
	/* offset of the I/O permission map: beyond the limit, so that every port faults in user
	 * mode */
	u16 ports;
} __attribute__((packed, aligned(4)));

/* What one processor has for itself. GS points here while the kernel runs. */
struct cpu {
	struct cpu *self;
	u64 stack;      /* top of the kernel stack: every entry starts there afresh */
	u64 scratch[2]; /* entry.S, for the few instructions in which it has no free register */
	u64 nmis, debug_traps; /* taken in the kernel and ignored */
	bool fpu_on;           /* CR0.TS is clear */
	struct tss tss;
};

struct stack {
	/* never mapped: running over the end faults instead of overwriting */
	u8 guard[STACK_GUARD];
	u8 space[STACK_BYTES];
};

extern struct cpu cpu0;
extern struct stack stacks[STACKS];

static inline struct cpu *this_cpu(void)
{
	struct cpu *self;

	__asm__ volatile("mov %%gs:%c1, %0" : "=r"(self) : "i"(CPU_SELF));
	return self;
}

#define LAYOUT(type, member, offset) \
	_Static_assert(offsetof(type, member) == (offset), #type "." #member " is " #offset)
LAYOUT(struct regs, r15, REGS_R15);
LAYOUT(struct regs, r14, REGS_R14);
LAYOUT(struct regs, r13, REGS_R13);
LAYOUT(struct regs, r12, REGS_R12);
LAYOUT(struct regs, rbp, REGS_RBP);
LAYOUT(struct regs, rbx, REGS_RBX);
LAYOUT(struct regs, r11, REGS_R11);
LAYOUT(struct regs, r10, REGS_R10);
LAYOUT(struct regs, r9, REGS_R9);
LAYOUT(struct regs, r8, REGS_R8);
LAYOUT(struct regs, rax, REGS_RAX);
LAYOUT(struct regs, rcx, REGS_RCX);
LAYOUT(struct regs, rdx, REGS_RDX);
LAYOUT(struct regs, rsi, REGS_RSI);
LAYOUT(struct regs, rdi, REGS_RDI);
LAYOUT(struct regs, vector, REGS_VECTOR);
LAYOUT(struct regs, error, REGS_ERROR);
LAYOUT(struct regs, rip, REGS_RIP);
LAYOUT(struct regs, cs, REGS_CS);
LAYOUT(struct regs, rflags, REGS_RFLAGS);
LAYOUT(struct regs, rsp, REGS_RSP);
LAYOUT(struct regs, ss, REGS_SS);
_Static_assert(sizeof(struct regs) == REGS_BYTES, "entry.S pushes REGS_BYTES");
LAYOUT(struct cpu, self, CPU_SELF);
LAYOUT(struct cpu, stack, CPU_STACK);
LAYOUT(struct cpu, scratch, CPU_SCRATCH);
LAYOUT(struct cpu, tss.rsp, CPU_RSP0);
_Static_assert(offsetof(struct cpu, tss.rsp) % 8 == 0, "the processor reads rsp0 in one piece");
_Static_assert(sizeof(struct tss) == 104, "the 64-bit TSS has 104 bytes");
_Static_assert(
    SYS_ipc_call == 0 && SYS_ipc_reply_recv == SYS_IPC_REPLY_RECV && SYS_notify == SYS_NOTIFY,
    "entry.S tells them apart so");
_Static_assert(TRAP_SYSCALL == ENTRY_SYSCALL, "entry.S and machine.h agree on ENTRY_SYSCALL");
_Static_assert(IMAGE_BASE == KERNEL_BASE, "entry.S and machine.h agree on KERNEL_BASE");
_Static_assert(sizeof(struct stack) % PAGE_SIZE == 0, "guards are whole pages");
#undef LAYOUT
#endif
#endif
