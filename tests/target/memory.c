/* Memory objects and their windows: two windows of one object show the same bytes; deleting or
 * revoking a capability takes away exactly what was mapped through it; protections are kept; ranges
 * that make no sense are refused. Everything is mapped at WINDOW and behind. */
#include "lib/story.h"
#include <string.h>

#define RW       PROT_READ | PROT_WRITE
#define AT(page) (WINDOW + (page) * (uint64_t)PAGE_SIZE)
#define PAGE(n)  ((n) * (uint64_t)PAGE_SIZE)

static cap_t four; /* an object of four pages */

static volatile char *byte(uint64_t address)
{
	return (volatile char *)address;
}

static void read_byte(void *at)
{
	(void)*(volatile char *)at;
}

static void write_byte(void *at)
{
	*(volatile char *)at = 1;
}

static void run_code(void *at)
{
	((void (*)(void))at)();
}

static bool readable(uint64_t address)
{
	return !fault_of(read_byte, (void *)address).happened;
}

static bool writable(uint64_t address)
{
	return !fault_of(write_byte, (void *)address).happened;
}

/* ---- The ordinary course -------------------------------------------------------------- */

static void windows(void)
{
	is(mem_map(four, 0, AT(0), 0, PAGE(4), RW), 0, "mem_map: four pages");
	is(mem_map(four, 0, AT(8), PAGE(1), PAGE(2), PROT_READ), 0,
	    "mem_map: two of them once more");
	*byte(AT(1)) = 'x';
	is(*byte(AT(8)), 'x', "two windows show the same page");
	ok(readable(AT(9)) && !readable(AT(10)), "a window ends where it ends");
	ok(!writable(AT(8)), "the second is read-only");
	is(mem_unmap(0, AT(0), PAGE(4)), 0, "mem_unmap: the first window");
	ok(!readable(AT(0)) && !readable(AT(3)), "mem_unmap: its pages are gone");
	is(*byte(AT(8)), 'x', "mem_unmap: the other window is as it was");
	is(mem_unmap(0, AT(0), PAGE(100)), 0, "mem_unmap: all windows in a range");
	ok(!readable(AT(8)), "mem_unmap: the second is gone too");
	is(mem_unmap(0, AT(0), PAGE(100)), 0, "mem_unmap: of nothing, no harm");
	mem_map(four, 0, AT(0), 0, PAGE(4), PROT_READ);
	is(*byte(AT(1)), 'x', "what was written stays in the object");
	mem_unmap(0, AT(0), PAGE(4));
}

static void protections(void)
{
	struct fault f;

	mem_map(four, 0, AT(0), 0, PAGE(4), RW);
	*byte(AT(0)) = (char)0xc3; /* RET */
	f = fault_of(run_code, (void *)AT(0));
	ok(f.happened && f.vector == 14 && (f.error & 16), "a data page is not executable");
	is(mem_protect(0, AT(0), PAGE(4), PROT_READ | PROT_EXEC), 0, "mem_protect: executable");
	ok(!fault_of(run_code, (void *)AT(0)).happened, "mem_protect: its code runs");
	ok(!writable(AT(0)), "mem_protect: and cannot be written any more");
	is(mem_protect(0, AT(0), PAGE(4), RW), 0, "mem_protect: writable again");
	ok(writable(AT(3)), "mem_protect: it is");
	ok(fault_of(run_code, (void *)AT(0)).happened, "mem_protect: and not executable any more");
	mem_unmap(0, AT(0), PAGE(4));
}

static void zeros(void)
{
	uint64_t sum = 0;
	cap_t memory;

	for (int round = 0; round < 4; round++) {
		memory = map_pages(AT(0), 64);
		for (uint64_t at = AT(0); at < AT(64); at += 8)
			sum |= *(uint64_t *)at;
		memset((void *)AT(0), 0xa5, PAGE(64));
		cap_delete(memory);
	}
	is((int64_t)sum, 0, "mem_create: fresh memory is zeros, also what others have left");
}

/* 16 MiB are mapped in 256 kernel entries. */
static void large(void)
{
	const uint64_t frames = settled_frames();
	int64_t memory = mem_create(16 << 20);
	uint64_t sum = 0;

	ok(memory > 0, "mem_create: 16 MiB");
	is(mem_map((cap_t)memory, 0, AT(0), 0, 16 << 20, RW), 0,
	    "mem_map: in as many steps as it takes");
	for (uint64_t at = AT(0); at < AT(4096); at += PAGE_SIZE)
		sum += *(uint64_t *)at + 1;
	is((int64_t)sum, 4096, "mem_map: every page is there");
	is(mem_protect(0, AT(0), 16 << 20, PROT_READ), 0, "mem_protect: in many steps");
	ok(!writable(AT(0)) && !writable(AT(4095)), "mem_protect: from the first page to the last");
	is(cap_delete((cap_t)memory), 0, "cap_delete: in many steps");
	ok(!readable(AT(0)) && !readable(AT(4095)), "cap_delete: unmaps");
	ok(settled_frames() + 16 > frames, "cap_delete: the frames are free again");
}

/* A window goes with the capability it was made through, also in another space. */
static void goes_with_its_cap(void)
{
	cap_t copy = (cap_t)cap_mint(four, CAP_READ | CAP_TRANSFER, 0, 0);
	struct child c;
	unsigned windows;

	mem_map(four, 0, AT(0), 0, PAGE(1), RW);
	mem_map(copy, 0, AT(1), 0, PAGE(1), PROT_READ);
	cap_delete(copy);
	ok(readable(AT(0)) && !readable(AT(1)),
	    "cap_delete: unmaps what was mapped through it, nothing else");
	child_make(&c, 64);
	windows = space_info(0xc).windows;
	copy = (cap_t)cap_mint(four, CAP_READ, 0, 0);
	is(mem_map(copy, c.space, AT(2), 0, PAGE(1), PROT_READ), 0, "mem_map: into another space");
	is(space_info(0xc).windows, windows + 1, "kernel_info: a window more over there");
	cap_revoke(four);
	is(space_info(0xc).windows, windows, "cap_revoke: unmaps over there");
	is(mem_unmap(c.space, SHARED, SHARED_BYTES), 0, "mem_unmap: in another space");
	is(mem_protect(c.space, SHARED, SHARED_BYTES, PROT_READ), -EINVAL,
	    "mem_protect EINVAL: nothing is mapped there");
	child_end(&c);
	mem_unmap(0, AT(0), PAGE(1));
}

/* ---- Errors --------------------------------------------------------------------------- */

static void bad_handles(void)
{
	cap_t reader = (cap_t)cap_mint(four, CAP_READ, 0, 0),
	      writer = (cap_t)cap_mint(four, CAP_WRITE, 0, 0);
	cap_t runner = (cap_t)cap_mint(four, CAP_READ | CAP_EXECUTE, 0, 0);
	struct child c;
	cap_t blind;

	is(mem_map(NO_CAP, 0, AT(0), 0, PAGE(1), PROT_READ), -EBADF, "mem_map EBADF: the memory");
	is(mem_map(four, NO_CAP, AT(0), 0, PAGE(1), PROT_READ), -EBADF, "mem_map EBADF: the space");
	is(mem_map(writer, 0, AT(0), 0, PAGE(1), RW), -EPERM, "mem_map EPERM: without CAP_READ");
	is(mem_map(reader, 0, AT(0), 0, PAGE(1), RW), -EPERM,
	    "mem_map EPERM: writable without CAP_WRITE");
	is(mem_map(reader, 0, AT(0), 0, PAGE(1), PROT_READ | PROT_EXEC), -EPERM,
	    "mem_map EPERM: executable without CAP_EXECUTE");
	is(mem_map(runner, 0, AT(0), 0, PAGE(1), PROT_READ | PROT_EXEC), 0,
	    "mem_map: executable with it");
	is(mem_protect(0, AT(0), PAGE(1), RW), -EPERM,
	    "mem_protect EPERM: writable without CAP_WRITE");
	mem_map(four, 0, AT(1), 0, PAGE(1), PROT_READ);
	mem_map(reader, 0, AT(2), 0, PAGE(1), PROT_READ);
	is(mem_protect(0, AT(1), PAGE(2), RW), -EPERM,
	    "mem_protect EPERM: the second of two windows");
	ok(!writable(AT(1)), "mem_protect EPERM: the first is as it was");
	is(mem_map(four, four, AT(4), 0, PAGE(1), PROT_READ), -EPERM,
	    "mem_map EPERM: the space is not one");
	is(mem_unmap(NO_CAP, AT(0), PAGE(1)), -EBADF, "mem_unmap EBADF: the space");
	is(mem_unmap(four, AT(0), PAGE(1)), -EPERM, "mem_unmap EPERM: the space is not one");
	is(mem_protect(NO_CAP, AT(0), PAGE(1), RW), -EBADF, "mem_protect EBADF: the space");
	is(mem_protect(four, AT(0), PAGE(1), RW), -EPERM,
	    "mem_protect EPERM: the space is not one");
	child_make(&c, 64);
	blind = (cap_t)cap_mint(c.space, CAP_TRANSFER, 0, 0);
	is(mem_map(four, blind, AT(0), 0, PAGE(1), PROT_READ), -EPERM,
	    "mem_map EPERM: a space without CAP_SPACE");
	space_destroy(c.space);
	is(mem_map(four, c.space, AT(0), 0, PAGE(1), PROT_READ), -EPIPE,
	    "mem_map EPIPE: the space is dead");
	is(mem_unmap(c.space, AT(0), PAGE(1)), -EPIPE, "mem_unmap EPIPE: the space is dead");
	is(mem_protect(c.space, AT(0), PAGE(1), RW), -EPIPE,
	    "mem_protect EPIPE: the space is dead");
	child_end(&c);
	cap_delete(blind);
	cap_delete(reader);
	cap_delete(writer);
	cap_delete(runner);
	mem_unmap(0, AT(0), PAGE(8));
}

static const struct {
	const char *what;
	uint64_t address, length;
} ranges[] = {
	{ "address not of a page", WINDOW + 1, PAGE_SIZE },
	{ "length not of pages", WINDOW, PAGE_SIZE + 1 },
	{ "length 0", WINDOW, 0 },
	{ "page 0", 0, PAGE_SIZE },
	{ "the time page", TIME_PAGE, PAGE_SIZE },
	{ "across the end of user space", USER_END - PAGE_SIZE, PAGE(2) },
	{ "M5 the last user page", 0x00007ffffffff000, PAGE_SIZE },
	{ "M4 non-canonical", NON_CANONICAL, PAGE_SIZE },
	{ "M3 kernel", KERNEL_START, PAGE_SIZE },
	{ "M5 wraps around", 0xfffffffffffff000, PAGE(2) },
	{ "M6 length 2^64 less a page", WINDOW, 0xfffffffffffff000 },
	{ "M6 more than 1 GiB", WINDOW, MAP_MAX + PAGE_SIZE },
};

static void bad_ranges(void)
{
	for (unsigned i = 0; i < COUNT(ranges); i++) {
		is(mem_map(four, 0, ranges[i].address, 0, ranges[i].length, PROT_READ), -EINVAL,
		    "mem_map EINVAL: %s", ranges[i].what);
		is(mem_unmap(0, ranges[i].address, ranges[i].length), -EINVAL,
		    "mem_unmap EINVAL: %s", ranges[i].what);
		is(mem_protect(0, ranges[i].address, ranges[i].length, PROT_READ), -EINVAL,
		    "mem_protect EINVAL: %s", ranges[i].what);
	}
	is(mem_map(four, 0, AT(0), 1, PAGE(1), PROT_READ), -EINVAL,
	    "mem_map EINVAL: offset not of a page");
	is(mem_map(four, 0, AT(0), PAGE(4), PAGE(1), PROT_READ), -EINVAL,
	    "mem_map EINVAL: offset at the end");
	is(mem_map(four, 0, AT(0), PAGE(3), PAGE(2), PROT_READ), -EINVAL,
	    "mem_map EINVAL: past the end");
	is(mem_map(four, 0, AT(0), -PAGE(1), PAGE(1), PROT_READ), -EINVAL,
	    "mem_map EINVAL: M6 offset 2^64 less a page");
	is(mem_create(0), -EINVAL, "mem_create EINVAL: 0 bytes");
	is(mem_create(PAGE_SIZE - 1), -EINVAL, "mem_create EINVAL: not of pages");
	is(mem_create(MEM_MAX + PAGE_SIZE), -EINVAL, "mem_create EINVAL: M6 more than 1 GiB");
	is(mem_create(UINT64_MAX), -EINVAL, "mem_create EINVAL: M6 2^64-1 bytes");
	is(mem_create(MEM_MAX), -ENOMEM, "mem_create ENOMEM: more than the quota");
}

static void bad_protections(void)
{
	static const unsigned wrong[] = { 0, PROT_WRITE, PROT_EXEC,
		PROT_READ | PROT_WRITE | PROT_EXEC, PROT_READ | 8, ~0u };

	mem_map(four, 0, AT(0), 0, PAGE(1), PROT_READ);
	for (unsigned i = 0; i < COUNT(wrong); i++) {
		is(mem_map(four, 0, AT(1), 0, PAGE(1), wrong[i]), -EINVAL,
		    "mem_map EINVAL: protection %x", wrong[i]);
		is(mem_protect(0, AT(0), PAGE(1), wrong[i]), -EINVAL,
		    "mem_protect EINVAL: protection %x", wrong[i]);
	}
	mem_unmap(0, AT(0), PAGE(1));
}

static void overlaps(void)
{
	static const struct {
		uint64_t page, pages;
	} over[] = { { 4, 1 }, { 3, 2 }, { 7, 2 }, { 3, 4 }, { 5, 1 } };

	cap_t eight = (cap_t)mem_create(PAGE(8));

	mem_map(eight, 0, AT(4), 0, PAGE(4), PROT_READ);
	for (unsigned i = 0; i < COUNT(over); i++)
		is(mem_map(eight, 0, AT(over[i].page), 0, PAGE(over[i].pages), PROT_READ), -EEXIST,
		    "mem_map EEXIST: pages %lu to %lu over 4 to 7", over[i].page,
		    over[i].page + over[i].pages - 1);
	is(mem_map(eight, 0, AT(4), 0, PAGE(4), PROT_READ), -EEXIST,
	    "mem_map EEXIST: the same again");
	is(mem_unmap(0, AT(4), PAGE(3)), -EINVAL, "mem_unmap EINVAL: cuts a window's end off");
	is(mem_unmap(0, AT(5), PAGE(8)), -EINVAL, "mem_unmap EINVAL: cuts a window's start off");
	is(mem_protect(0, AT(4), PAGE(3), RW), -EINVAL,
	    "mem_protect EINVAL: cuts a window's end off");
	is(mem_protect(0, AT(20), PAGE(3), RW), -EINVAL,
	    "mem_protect EINVAL: nothing is mapped there");
	cap_delete(eight);
}

static void many_windows(void)
{
	const unsigned before = space_info(0).windows;
	uint64_t count = 0;
	int error;

	while ((error = mem_map(four, 0, AT(2 * count), 0, PAGE(1), PROT_READ)) == 0)
		count++;
	is(error, -ENOSPC, "mem_map ENOSPC: no more windows");
	is((int64_t)count + before, 256, "mem_map ENOSPC: a space has 256");
	is(mem_protect(0, AT(0), PAGE(2 * count), RW), 0, "mem_protect: all of them");
	is(mem_unmap(0, AT(0), PAGE(2 * count)), 0, "mem_unmap: all of them");
	is(space_info(0).windows, before, "as many windows as before");
}

int main(void)
{
	four = (cap_t)mem_create(PAGE(4));
	windows();
	protections();
	zeros();
	large();
	goes_with_its_cap();
	bad_handles();
	bad_ranges();
	bad_protections();
	overlaps();
	many_windows();
	return tap_done();
}
