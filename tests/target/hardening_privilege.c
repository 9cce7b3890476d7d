/* Instructions that user mode must not carry out: each is tried by a thread of its own and must end
 * in a fault. All 65,536 ports, one by one, to read and to write. Interrupts of every number by INT
 * n; segments of the kernel; flags that only the kernel may change.
 * TIMEOUT: 60 */
#include "lib/story.h"
#include <string.h>

#define UNDEFINED  6
#define GENERAL    13
#define PAGE_FAULT 14

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static struct cpuid cpuid(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(0));
	return r;
}

/* ---- Single instructions ---------------------------------------------------------------- */

#define TRY(name, code)                                                                \
	static void name(void *at)                                                     \
	{                                                                              \
		__asm__ volatile(code                                                  \
				 :                                                     \
				 : "D"(at)                                             \
				 : "rax", "rbx", "rcx", "rdx", "rsi", "memory", "cc"); \
	}

TRY(try_cli, "cli")
TRY(try_sti, "sti")
TRY(try_hlt, "hlt")
TRY(try_clts, "clts")
TRY(try_invd, "invd")
TRY(try_wbinvd, "wbinvd")
TRY(try_read_cr0, "mov %%cr0, %%rax")
TRY(try_read_cr2, "mov %%cr2, %%rax")
TRY(try_read_cr3, "mov %%cr3, %%rax")
TRY(try_read_cr4, "mov %%cr4, %%rax")
TRY(try_read_cr8, "mov %%cr8, %%rax")
TRY(try_write_cr0, "mov $0x80050033, %%eax; mov %%rax, %%cr0")
TRY(try_write_cr3, "xor %%eax, %%eax; mov %%rax, %%cr3")
TRY(try_write_cr4, "mov $0x20, %%eax; mov %%rax, %%cr4")
TRY(try_write_cr8, "xor %%eax, %%eax; mov %%rax, %%cr8")
TRY(try_read_dr7, "mov %%dr7, %%rax")
TRY(try_write_dr0, "mov %%rdi, %%dr0")
TRY(try_write_dr7, "mov $0x401, %%eax; mov %%rax, %%dr7")
TRY(try_rdmsr, "mov $0xc0000082, %%ecx; rdmsr")
TRY(try_wrmsr, "mov $0xc0000082, %%ecx; xor %%eax, %%eax; xor %%edx, %%edx; wrmsr")
TRY(try_wrmsr_gs, "mov $0xc0000101, %%ecx; xor %%eax, %%eax; xor %%edx, %%edx; wrmsr")
TRY(try_lgdt, "lgdt (%%rdi)")
TRY(try_lidt, "lidt (%%rdi)")
TRY(try_lldt, "xor %%eax, %%eax; lldt %%ax")
TRY(try_ltr, "mov $0x28, %%eax; ltr %%ax")
TRY(try_lmsw, "mov $1, %%eax; lmsw %%ax")
TRY(try_invlpg, "invlpg (%%rdi)")
TRY(try_swapgs, "swapgs")
TRY(try_sysret, "mov %%rdi, %%rcx; sysretq")
TRY(try_sysexit, "sysexit")
TRY(try_sysenter, "sysenter")
TRY(try_iret,
    "sub $40, %%rsp; movq $0x202, 16(%%rsp); movq $8, 8(%%rsp); mov %%rdi, (%%rsp); iretq")
TRY(try_far_call, "movq %%rdi, %%rax; push $8; push %%rax; .byte 0x48, 0xff, 0x1c, 0x24")
TRY(try_far_return, "push $8; push %%rdi; lretq")
TRY(try_ds, "mov $0x10, %%eax; mov %%eax, %%ds")
TRY(try_ss, "mov $0x10, %%eax; mov %%eax, %%ss")
TRY(try_fs, "mov $0x10, %%eax; mov %%eax, %%fs")
TRY(try_gs, "mov $0x10, %%eax; mov %%eax, %%gs")
TRY(try_fs_tss, "mov $0x28, %%eax; mov %%eax, %%fs")
TRY(try_xsetbv, "xor %%ecx, %%ecx; mov $1, %%eax; xor %%edx, %%edx; xsetbv")
TRY(try_rdpmc, "xor %%ecx, %%ecx; rdpmc")
TRY(try_monitor, "mov %%rdi, %%rax; xor %%ecx, %%ecx; xor %%edx, %%edx; monitor")
TRY(try_mwait, "xor %%eax, %%eax; xor %%ecx, %%ecx; mwait")
TRY(try_vmcall, ".byte 0x0f, 0x01, 0xc1")
TRY(try_vmmcall, ".byte 0x0f, 0x01, 0xd9")
TRY(try_vmrun, ".byte 0x0f, 0x01, 0xd8")
TRY(try_stac, ".byte 0x0f, 0x01, 0xcb")
TRY(try_clac, ".byte 0x0f, 0x01, 0xca")
TRY(try_invpcid, "xor %%eax, %%eax; .byte 0x66, 0x0f, 0x38, 0x82, 0x07")
TRY(try_rdfsbase, ".byte 0xf3, 0x48, 0x0f, 0xae, 0xc0")
TRY(try_wrfsbase, "xor %%eax, %%eax; .byte 0xf3, 0x48, 0x0f, 0xae, 0xd0")
TRY(try_wrgsbase, "xor %%eax, %%eax; dec %%rax; .byte 0xf3, 0x48, 0x0f, 0xae, 0xd8")
TRY(try_sgdt, "sgdt (%%rdi)")
TRY(try_sidt, "sidt (%%rdi)")
TRY(try_sldt, "sldt %%eax")
TRY(try_smsw, "smsw %%eax")
TRY(try_str, "str %%eax")

static char scratch[64] __attribute__((aligned(16)));

static void instructions(void)
{
	static const struct {
		const char *what;
		void (*run)(void *at);
	} each[] = { { "CLI", try_cli }, { "STI", try_sti }, { "HLT", try_hlt },
		{ "CLTS", try_clts }, { "INVD", try_invd }, { "WBINVD", try_wbinvd },
		{ "read CR0", try_read_cr0 }, { "read CR2", try_read_cr2 },
		{ "read CR3", try_read_cr3 }, { "read CR4", try_read_cr4 },
		{ "read CR8", try_read_cr8 }, { "write CR0", try_write_cr0 },
		{ "write CR3", try_write_cr3 }, { "write CR4", try_write_cr4 },
		{ "write CR8", try_write_cr8 }, { "read DR7", try_read_dr7 },
		{ "write DR0", try_write_dr0 }, { "write DR7", try_write_dr7 },
		{ "RDMSR", try_rdmsr }, { "WRMSR", try_wrmsr },
		{ "WRMSR of the GS base", try_wrmsr_gs }, { "LGDT", try_lgdt },
		{ "LIDT", try_lidt }, { "LLDT", try_lldt }, { "LTR", try_ltr },
		{ "LMSW", try_lmsw }, { "INVLPG", try_invlpg }, { "SWAPGS", try_swapgs },
		{ "SYSRET", try_sysret }, { "SYSEXIT", try_sysexit }, { "SYSENTER", try_sysenter },
		{ "IRET to ring 0", try_iret }, { "far call to ring 0", try_far_call },
		{ "far return to ring 0", try_far_return }, { "kernel data in DS", try_ds },
		{ "kernel data in SS", try_ss }, { "kernel data in FS", try_fs },
		{ "kernel data in GS", try_gs }, { "the TSS in FS", try_fs_tss },
		{ "XSETBV", try_xsetbv }, { "RDPMC", try_rdpmc }, { "MONITOR", try_monitor },
		{ "MWAIT", try_mwait }, { "VMCALL", try_vmcall }, { "VMMCALL", try_vmmcall },
		{ "VMRUN", try_vmrun }, { "STAC", try_stac }, { "CLAC", try_clac },
		{ "INVPCID", try_invpcid }, { "RDFSBASE", try_rdfsbase },
		{ "WRFSBASE", try_wrfsbase }, { "WRGSBASE", try_wrgsbase } };

	for (unsigned i = 0; i < COUNT(each); i++) {
		struct fault f = fault_of(each[i].run, scratch);

		/* TCG reads the stack for IRET and RET as the kernel would, and SMAP forbids that.
		 */
		ok(f.happened &&
			(f.vector == GENERAL || f.vector == UNDEFINED || f.vector == PAGE_FAULT),
		    "%s faults, vector %lu", each[i].what, f.vector);
	}
}

/* SGDT and its like tell where the kernel's tables lie, unless CR4.UMIP is set. */
static void umip(void)
{
	static const struct {
		const char *what;
		void (*run)(void *at);
	} each[] = { { "SGDT", try_sgdt }, { "SIDT", try_sidt }, { "SLDT", try_sldt },
		{ "SMSW", try_smsw }, { "STR", try_str } };
	const bool has = cpuid(0).eax >= 7 && (cpuid(7).ecx & 4);

	for (unsigned i = 0; i < COUNT(each); i++) {
		struct fault f;

		if (!has) {
			skip("this processor lacks UMIP", "%s faults", each[i].what);
			continue;
		}
		f = fault_of(each[i].run, scratch);
		ok(f.happened && f.vector == GENERAL, "%s faults", each[i].what);
	}
}

/* ---- INT n ------------------------------------------------------------------------------ */

/* INT n; the number is written into the code, two bytes at WINDOW. */
static void run_window(void *argument)
{
	((void (*)(void))WINDOW)();
}

static void interrupts(void)
{
	cap_t memory = map_pages(WINDOW + PAGE_SIZE, 1);
	volatile uint8_t *code = (volatile uint8_t *)WINDOW + PAGE_SIZE;
	unsigned astray = 0;

	mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, PROT_READ | PROT_EXEC);
	for (unsigned n = 0; n < 256; n++) {
		struct fault f;

		code[0] = 0xcd;
		code[1] = (uint8_t)n;
		code[2] = 0xc3;
		f = fault_of(run_window, NULL);
		/* The error code names the gate: n * 8 + 2; QEMU's TCG says n * 16 + 2. */
		astray += !f.happened || f.vector != (n == 3 || n == 4 ? n : GENERAL) ||
		    (f.error && f.error != (n << 3 | 2) && f.error != (n << 4 | 2));
	}
	is(astray, 0, "INT n: #BP for 3, #OF for 4, #GP for all others, of 256");
	unmap_pages(memory);
}

/* ---- All ports -------------------------------------------------------------------------- */

/* The instruction at A faults; its pager, who can write the code through another window, makes it a
 * NOP and B the instruction; then that faults. So the thread goes on from port to port, one fault
 * each. Code: A, inc %edx, mov %edx,(%rdi), B, inc %edx, mov %edx,(%rdi), jmp A. */
#define OFFSET_A 2
#define OFFSET_B 7

static void write_loop(volatile uint8_t *code, uint8_t instruction)
{
	static const uint8_t loop[] = { 0x31, 0xd2, 0x90, 0xff, 0xc2, 0x89, 0x17, 0x90, 0xff, 0xc2,
		0x89, 0x17, 0xeb, 0xf4 };

	for (unsigned i = 0; i < sizeof loop; i++)
		code[i] = loop[i];
	code[OFFSET_A] = instruction;
}

static void run_loop(struct worker *w)
{
	__asm__ volatile("call *%0" : : "r"(WINDOW), "D"(w->lock) : "rax", "rdx", "memory");
}

/* How many ports faulted, from 0 on without a gap. */
static unsigned count_faults(uint8_t instruction, volatile uint8_t *code)
{
	static uint64_t port; /* the next one, as the thread counts */
	cap_t pager = (cap_t)endpoint_create();
	struct worker w = { .run = run_loop, .pager = pager, .lock = &port };
	struct msg m = { 0 };
	unsigned count = 0;

	port = 0;
	write_loop(code, instruction);
	begin(&w, SAME);
	while (count < 65536 && ipc_recv(pager, &m, time_in_ms(1000)) == 0) {
		const bool at_a = count % 2 == 0;

		if (m.word[0] != GENERAL || m.word[3] != WINDOW + (at_a ? OFFSET_A : OFFSET_B) ||
		    port != count)
			break;
		code[OFFSET_A] = at_a ? 0x90 : instruction;
		code[OFFSET_B] = at_a ? instruction : 0x90;
		count++;
		m.label = 0;
		ipc_reply(m.token, &m);
	}
	end(&w);
	endpoint_unbind(pager);
	cap_delete(pager);
	return count;
}

TRY(try_inw, "inw %%dx, %%ax")
TRY(try_insb, "mov $1, %%ecx; rep insb")
TRY(try_outsb, "mov %%rdi, %%rsi; mov $1, %%ecx; rep outsb")
TRY(try_inl, "mov $0xcfc, %%edx; inl %%dx, %%eax")
TRY(try_outl, "mov $0xcf8, %%edx; outl %%eax, %%dx")
TRY(try_outw, "mov $0x604, %%edx; outw %%ax, %%dx")
TRY(try_in_immediate, "inb $0x60, %%al")
TRY(try_out_immediate, "outb %%al, $0xf4")

static void ports(void)
{
	static const struct {
		const char *what;
		void (*run)(void *at);
	} each[] = { { "IN of a word", try_inw }, { "IN of the PCI data port", try_inl },
		{ "OUT to the PCI address port", try_outl },
		{ "OUT to the power management port", try_outw },
		{ "IN with the port in the instruction", try_in_immediate },
		{ "OUT with the port in the instruction", try_out_immediate }, { "INS", try_insb },
		{ "OUTS", try_outsb } };
	cap_t memory = map_pages(WINDOW + PAGE_SIZE, 1);
	volatile uint8_t *code = (volatile uint8_t *)WINDOW + PAGE_SIZE;

	mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, PROT_READ | PROT_EXEC);
	is(count_faults(0xec, code), 65536, "IN faults at each of 65,536 ports");
	is(count_faults(0xee, code), 65536, "OUT faults at each of 65,536 ports");
	unmap_pages(memory);
	for (unsigned i = 0; i < COUNT(each); i++)
		ok(fault_of(each[i].run, scratch).vector == GENERAL, "%s faults", each[i].what);
}

int main(void)
{
	instructions();
	umip();
	interrupts();
	ports();
	return tap_done();
}
