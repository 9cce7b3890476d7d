/* What user code must not reach: the kernel's half, whichever page of it, to read, write or run;
 * the null page; addresses that are none; code that can be written, data that can be run. Each
 * attempt is made by a thread of its own, whose fault is caught. */
#include "lib/story.h"
#include <atoll/startup.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_FAULT 14

static void read_it(void *at)
{
	(void)*(volatile char *)at;
}

static void write_it(void *at)
{
	*(volatile char *)at = 0;
}

static void run_it(void *at)
{
	((void (*)(void))at)();
}

static const struct {
	const char *what;
	void (*run)(void *at);
	uint64_t error; /* bits that a page fault's error code must have: user, write, fetch */
} ways[] = { { "read", read_it, 4 }, { "write", write_it, 6 }, { "execute", run_it, 4 } };

/* Whether all three ways to use the address fault. */
static bool closed(uint64_t address)
{
	for (unsigned i = 0; i < COUNT(ways); i++) {
		struct fault f = fault_of(ways[i].run, (void *)address);

		if (!f.happened ||
		    (f.vector == PAGE_FAULT && (f.error & ways[i].error) != ways[i].error)) {
			note("%s at %lx: %s, vector %lu, error %lx", ways[i].what, address,
			    f.happened ? "fault" : "no fault", f.vector, f.error);
			return false;
		}
	}
	return true;
}

static void places(void)
{
	static const struct {
		const char *what;
		uint64_t address;
	} each[] = { { "address 0", 0 }, { "end of the null page", 0xfff },
		{ "last user page", 0x00007ffffffff000 },
		{ "first non-canonical address", NON_CANONICAL },
		{ "last non-canonical address", 0xffff7fffffffffff },
		{ "direct map", KERNEL_START }, { "direct map, 1 MiB", KERNEL_START + 0x100000 },
		{ "direct map, the local APIC", KERNEL_START + 0xfee00000 },
		{ "the kernel's image", 0xffffffff80000000 },
		{ "the kernel's code", 0xffffffff80100000 }, { "the last byte", UINT64_MAX } };

	for (unsigned i = 0; i < COUNT(each); i++)
		ok(closed(each[i].address), "read, write, execute fault: %s", each[i].what);
}

static void everywhere(void)
{
	bool all = true;
	uint64_t random = 88172645463325252;

	for (uint64_t page = 0; page < 512 && all; page++)
		all = closed(0xffffffff80000000 + page * PAGE_SIZE);
	ok(all, "read, write, execute fault: each of the first 512 pages of the kernel's image");
	for (uint64_t i = 0; i < 256 && all; i++)
		all = closed(KERNEL_START + (i << 39) + 0x1000);
	ok(all, "read, write, execute fault: in each of the kernel's 256 top-level entries");
	for (unsigned i = 0; i < 500 && all; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		all = closed(random | 1ull << 63);
	}
	ok(all, "read, write, execute fault: 500 random addresses above user space");
}

/* ---- W^X in the program itself ----------------------------------------------------------- */

static const char constant[64] = "a constant";
static char data[64] = "data";
static char bss[64];

static void own_pages(void)
{
	char *heap = malloc(64), stack[64] = { 0 };
	static const uint8_t ret = 0xc3;
	const struct {
		const char *what;
		void *at;
		bool writable, executable;
	} each[] = { { "its code", (void *)(uintptr_t)own_pages, false, true },
		{ "constants", (void *)(uintptr_t)constant, false, false },
		{ "data", data, true, false }, { "zeroed data", bss, true, false },
		{ "heap", heap, true, false }, { "stack", stack, true, false },
		{ "the time page", (void *)TIME_PAGE, false, false },
		{ as_init() ? "boot info" : "the startup block",
		    as_init() ? (void *)BOOT_INFO : (void *)STARTUP, !as_init(), false } };

	for (unsigned i = 0; i < COUNT(each); i++) {
		struct fault w, x = { .happened = true };

		if (each[i].writable && i != COUNT(each) - 1)
			*(uint8_t *)each[i].at = ret;
		w = fault_of(write_it, (char *)each[i].at + 8);
		if (!each[i].executable)
			x = fault_of(run_it, each[i].at);
		ok(w.happened != each[i].writable, "%s: %s", each[i].what,
		    each[i].writable ? "writable" : "not writable");
		if (!each[i].executable)
			ok(x.happened && x.vector == PAGE_FAULT && (x.error & 16),
			    "%s: not executable", each[i].what);
	}
	free(heap);
}

static void stack_end(void)
{
	struct fault f;

	if (as_init()) {
		skip("init's stack lies elsewhere", "the page below the main stack is not there");
		return;
	}
	f = fault_of(read_it, (void *)(STACK_TOP - STACK_BYTES - 1));
	ok(f.happened && f.vector == PAGE_FAULT, "the page below the main stack is not there");
}

static void both(void)
{
	cap_t memory = (cap_t)mem_create(PAGE_SIZE);

	is(mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC), -EINVAL,
	    "mem_map EINVAL: writable and executable");
	mem_map(memory, 0, WINDOW, 0, PAGE_SIZE, PROT_READ | PROT_WRITE);
	is(mem_protect(0, WINDOW, PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC), -EINVAL,
	    "mem_protect EINVAL: writable and executable");
	*(uint8_t *)WINDOW = 0xc3;
	ok(fault_of(run_it, (void *)WINDOW).happened, "mem_protect EINVAL: and it is not");
	cap_delete(memory);
}

int main(void)
{
	places();
	everywhere();
	own_pages();
	stack_end();
	both();
	return tap_done();
}
