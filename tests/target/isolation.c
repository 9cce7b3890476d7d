/* Isolation: whatever address a program reads, writes or executes that was not given to it, a fault
 * message comes, and nothing else happens. main is the pager; each attempt is a thread of its own
 * that main then kills. Tried are all pages that the kernel has mapped, what lies at every boundary
 * and across it, 100,000 random addresses, and windows of other processes, from outside and, after
 * they were unmapped, from inside.
 *
 * That all pages of the kernel are among those tried is what tests/boot/isolation_pages.py sees to:
 * it reads the notes "kernel" and "mapped", and the kernel's page tables.
 *
 * GROUP: space
 * TIMEOUT: 40 */
#include "lib/story.h"
#include <string.h>

#define SMALL  ((uint64_t)PAGE_SIZE)
#define LARGE  (2ull << 20)
#define IMAGE  0xffffffff80000000
#define RANDOM 100000

enum { BREAKPOINT = 3, PROTECTION = 13, PAGE_FAULT = 14 };
/* Bits of a page fault's error code (Intel SDM vol. 3, 4.7). */
enum { PRESENT = 1, WRITE = 2, USER = 4, FETCH = 16 };

/* Eight bytes at the argument, without a stack. What is not stopped comes to a breakpoint. */
void try_read(void), try_write(void), try_execute(void);
__asm__(".pushsection .text.try, \"ax\"\n"
	"try_read:	mov (%rdi), %rax; int3\n"
	"try_write:	mov %rax, (%rdi); int3\n"
	"try_execute:	jmp *%rdi\n"
	".popsection\n");

static const struct way {
	const char *name;
	void (*code)(void);
	uint64_t error, relevant; /* error code of a page fault, of these bits */
} ways[] = { { "read", try_read, USER, USER | WRITE },
	{ "write", try_write, USER | WRITE, USER | WRITE },
	/* Where CR4.SMEP is 0 the processor may leave FETCH out. */
	{ "execute", try_execute, USER, USER | WRITE } };

static cap_t pager;
static uint64_t attempts;
static unsigned told; /* failures that were noted */

/* ---- One attempt ------------------------------------------------------------------------ */

static bool canonical(uint64_t address)
{
	return address + NON_CANONICAL < 2 * NON_CANONICAL;
}

/* The fault that it ends in. */
static struct fault attempt(cap_t space, const struct way *way, uint64_t address)
{
	int64_t thread = thread_create(
	    space, (uint64_t)way->code, 0, address, (unsigned)(own_priority() + HIGHER), pager);
	struct msg m = { 0 };
	struct fault fault;

	if (thread < 0)
		bail_out("no thread: %s", error_name((int)-thread));
	thread_start((cap_t)thread);
	attempts++;
	if (ipc_recv(pager, &m, time_in_ms(2000)) != 0)
		bail_out("%s at %lx: no message", way->name, address);
	fault = (struct fault){ MSG_OP(m.label) == FAULT_OP, m.word[0], m.word[1], m.word[2],
		m.word[3], m.word[4], m.badge };
	m.label = MSG_LABEL(1, 0, 0, 0); /* kill it */
	ipc_reply(m.token, &m);
	cap_delete((cap_t)thread);
	return fault;
}

/* It is the fault of this attempt, at the first of its bytes that is not to be had: `at`. A jump to
 * an address that is none is stopped at the jump; QEMU's TCG takes it first. */
static bool right_fault(const struct fault *f, const struct way *way, uint64_t at)
{
	const bool there = way->code == try_execute && f->ip == at,
		   here = f->ip == (uint64_t)way->code;

	if (!canonical(at))
		return f->happened && f->vector == PROTECTION && (here || there);
	return f->happened && f->vector == PAGE_FAULT && f->address == at &&
	    (f->error & way->relevant) == way->error && (way->code == try_execute ? there : here);
}

static bool stopped(cap_t space, const struct way *way, uint64_t address, uint64_t at, bool *mapped)
{
	struct fault f = attempt(space, way, address);

	if (mapped)
		*mapped = f.vector == PAGE_FAULT && f.error & PRESENT;
	if (right_fault(&f, way, at))
		return true;
	if (told++ < 10)
		note("%s at %lx: vector %lu, error %lx, address %lx, instruction %lx", way->name,
		    address, f.vector, f.error, f.address, f.ip);
	return false;
}

/* All three ways. mapped: whether there is a page, if one only could. */
static bool closed(cap_t space, uint64_t address, bool *mapped)
{
	bool all = true;

	for (unsigned i = 0; i < COUNT(ways); i++)
		all &= stopped(space, &ways[i], address, address, mapped);
	return all;
}

/* ---- The kernel's half ------------------------------------------------------------------ */

/* The fault's error code tells which pages are there. Notes them as ranges. */
static unsigned try_pages(uint64_t start, uint64_t end, uint64_t step, bool *all)
{
	uint64_t first = 0;
	unsigned count = 0;
	bool open = false;

	note("kernel %lx %lx %lx", start, end, step);
	for (uint64_t at = start; at != end; at += step) {
		bool mapped;

		*all &= closed(0, at, &mapped);
		if (mapped != open && mapped)
			first = at;
		else if (mapped != open)
			note("mapped %lx %lx %lx", first, at, step);
		open = mapped;
		count += mapped;
	}
	if (open)
		note("mapped %lx %lx %lx", first, end, step);
	return count;
}

/* All of memory is mapped there in pages of 2 MiB and more, but around the kernel's image; so is
 * the image, and nothing else (kernel/x86/kernelmap.c). */
static void kernel_pages(void)
{
	bool all = true;
	unsigned count = try_pages(KERNEL_START, KERNEL_START + 2 * LARGE, SMALL, &all);

	count += try_pages(KERNEL_START + 2 * LARGE, KERNEL_START + (4ull << 30), LARGE, &all);
	count += try_pages(IMAGE, IMAGE + 2 * LARGE, SMALL, &all);
	ok(count > 500, "%u mapped pages of the kernel tried", count);
	ok(all, "each stops who reads, writes or executes");
}

/* ---- Boundaries ------------------------------------------------------------------------- */

static void boundaries(void)
{
	static const uint64_t each[] = { 0, 1, SMALL - 8, UNMAPPED, USER_END - SMALL, USER_END - 8,
		TIME_PAGE + SMALL, NON_CANONICAL - 8, NON_CANONICAL, NON_CANONICAL + 1,
		KERNEL_START - 8, KERNEL_START - 1, KERNEL_START, KERNEL_START + 1, IMAGE - 8,
		IMAGE, 0xffffffffc0000000, UINT64_MAX - 4095, UINT64_MAX - 7 };
	bool all = true;

	for (unsigned i = 0; i < COUNT(each); i++)
		all &= closed(0, each[i], NULL);
	ok(all, "%u boundaries: from the null page to the last bytes", (unsigned)COUNT(each));
	ok(attempt(0, &ways[0], TIME_PAGE).vector == BREAKPOINT &&
		stopped(0, &ways[1], TIME_PAGE, TIME_PAGE, NULL) &&
		stopped(0, &ways[2], TIME_PAGE, TIME_PAGE, NULL),
	    "the time page can be read, and that is all");
}

/* Half of the eight bytes are ours. */
static void across(void)
{
	cap_t memory = map_pages(WINDOW, 1);
	volatile uint32_t *last = (volatile uint32_t *)(WINDOW + SMALL - 4);

	*last = 0xa701;
	ok(stopped(0, &ways[0], WINDOW + SMALL - 4, WINDOW + SMALL, NULL) &&
		stopped(0, &ways[1], WINDOW + SMALL - 4, WINDOW + SMALL, NULL),
	    "across the end of a window: stopped");
	ok(stopped(0, &ways[1], WINDOW - 4, WINDOW - 4, NULL), "across its start: stopped");
	ok(*last == 0xa701 && *(volatile uint32_t *)WINDOW == 0, "and nothing of it is written");
	unmap_pages(memory);
}

/* ---- Random addresses ------------------------------------------------------------------- */

static uint64_t random_number(void)
{
	static uint64_t random = 88172645463325252;

	random ^= random << 13;
	random ^= random >> 7;
	return random ^= random << 17;
}

/* In turn: any number that is no user address, the kernel's half, its image, the memory it has
 * mapped. Aligned, so that all eight bytes are of one page. */
static uint64_t random_address(unsigned i)
{
	const uint64_t random = random_number() & ~7ull;

	switch (i % 4) {
	case 0:
		return random | 1ull << 63;
	case 1:
		return KERNEL_START | random % NON_CANONICAL;
	case 2:
		return IMAGE + random % LARGE;
	default:
		return KERNEL_START + random % (256ull << 20);
	}
}

static void random_addresses(unsigned count)
{
	bool all = true;

	for (unsigned i = 0; i < count; i++)
		all &= closed(0, random_address(i), NULL);
	ok(all, "%u random addresses: each stops who reads, writes or executes", count);
}

/* ---- Other processes' windows ----------------------------------------------------------- */

enum { PAGES = 8 };
#define OURS (WINDOW + PAGES * SMALL) /* of the same page table, which is there by then */

/* In the child: uses all pages of the window, so that the TLB has them. */
static void use_window(uint64_t argument)
{
	for (unsigned i = 0; i < PAGES; i++)
		*(volatile uint64_t *)(WINDOW + i * SMALL) += 1;
	*(volatile uint64_t *)SHARED += 1;
	child_exit();
}

static bool used(struct child *c)
{
	int64_t thread;
	bool done;

	*(volatile uint64_t *)SHARED = 0;
	c->stacks = 0; /* the one before has ended */
	thread = child_start(c, use_window, 0, HIGHER, 0);
	done = dead((cap_t)thread);
	cap_delete((cap_t)thread);
	return done && *(volatile uint64_t *)SHARED == 1;
}

static bool window_closed(cap_t space)
{
	bool all = true, mapped;

	for (unsigned i = 0; i < PAGES; i++)
		all &= closed(space, WINDOW + i * SMALL, &mapped) && !mapped;
	return all;
}

static void others_windows(void)
{
	cap_t memory = map_pages(OURS, PAGES), copy;
	volatile uint64_t *ours = (volatile uint64_t *)(OURS);
	struct child c;
	bool same = true;

	child_make(&c, 64);
	copy = (cap_t)cap_mint(memory, CAP_READ | CAP_WRITE, 0, 0);
	for (unsigned way = 0; way < 3; way++) {
		mem_map(copy, c.space, WINDOW, 0, PAGES * SMALL, PROT_READ | PROT_WRITE);
		ok(used(&c), "a child uses a window");
		ok(window_closed(0), "which is none of ours");
		if (way == 0)
			mem_unmap(c.space, WINDOW, PAGES * SMALL);
		else if (way == 1)
			cap_delete(copy);
		else
			cap_revoke(memory);
		ok(window_closed(c.space), "%s: the child has lost it",
		    way == 0       ? "unmapped"
			: way == 1 ? "the capability deleted"
				   : "revoked");
		if (way == 1)
			copy = (cap_t)cap_mint(memory, CAP_READ | CAP_WRITE, 0, 0);
	}
	for (unsigned i = 0; i < PAGES * SMALL / 8; i++)
		same &= ours[i] == (i % (SMALL / 8) ? 0 : 3);
	ok(same, "what it wrote, and nothing else, stands in the memory");
	child_end(&c);
	unmap_pages(memory);
}

/* ---- Nothing else changes --------------------------------------------------------------- */

/* Of the program's code and constants. */
static uint64_t checksum(void)
{
	extern const char __ehdr_start[], __etext[];
	uint64_t sum = 0;

	for (const char *at = __ehdr_start; at < __etext; at++)
		sum = sum * 31 + (unsigned char)*at;
	return sum;
}

int main(void)
{
	struct info_system before, after;
	uint64_t frames, sum = checksum();

	pager = (cap_t)endpoint_create();
	warm_up();
	across(); /* makes the page tables that are kept */
	closed(0, UNMAPPED, NULL);
	frames = settled_frames();
	before = system_info();
	attempts = 0;

	kernel_pages();
	boundaries();
	across();
	random_addresses(slow_kernel() ? RANDOM / 100 : RANDOM);
	others_windows();

	after = system_info();
	is((int64_t)(after.faults - before.faults), (int64_t)attempts,
	    "as many faults as attempts: %lu", attempts);
	is((int64_t)settled_frames(), (int64_t)frames, "all frames are where they were");
	ok(after.threads == before.threads && after.spaces == before.spaces,
	    "so are threads and spaces");
	ok(checksum() == sum, "the program's own code and constants are as they were");
	return tap_done();
}
