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
#include "kernel/pagetable.h"

struct host host = { .timer = UINT64_MAX };
struct machine_features machine_features;
u64 boot_tsc_entry = 1 << 20;
__attribute__((weak)) struct boot_record boot_record; /* unless the test has multiboot.c */

/* Tests of the lower layers do without these. */
#pragma weak trap_idle
#pragma weak pagetable_find

#define MIB         (1ull << 20)
#define TIME_FRAME  0x3000 /* stands for the kernel image's page with struct time_page */
#define KERNEL_ROOT 0x4000

static u64 kernel_half[256];

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
	memset(phys_to_virt(KERNEL_ROOT), 0, PAGE_SIZE);
	frame_init();
	host_poison(phys_to_virt(boot_record.region[0].start),
	    boot_record.region[0].end - boot_record.region[0].start);
	for (unsigned i = 0; i < 256; i++)
		kernel_half[i] = i == 255 ? 0x5000 | PTE_PRESENT | PTE_WRITE : 0;
	host.tsc = boot_tsc_entry + 1000;
	host.cr3 = KERNEL_ROOT;
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

_Noreturn void machine_poweroff(int status)
{
	end(status);
}

_Noreturn void machine_halt(void)
{
	end(-2);
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
	state->uses_fpu = false;
}

void machine_switch(struct thread *next, struct machine_thread *old, struct machine_thread *new)
{
	if (old) /* as the real one: both are read */
		old->fpu[0] ^= new->fpu[0] & 0;
}

void machine_fpu_first_use(struct machine_thread *state)
{
	state->uses_fpu = true;
}

bool machine_set_tls(struct machine_thread *state, bool running, u64 base)
{
	if (base >= 1ull << 47)
		return false;
	state->tls = base;
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

u64 clock_from_tsc(u64 tsc)
{
	return (tsc - boot_tsc_entry);
}

u64 clock_now(void)
{
	return clock_from_tsc(host.tsc);
}

u64 clock_to_tsc(u64 ns)
{
	return ns >= UINT64_MAX - boot_tsc_entry ? UINT64_MAX : boot_tsc_entry + ns;
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

/* ---- Translation: a TLB with tags, as Intel's SDM (vol. 3, 4.10) allows it to be at its worst  */

#define TLB_ENTRIES 64
#define RECENT      8
#define TAG_MASK    0xfff

static struct {
	bool valid;
	u16 tag;
	u64 page;
	pte_t entry;
} tlb[TLB_ENTRIES];
static u64 recent[RECENT]; /* pages that speculation may fetch at any moment */
static unsigned recent_next, tlb_next;

static u16 current_tag(void)
{
	return host.pcid_on ? host.cr3 & TAG_MASK : 0;
}

static paddr current_root(void)
{
	return PTE_FRAME(host.cr3);
}

static pte_t walk(u64 page)
{
	const pte_t *entry = pagetable_find(current_root(), page);

	return entry && (*entry & PTE_PRESENT) ? *entry : 0;
}

static int lookup(u64 page)
{
	for (unsigned i = 0; i < TLB_ENTRIES; i++)
		if (tlb[i].valid && tlb[i].tag == current_tag() && tlb[i].page == page)
			return (int)i;
	return -1;
}

static void fetch(u64 page)
{
	pte_t entry = walk(page);

	if (!entry || lookup(page) >= 0)
		return;
	tlb_next = (tlb_next + 1) % TLB_ENTRIES;
	tlb[tlb_next].valid = true;
	tlb[tlb_next].tag = current_tag();
	tlb[tlb_next].page = page;
	tlb[tlb_next].entry = entry;
}

/* The processor may fetch any translation of the current tables at any time. */
static void speculate(void)
{
	for (unsigned i = 0; host.speculates && i < RECENT; i++)
		if (recent[i])
			fetch(recent[i]);
}

static void forget(bool any_tag, u16 tag, bool any_page, u64 page)
{
	for (unsigned i = 0; i < TLB_ENTRIES; i++)
		if ((any_tag || tlb[i].tag == tag) && (any_page || tlb[i].page == page))
			tlb[i].valid = false;
}

u64 host_touch(u64 address)
{
	u64 page = ALIGN_DOWN(address, PAGE_SIZE);
	int i;

	recent[recent_next++ % RECENT] = page;
	fetch(page);
	i = lookup(page);
	return i < 0 ? 0 : tlb[i].entry;
}

bool host_tlb_true(void)
{
	for (unsigned i = 0; i < TLB_ENTRIES; i++)
		if (tlb[i].valid && tlb[i].tag == current_tag() &&
		    tlb[i].entry != walk(tlb[i].page))
			return false;
	return true;
}

const u64 *machine_kernel_half(void)
{
	return kernel_half;
}

paddr machine_kernel_root(void)
{
	return KERNEL_ROOT;
}

void machine_load_cr3(u64 cr3)
{
	bool keep = cr3 & CR3_NO_FLUSH;

	speculate(); /* under the old tables, up to the last moment */
	if (!host.pcid_on && (cr3 & (CR3_NO_FLUSH | TAG_MASK)))
		panic("CR3 with a tag while CR4.PCIDE is 0");
	host.cr3 = cr3 & ~CR3_NO_FLUSH;
	host.cr3_loads++;
	if (!keep) {
		host.cr3_flushes++;
		forget(!host.pcid_on, current_tag(), true, 0);
	}
	speculate();
}

u64 machine_read_cr3(void)
{
	return host.cr3;
}

void machine_flush_page(u64 address)
{
	host.page_flushes++;
	forget(false, current_tag(), false, ALIGN_DOWN(address, PAGE_SIZE));
	speculate();
}

void machine_flush_pcid(u16 pcid)
{
	forget(false, pcid, true, 0);
	speculate();
}

void machine_flush_pcid_page(u16 pcid, u64 address)
{
	if (!machine_features.invpcid)
		panic("INVPCID on a processor without it");
	host.page_flushes++;
	forget(false, pcid, false, ALIGN_DOWN(address, PAGE_SIZE));
	speculate();
}

void machine_flush_all(void)
{
	host.full_flushes++;
	forget(true, 0, true, 0);
	speculate();
}

void machine_enable_pcid(void)
{
	if (host.cr3 & TAG_MASK)
		panic("CR4.PCIDE set while CR3 has a tag");
	host.pcid_on = true;
}
