/* fault: does one forbidden thing, by name: fault NAME. What should harm nobody prints "survived".
 * `fault` alone lists the names. */
#include <atoll/sys.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ASM(text) __asm__ volatile(text ::: "memory", "cc", "rax", "rbx", "rcx", "rdx")
/* A system call that nobody knows. */
#define BAD_CALL "mov $12345, %%eax; syscall;"

int main(int argc, char **argv);

static volatile uint64_t zero, kernel = 0xffffffff80000000, nowhere = 0x8000000000000000;
static volatile uint64_t text = (uint64_t)main;
static unsigned char code[] = { 0xc3 };

static void read_at(uint64_t address)
{
	(void)*(volatile char *)address;
}
static void write_at(uint64_t address)
{
	*(volatile char *)address = 1;
}
static void jump_to(uint64_t address)
{
	__asm__ volatile("call *%0" ::"r"(address) : "memory");
}

static int overflow(volatile char *above)
{
	volatile char much[1000];

	much[0] = *above;
	return above ? overflow(much) + much[0] : 0;
}

static void null_read(void)
{
	read_at(zero);
}
static void null_write(void)
{
	write_at(zero + 8);
}
static void null_call(void)
{
	jump_to(zero);
}
static void stack_overflow(void)
{
	overflow((volatile char *)"x");
}
static void text_write(void)
{
	write_at(text);
}
static void data_call(void)
{
	jump_to((uint64_t)code);
}
static void stack_call(void)
{
	unsigned char here[] = { 0xc3 };
	jump_to((uint64_t)here);
}
static void kernel_read(void)
{
	read_at(kernel);
}
static void kernel_write(void)
{
	write_at(kernel + 0x100000);
}
static void kernel_call(void)
{
	jump_to(kernel + 0x100000);
}
static void nowhere_read(void)
{
	read_at(nowhere);
}
static void nowhere_call(void)
{
	jump_to(nowhere);
}
static void nowhere_stack(void)
{
	__asm__ volatile("mov %0, %%rsp; push %%rax" ::"r"(nowhere));
}
static void no_stack(void)
{
	ASM("xor %%esp, %%esp; push %%rax");
}
static void kernel_stack(void)
{
	__asm__ volatile("mov %0, %%rsp; push %%rax" ::"r"(kernel));
}
static void time_write(void)
{
	write_at(TIME_PAGE);
}

static void int3(void)
{
	ASM("int3");
}
static void int1(void)
{
	ASM(".byte 0xf1");
}
static void ud2(void)
{
	ASM("ud2");
}
static void divide(void)
{
	ASM("xor %%ecx, %%ecx; mov $1, %%eax; cdq; idiv %%ecx");
}
static void divide_most(void)
{
	ASM("mov $0x80000000, %%eax; cdq; mov $-1, %%ecx; idiv %%ecx");
}
static void step(void)
{
	ASM("pushfq; orq $0x100, (%%rsp); popfq; nop; nop");
}
static void step_call(void)
{
	ASM("pushfq; orq $0x100, (%%rsp); mov $12345, %%eax; popfq; syscall");
}
static void sse(void)
{
	ASM("sub $8, %%rsp; movl $0, (%%rsp); ldmxcsr (%%rsp); xorps %%xmm0, %%xmm0; divss %%xmm0, %%xmm0; add $8, %%rsp");
}
static void x87(void)
{
	ASM("sub $8, %%rsp; movw $0, (%%rsp); fldcw (%%rsp); fld1; fldz; fdivrp; fwait; add $8, %%rsp");
}
static void unaligned_vector(void)
{
	ASM("movaps 1(%%rsp), %%xmm0");
}

static void int_80(void)
{
	ASM("int $0x80");
}
static void int_14(void)
{
	ASM("int $14");
}
static void int_8(void)
{
	ASM("int $8");
}
static void hlt(void)
{
	ASM("hlt");
}
static void cli(void)
{
	ASM("cli");
}
static void port_read(void)
{
	ASM("in $0x60, %%al");
}
static void port_write(void)
{
	ASM("out %%al, $0xe9");
}
static void lgdt(void)
{
	ASM("lgdt (%%rsp)");
}
static void cr0(void)
{
	ASM("mov %%cr0, %%rax");
}
static void cr3(void)
{
	ASM("xor %%eax, %%eax; mov %%rax, %%cr3");
}
static void dr7(void)
{
	ASM("xor %%eax, %%eax; mov %%rax, %%dr7");
}
static void wrmsr(void)
{
	ASM("mov $0xc0000082, %%ecx; wrmsr");
}
static void swapgs(void)
{
	ASM("swapgs");
}
static void sysret(void)
{
	ASM("sysretq");
}
static void sysenter(void)
{
	ASM("sysenter");
}
static void iret(void)
{
	ASM("push $0x10; push %%rsp; pushfq; push $8; push $0; iretq");
}
static void bad_ss(void)
{
	ASM("mov $0x18, %%eax; mov %%eax, %%ss");
}
static void bad_ds(void)
{
	ASM("mov $0x38, %%eax; mov %%eax, %%ds");
}
static void far_return(void)
{
	ASM("push $8; push $0; lretq");
}
static void invlpg(void)
{
	ASM("invlpg (%%rsp)");
}
static void wrgsbase(void)
{
	ASM("mov $1, %%rax; shl $47, %%rax; .byte 0xf3, 0x48, 0x0f, 0xae, 0xd8");
}
static void xsetbv(void)
{
	ASM("xor %%ecx, %%ecx; xor %%eax, %%eax; xor %%edx, %%edx; xsetbv");
}

static void alignment(void)
{
	ASM("pushfq; orq $0x40000, (%%rsp); popfq; mov 1(%%rsp), %%rax;" BAD_CALL
	    "pushfq; andq $~0x40000, (%%rsp); popfq");
}
static void nested(void)
{
	ASM("pushfq; orq $0x4000, (%%rsp); popfq;" BAD_CALL
	    "pushfq; andq $~0x4000, (%%rsp); popfq");
}
static void backwards(void)
{
	ASM("std;" BAD_CALL "cld");
}
static void io_level(void)
{
	ASM("pushfq; orq $0x3000, (%%rsp); popfq;" BAD_CALL);
}
static void call_without_stack(void)
{
	ASM("mov %%rsp, %%rbx; xor %%esp, %%esp;" BAD_CALL "mov %%rbx, %%rsp");
}
static void call_on_kernel_stack(void)
{
	ASM("mov %%rsp, %%rbx; mov $0xffffffff80000000, %%rsp;" BAD_CALL "mov %%rbx, %%rsp");
}
static void call_on_no_stack(void)
{
	ASM("mov %%rsp, %%rbx; mov $0x8000000000000000, %%rsp;" BAD_CALL "mov %%rbx, %%rsp");
}
static void loop_without_stack(void)
{
	/* Long enough for the timer to come meanwhile. */
	ASM("mov %%rsp, %%rbx; mov $0xffffffff80000000, %%rsp; mov $50000000, %%ecx; 1: dec %%ecx; jnz 1b; mov %%rbx, %%rsp");
}
static void segments(void)
{
	ASM("xor %%eax, %%eax; mov %%eax, %%fs; mov %%eax, %%gs; mov %%eax, %%ds; mov %%eax, %%es;" BAD_CALL);
}

#define F(name)             \
	{                   \
#name, name \
	}
static const struct {
	const char *name;
	void (*run)(void);
} faults[] = { F(null_read), F(null_write), F(null_call), F(stack_overflow), F(text_write),
	F(data_call), F(stack_call), F(kernel_read), F(kernel_write), F(kernel_call),
	F(nowhere_read), F(nowhere_call), F(nowhere_stack), F(no_stack), F(kernel_stack),
	F(time_write), F(int3), F(int1), F(ud2), F(divide), F(divide_most), F(step), F(step_call),
	F(sse), F(x87), F(unaligned_vector), F(int_80), F(int_14), F(int_8), F(hlt), F(cli),
	F(port_read), F(port_write), F(lgdt), F(cr0), F(cr3), F(dr7), F(wrmsr), F(swapgs),
	F(sysret), F(sysenter), F(iret), F(bad_ss), F(bad_ds), F(far_return), F(invlpg),
	F(wrgsbase), F(xsetbv), F(alignment), F(nested), F(backwards), F(io_level),
	F(call_without_stack), F(call_on_kernel_stack), F(call_on_no_stack), F(loop_without_stack),
	F(segments) };

int main(int argc, char **argv)
{
	for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) {
		if (argc < 2)
			printf("%s\n", faults[i].name);
		else if (!strcmp(argv[1], faults[i].name)) {
			faults[i].run();
			printf("survived\n");
		}
	}
	return 0;
}
