/* See machine.h. */
#include "machine.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#include "kernel/boot_info.h"
#include "kernel/clock.h"
#include "kernel/frame.h"

struct host host = { .timer = UINT64_MAX };
struct machine_features machine_features;
u64 boot_tsc_entry = 1 << 20;
__attribute__((weak)) struct boot_record boot_record; /* unless the test has multiboot.c */

/* Tests of the lower layers do without these. */
#pragma weak trap_idle

static void tlb_boot(void);

#define MIB        (1ull << 20)
#define TIME_FRAME 0x3000 /* stands for the kernel image's page with struct time_page */

void host_poison(const void *start, u64 bytes)
{
#if defined(__SANITIZE_ADDRESS__)
	__asan_poison_memory_region(start, bytes);
#endif
}

void host_unpoison(const void *start, u64 bytes)
{
#if defined(__SANITIZE_ADDRESS__)
	__asan_unpoison_memory_region(start, bytes);
#endif
}

/* ---- Boot --------------------------------------------------------------------------- */

void host_boot_memory(u64 bytes)
{
	void *memory = mmap((void *)DIRECT_MAP, HOST_RAM, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (memory != (void *)DIRECT_MAP) {
		perror("mmap");
		exit(1);
	}
	boot_record.regions = 1;
	boot_record.region[0] = (struct boot_region){ MIB, MIB + bytes };
	boot_record.ram_end = MIB + bytes;
	memset(memory, 0xaa, MIB + bytes); /* nobody may rely on zeros */
	frame_init();
	host_poison(phys_to_virt(boot_record.region[0].start),
	    boot_record.region[0].end - boot_record.region[0].start);
	host.tsc = boot_tsc_entry + 1000;
	tlb_boot();
}

/* ---- Ends --------------------------------------------------------------------------- */

static _Noreturn void end(int status)
{
	host.status = status;
	if (host.on_end)
		longjmp(*host.on_end, 1);
	if (host.explain)
		host.explain();
	if (status == 99) {
		fprintf(stderr, "kernel panic: %s\n", host.panic);
		fflush(stdout);
#if defined(__SANITIZE_ADDRESS__)
		__sanitizer_print_stack_trace();
#endif
		abort();
	}
	fprintf(stderr, "the machine was turned off, status %d\n", status);
	exit(1);
}

_Noreturn void panic(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(host.panic, sizeof(host.panic), format, arguments);
	va_end(arguments);
	end(99);
}

_Noreturn void machine_reboot(void)
{
	end(-3);
}

_Noreturn void machine_poweroff(int status)
{
	end(status);
}

_Noreturn void machine_halt(void)
{
	end(-2);
}

/* ---- Processors --------------------------------------------------------------------- */

unsigned machine_cpu(void)
{
	return host.cpu;
}

void machine_on(u64 cpus, void (*function)(u64), u64 argument)
{
	unsigned self = host.cpu;

	for (host.cpu = 0; host.cpu < CPUS_MAX; host.cpu++)
		if (cpus >> host.cpu & 1)
			function(argument);
	host.cpu = self;
}

/* ---- Threads ------------------------------------------------------------------------ */

void machine_regs_init(struct regs *regs, u64 entry, u64 stack)
{
	*regs = (struct regs){ .vector = ENTRY_NEW,
		.rip = entry,
		.cs = 0x23,
		.rflags = 0x202,
		.rsp = stack,
		.ss = 0x1b };
}

void machine_thread_init(struct machine_thread *state)
{
	state->tls = 0;
	state->special.any = 0;
}

static bool short_cut, short_cut_held;

void machine_hold_short_cut(bool held)
{
	short_cut_held = held;
	host.short_cut = short_cut && !held;
}

void machine_short_cut(bool on)
{
	short_cut = on;
	host.short_cut = on && !short_cut_held;
}

void machine_switch(struct thread *next, struct machine_thread *old, struct machine_thread *new)
{
	if (old) /* as the real one: both are read */
		old->fpu[0] ^= new->fpu[0] & 0;
}

void machine_fpu_first_use(struct machine_thread *state)
{
	state->special.uses_fpu = true;
}

bool machine_set_tls(struct machine_thread *state, bool running, u64 base)
{
	if (base >= 1ull << 47)
		return false;
	state->tls = base;
	state->special.has_tls = base != 0;
	return true;
}

/* ---- Time --------------------------------------------------------------------------- */

u64 machine_tsc(void)
{
	return host.tsc;
}

void machine_timer_arm(u64 tsc)
{
	host.timer = tsc;
	host.timer_arms++;
}

void machine_timer_disarm(void)
{
	host.timer = UINT64_MAX;
}

void machine_timer_done(void)
{
	host.timer = UINT64_MAX; /* one shot */
}

/* A tick is a nanosecond; to have it rounded up, as clock.h does, one is taken away here. */
u64 clock_tsc_per_ns = 1ull << CLOCK_SHIFT;

u64 clock_from_tsc(u64 tsc)
{
	return tsc - boot_tsc_entry - 1;
}

u64 clock_now(void)
{
	return clock_from_tsc(host.tsc);
}

u64 clock_tsc_hz(void)
{
	return 1000000000; /* a tick is a nanosecond */
}

paddr clock_time_page(void)
{
	return TIME_FRAME;
}

/* Time goes on to whatever the timer is armed for. */
void machine_wait_for_interrupt(void)
{
	if (host.idle) {
		host.idle();
		return;
	}
	if (host.timer == UINT64_MAX)
		panic("nobody can run and no timer is armed: the machine would sleep for ever");
	host.tsc = MAX(host.tsc, host.timer);
	trap_idle(VECTOR_TIMER);
}

void machine_take_interrupts(void)
{
	if (host.timer <= host.tsc)
		trap_idle(VECTOR_TIMER);
}

/* ---- Devices ------------------------------------------------------------------------ */

u64 machine_fault_address(void)
{
	return host.fault_address;
}

void machine_irq_mask(unsigned line)
{
	host.masked[line] = true;
}

void machine_irq_unmask(unsigned line)
{
	host.masked[line] = false;
}

bool machine_irq_spurious(unsigned line)
{
	return host.spurious;
}

void machine_irq_done(unsigned line)
{
}

u32 machine_port_in(u16 port, unsigned width)
{
	return host.port_value;
}

void machine_port_out(u16 port, unsigned width, u32 value)
{
	host.port_value = value;
}

void machine_log(char c)
{
	static int loud = -1;

	if (loud < 0)
		loud = getenv("LOG") != NULL;
	if (loud)
		fputc(c, stderr);
}

void machine_console(char c)
{
}

/* ---- Translation: a file of its own to read, but in every test that has a machine --------- */

#include "machine_tlb.c"
