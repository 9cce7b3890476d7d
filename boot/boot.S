/* From GRUB to C: the multiboot2 header, a look at the processor, long mode, kernel_main.
 *
 * Invariant: until machine_map_kernel (kernel/x86/kernelmap.c) replaces them, the page tables
 * built here map the first 4 GiB three times: one to one (for this file alone), at DIRECT_MAP,
 * and the first of them at KERNEL_BASE. Nothing else is touched: boot time is measured in
 * instructions.
 *
 * GRUB enters at boot_entry in 32-bit protected mode without paging, interrupts off, eax = magic,
 * ebx = physical address of the boot information (Multiboot2 specification, 3.3). The image is
 * linked at KERNEL_BASE and loaded at the same address less KERNEL_BASE; PHYSICAL() says so in
 * 32-bit code.
 * Calls kernel_main (main.c), whose thread entry.S then enters. */
#include "../kernel/x86/layout.h"

#define PHYSICAL(symbol) ((symbol) - IMAGE_BASE)

#define MULTIBOOT_MAGIC  0xe85250d6
#define MULTIBOOT_BOOTED 0x36d76289

#define PAGE_PRESENT 0x01
#define PAGE_WRITE   0x02
#define PAGE_LARGE   0x80

	.section .boot, "ax"

/* ---- Multiboot2 header: within the first 32 KiB of the file, every tag on 8 bytes ---- */
	.balign 8
header:
	.long MULTIBOOT_MAGIC, 0, header_end - header
	.long -(MULTIBOOT_MAGIC + 0 + (header_end - header))
	.short 1, 0                     /* we need command line, modules, memory map */
	.long 8 + 3 * 4
	.long 1, 3, 6
	.balign 8
	.short 6, 0                     /* modules on page boundaries */
	.long 8
	.short 4, 1                     /* a screen, if there is one; EGA text will do */
	.long 8 + 4
	.long 2
	.balign 8
	.short 5, 1                     /* pixels are better: width, height, bits of one */
	.long 8 + 3 * 4
	.long 1024, 768, 32
	.balign 8
	.short 0, 0
	.long 8
header_end:

/* ---- 32-bit entry -------------------------------------------------------------------- */
	.code32
	.globl boot_entry
	.type boot_entry, @function
boot_entry:
	mov %eax, %ebp                  /* rdtsc takes eax and edx */
	rdtsc
	mov %eax, PHYSICAL(boot_tsc_entry)
	mov %edx, PHYSICAL(boot_tsc_entry) + 4
	cli
	cld
	mov $PHYSICAL(stacks + STACK_GUARD + STACK_BYTES), %esp
	mov %ebx, PHYSICAL(boot_information) /* cpuid takes ebx */

	mov $PHYSICAL(not_multiboot), %esi
	cmp $MULTIBOOT_BOOTED, %ebp
	jne fail

	mov $PHYSICAL(no_long_mode), %esi
	pushfl                          /* CPUID exists when bit 21 of EFLAGS can be changed */
	pop %eax
	mov %eax, %ecx
	xor $0x200000, %eax
	push %eax
	popfl
	pushfl
	pop %eax
	cmp %eax, %ecx
	je fail
	mov $0x80000000, %eax
	cpuid
	cmp $0x80000001, %eax
	jb fail
	mov $0x80000001, %eax
	cpuid
	bt $29, %edx
	jnc fail
	mov $PHYSICAL(no_nx), %esi
	bt $20, %edx
	jnc fail

/* Early tables. They are in .bss, which GRUB has cleared. */
	mov $PHYSICAL(early_directories), %edi
	mov $(PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE), %eax
	mov $4 * 512, %ecx
1:	mov %eax, (%edi)
	add $0x200000, %eax
	add $8, %edi
	dec %ecx
	jnz 1b

#define LINK(table, index, target) \
	movl $PHYSICAL(target) + (PAGE_PRESENT | PAGE_WRITE), PHYSICAL(table) + 8 * (index)
	LINK(early_low, 0, early_directories)
	LINK(early_low, 1, early_directories + 4096)
	LINK(early_low, 2, early_directories + 2 * 4096)
	LINK(early_low, 3, early_directories + 3 * 4096)
	LINK(early_high, 510, early_directories)        /* KERNEL_BASE is the last but one GiB */
	LINK(early_pml4, 0, early_low)
	LINK(early_pml4, 256, early_low)                /* DIRECT_MAP */
	LINK(early_pml4, 511, early_high)

	mov $0x20, %eax                 /* CR4: PAE and nothing that firmware may have left */
	mov %eax, %cr4
	mov $PHYSICAL(early_pml4), %eax
	mov %eax, %cr3
	mov $0xc0000080, %ecx           /* EFER: long mode, no-execute */
	rdmsr
	or $0x900, %eax
	wrmsr
	mov $0x80010033, %eax           /* CR0: PG WP NE ET MP PE */
	mov %eax, %cr0
	lgdt PHYSICAL(early_gdt_pointer)
	ljmp $SELECTOR_KERNEL_CODE, $PHYSICAL(long_mode)

/* Says the line at esi on the debug console, COM1 and the VGA screen, and stops: an emulator by
 * turning it off, so that nobody waits there for what will not come (kernel/x86/poweroff.c). */
fail:
	mov $0xb8000, %edi
	mov $0x3fb, %edx                /* COM1: 115200 8N1 */
	mov $0x80, %al
	out %al, %dx
	mov $0x3f8, %edx
	mov $1, %al
	out %al, %dx
	inc %edx
	xor %al, %al
	out %al, %dx
	mov $0x3fb, %edx
	mov $3, %al
	out %al, %dx
2:	lodsb
	test %al, %al
	jz 4f
	out %al, $0xe9
	mov %al, (%edi)
	movb $0x4f, 1(%edi)             /* white on red */
	add $2, %edi
	mov %al, %bl
	mov $100000, %ecx               /* a port that is not there never gets ready */
	mov $0x3fd, %edx
3:	in %dx, %al
	test $0x20, %al
	loopz 3b
	mov %bl, %al
	mov $0x3f8, %edx
	out %al, %dx
	jmp 2b
4:	in $0xe9, %al                   /* the emulators' debug console answers with its own number */
	cmp $0xe9, %al
	jne 6f
	mov $PHYSICAL(exit_status), %esi
5:	lodsb
	out %al, $0xe9
	test %al, %al
	jnz 5b
	mov $0x604, %edx
	mov $0x2000, %eax
	out %ax, %dx
6:	cli
	hlt
	jmp 6b

not_multiboot:
	.asciz "Atoll: not started by a multiboot2 loader.\r\n"
no_long_mode:
	.asciz "Atoll: this processor has no 64-bit mode.\r\n"
no_nx:
	.asciz "Atoll: this processor cannot forbid execution of data pages (NX).\r\n"
exit_status:
	.asciz "atoll: exit status 99\n"

	.balign 8
early_gdt:
	.quad 0, 0x00209b0000000000, 0x0000930000000000
early_gdt_pointer:
	.short early_gdt_pointer - early_gdt - 1
	.long PHYSICAL(early_gdt)

/* ---- 64-bit -------------------------------------------------------------------------- */
	.code64
long_mode:
	mov $high_half, %rax
	jmp *%rax
high_half:
	mov $SELECTOR_KERNEL_DATA, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	xor %eax, %eax
	mov %eax, %fs
	mov %eax, %gs
	mov $(stacks + STACK_GUARD + STACK_BYTES), %rsp
	mov boot_information(%rip), %edi
	xor %ebp, %ebp                  /* backtraces end here */
	call kernel_main                /* with the boot information: edi */
	jmp entry_return

	.bss
	.balign 4096
early_pml4:
	.skip 4096
early_low:
	.skip 4096
early_high:
	.skip 4096
early_directories:
	.skip 4 * 4096
	.globl boot_tsc_entry
boot_tsc_entry:
	.skip 8
boot_information:
	.skip 4
