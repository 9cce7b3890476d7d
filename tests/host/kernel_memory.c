// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// Memory objects and windows: what is mapped is what was asked for, never writable and executable
// at once, zero when first seen; what runs out of memory half-way leaves nothing; and no TLB keeps
// what was taken away.
#include "world.h"

#include "kernel/pagetable.h"

#define HERE 0x10000000ull
#define FAR  0x180000000000ull /* needs tables of its own */
#define RW   (PROT_READ | PROT_WRITE)
#define RX   (PROT_READ | PROT_EXEC)

static struct space *a, *b;
static struct thread *t, *u;

static void cast(void)
{
	a = new_space("a");
	b = new_space("b");
	t = new_thread(a, 10);
	u = new_thread(b, 10);
	space_load(a);
}

static cap_t make(u64 pages)
{
	s64 handle = SYS(t, mem_create, pages * PAGE_SIZE);

	EXPECT(handle > 0);
	return (cap_t)handle;
}

static s64 map(cap_t memory, uaddr address, u64 first, u64 pages, u64 prot)
{
	return SYS(t, mem_map, memory, 0, address, first * PAGE_SIZE, pages * PAGE_SIZE, prot);
}

static s64 unmap(uaddr address, u64 pages)
{
	return SYS(t, mem_unmap, 0, address, pages * PAGE_SIZE);
}

static s64 protect(uaddr address, u64 pages, u64 prot)
{
	return SYS(t, mem_protect, 0, address, pages * PAGE_SIZE, prot);
}

/* What the processor makes of an access in the loaded space. */
static bool may(uaddr address, u64 prot)
{
	u64 entry = host_touch(address);

	return (entry & PTE_PRESENT) && (entry & PTE_USER) &&
	    (!(prot & PROT_WRITE) || (entry & PTE_WRITE)) &&
	    (!(prot & PROT_EXEC) || !(entry & PTE_NX));
}

/* ---- Mapping ------------------------------------------------------------------------ */

static void zero_when_first_seen(void)
{
	static const u64 pages[] = { 1, 8, 9, 100, 600 };

	cast();
	for (unsigned i = 0; i < ARRAY_SIZE(pages); i++) {
		cap_t memory = make(pages[i]);
		u64 sum = 0;

		IS(map(memory, HERE, 0, pages[i], RW), 0);
		for (u64 p = 0; p < pages[i]; p++) {
			for (unsigned at_byte = 0; at_byte < PAGE_SIZE; at_byte += 8)
				sum |= *(u64 *)at(a, HERE + p * PAGE_SIZE + at_byte);
			memset(at(a, HERE + p * PAGE_SIZE), 0x5a, PAGE_SIZE); /* for whoever gets it
										 next */
		}
		IS(sum, 0);
		IS(unmap(HERE, pages[i]), 0);
		IS(SYS(t, cap_delete, memory), 0);
		settle();
	}
}

/* The clock's page: for everybody to read, for nobody to write, run or take away. */
static void time_page(void)
{
	u64 entry;

	cast();
	entry = *pagetable_find(a->root, TIME_PAGE);
	IS(entry, clock_time_page() | PTE_PRESENT | PTE_USER | PTE_NX);
	EXPECT(may(TIME_PAGE, PROT_READ) && !may(TIME_PAGE, PROT_WRITE));
}

/* Frames that the boot loader filled are shown, and never become the allocator's. */
static void borrowed(void)
{
	static const paddr start = 0x8000; /* below the first MiB: not the allocator's */
	unsigned budget = UINT32_MAX;
	u64 available;
	struct memory *memory;
	cap_t handle;

	cast();
	available = frame_available();
	for (u64 pages = 3; pages < 30; pages += 20) {
		memory = memory_borrow(start, pages, NULL);
		memset(phys_to_virt(start + 2 * PAGE_SIZE), 0x42, PAGE_SIZE);
		handle = give(a, &memory->object, CAP_READ | CAP_TRANSFER);
		IS(memory_map(cap_of(a, handle), a, HERE, 0, pages * PAGE_SIZE, PROT_READ, &budget),
		    0);
		IS(*at(a, HERE + 2 * PAGE_SIZE + 5), 0x42);
		IS(SYS(t, cap_delete, handle), 0);
		settle();
	}
	EXPECT(frame_available() <= available && frame_available() + 4 >= available); /* tables */
}

static void parts_and_places(void)
{
	cap_t memory;

	cast();
	memory = make(20);
	IS(map(memory, HERE, 0, 20, RW), 0);
	for (u64 p = 0; p < 20; p++)
		*at(a, HERE + p * PAGE_SIZE) = (u8)(p + 1);
	IS(map(memory, HERE + 0x100000, 5, 7, PROT_READ), 0);
	for (u64 p = 0; p < 7; p++)
		IS(*at(a, HERE + 0x100000 + p * PAGE_SIZE), p + 6);
	IS(map(memory, USER_START, 19, 1, PROT_READ), 0);
	IS(map(memory, USER_END - PAGE_SIZE, 3, 1, PROT_READ), 0);
	IS(*at(a, USER_START), 20);
	IS(*at(a, USER_END - PAGE_SIZE), 4);
	IS(map(memory, 0x8000000000 - PAGE_SIZE, 0, 2, PROT_READ), 0); /* across a border of tables
									  of each level */
	IS(*at(a, 0x8000000000), 2);
}

/* M6, and W^X */
static void map_errors(void)
{
	cap_t memory, read_only, dead;

	cast();
	memory = make(4);
	read_only = (cap_t)SYS(t, cap_mint, memory, CAP_READ);
	FAILS(t, -EBADF, mem_map, NO_CAP, 0, HERE, 0, PAGE_SIZE, RW);
	FAILS(t, -EBADF, mem_map, memory, NO_CAP, HERE, 0, PAGE_SIZE, RW);
	FAILS(t, -EPERM, mem_map, memory, memory, HERE, 0, PAGE_SIZE, RW);
	FAILS(t, -EPERM, mem_map, new_endpoint(a), 0, HERE, 0, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE + 1, 0, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, 0, 0, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, USER_END, 0, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, USER_END - PAGE_SIZE, 0, 2 * PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, 0x800000000000, 0, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, 0xffff800000000000, 0, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, 0ull - PAGE_SIZE, 0, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, 0, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, PAGE_SIZE + 1, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, MAP_MAX + PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, 0ull - PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 1, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 4 * PAGE_SIZE, PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, PAGE_SIZE, 4 * PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0ull - PAGE_SIZE, 2 * PAGE_SIZE, RW);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, PAGE_SIZE, 0);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, PAGE_SIZE, PROT_WRITE);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, PAGE_SIZE, RW | PROT_EXEC);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, PAGE_SIZE, 8 | PROT_READ);
	FAILS(t, -EINVAL, mem_map, memory, 0, HERE, 0, PAGE_SIZE, 1ull << 32 | PROT_READ);
	FAILS(t, -EPERM, mem_map, read_only, 0, HERE, 0, PAGE_SIZE, RW);
	FAILS(t, -EPERM, mem_map, read_only, 0, HERE, 0, PAGE_SIZE, RX);
	FAILS(t, -EINVAL, mem_create, 0);
	FAILS(t, -EINVAL, mem_create, 100);
	FAILS(t, -EINVAL, mem_create, MEM_MAX + PAGE_SIZE);
	FAILS(t, -EINVAL, mem_create, UINT64_MAX);
	FAILS(t, -ENOMEM, mem_create, MEM_MAX);
	IS(a->window_count, 1);
	dead = give_copy(a, memory, b, CAP_READ, 0);
	IS(SYS(u, mem_map, dead, 0, HERE, 0, PAGE_SIZE, PROT_READ), 0);
}

static void overlaps(void)
{
	cap_t memory;

	cast();
	memory = make(10);
	IS(map(memory, HERE, 0, 4, RW), 0);
	IS(map(memory, HERE + 6 * PAGE_SIZE, 0, 4, RW), 0);
	for (u64 first = 0; first < 12; first++)
		for (u64 pages = 1; pages < 8; pages++) {
			uaddr address = HERE - PAGE_SIZE + first * PAGE_SIZE;
			bool free = (first == 0 && pages == 1) || (first == 5 && pages <= 2) ||
			    (first == 6 && pages == 1) || first >= 11;

			if (!free)
				FAILS(t, -EEXIST, mem_map, memory, 0, address, 0, pages * PAGE_SIZE,
				    PROT_READ);
			else
				IS(map(memory, address, 0, pages, PROT_READ) ||
					unmap(address, pages),
				    0);
		}
}

static void too_many_windows(void)
{
	cap_t memory;
	u64 i = 0;
	s64 result;

	cast();
	memory = make(1);
	while (!(result = map(memory, HERE + i * 2 * PAGE_SIZE, 0, 1, PROT_READ)))
		i++;
	IS(result, -ENOSPC);
	IS(a->window_count, WINDOWS_MAX);
	IS(SYS(t, mem_unmap, 0, HERE, 2 * i * PAGE_SIZE), 0);
	IS(a->window_count, 1);
}

/* ---- Unmapping, protecting ---------------------------------------------------------- */

static void unmapped_and_forgotten(void)
{
	cap_t memory;

	cast();
	memory = make(4);
	IS(map(memory, HERE, 0, 2, RW), 0);
	IS(map(memory, HERE + 2 * PAGE_SIZE, 2, 2, RW), 0);
	EXPECT(may(HERE, RW) && may(HERE + 3 * PAGE_SIZE, RW) && !may(HERE, PROT_EXEC));
	FAILS(t, -EINVAL, mem_unmap, 0, HERE, PAGE_SIZE); /* cuts through a window */
	FAILS(t, -EINVAL, mem_unmap, 0, HERE + PAGE_SIZE, PAGE_SIZE);
	FAILS(t, -EINVAL, mem_unmap, 0, HERE + PAGE_SIZE, 3 * PAGE_SIZE);
	FAILS(t, -EINVAL, mem_unmap, 0, HERE, 3 * PAGE_SIZE);
	FAILS(t, -EINVAL, mem_unmap, 0, HERE, 0);
	FAILS(t, -EINVAL, mem_unmap, 0, HERE + 5, PAGE_SIZE);
	FAILS(t, -EINVAL, mem_unmap, 0, USER_END, PAGE_SIZE);
	FAILS(t, -EINVAL, mem_unmap, 0, TIME_PAGE, PAGE_SIZE);
	FAILS(t, -EBADF, mem_unmap, NO_CAP, HERE, PAGE_SIZE);
	EXPECT(may(HERE, RW));
	IS(unmap(HERE - PAGE_SIZE, 6), 0); /* both, and the emptiness around */
	EXPECT(!may(HERE, PROT_READ) && !may(HERE + 3 * PAGE_SIZE, PROT_READ) && host_tlb_true());
	IS(unmap(HERE, 4), 0); /* nothing there: fine */
}

static void protected_at_once(void)
{
	cap_t memory, weak;

	cast();
	memory = make(200);
	IS(map(memory, HERE, 0, 200, RW), 0);
	EXPECT(may(HERE, RW) && may(HERE + 199 * PAGE_SIZE, RW));
	IS(protect(HERE, 200, PROT_READ), 0);
	EXPECT(
	    !may(HERE, PROT_WRITE) && !may(HERE + 199 * PAGE_SIZE, PROT_WRITE) && host_tlb_true());
	IS(protect(HERE, 200, RX), 0);
	EXPECT(may(HERE, RX) && !may(HERE, PROT_WRITE) && host_tlb_true());
	IS(protect(HERE, 200, RW), 0);
	EXPECT(may(HERE, RW) && !may(HERE, PROT_EXEC) && host_tlb_true());
	FAILS(t, -EINVAL, mem_protect, 0, HERE, 200 * PAGE_SIZE, RW | PROT_EXEC);
	FAILS(t, -EINVAL, mem_protect, 0, HERE, 200 * PAGE_SIZE, 0);
	FAILS(t, -EINVAL, mem_protect, 0, HERE, 100 * PAGE_SIZE, PROT_READ);
	FAILS(t, -EINVAL, mem_protect, 0, HERE + 0x10000000, PAGE_SIZE, PROT_READ); /* nothing there
										     */
	FAILS(t, -EINVAL, mem_protect, 0, TIME_PAGE, PAGE_SIZE, RW);
	weak = (cap_t)SYS(t, cap_mint, memory, CAP_READ);
	IS(map(weak, HERE + 200 * PAGE_SIZE, 0, 1, PROT_READ), 0);
	FAILS(t, -EPERM, mem_protect, 0, HERE, 201 * PAGE_SIZE, RX); /* one of the two may not: none
									changes */
	EXPECT(may(HERE, RW));
	FAILS(t, -EPERM, mem_protect, 0, HERE + 200 * PAGE_SIZE, PAGE_SIZE, RW);
}

/* Of a space that is not loaded: its TLB entries must not come back to life when it is loaded
 * again. */
static void of_another_space(void)
{
	cap_t memory, to_b;

	cast();
	to_b = give(a, &b->object, CAP_SPACE);
	memory = make(4);
	IS(SYS(t, mem_map, memory, to_b, HERE, 0, 4 * PAGE_SIZE, RW), 0);
	IS(b->window_count, 2);
	space_load(b);
	EXPECT(may(HERE, RW) && may(HERE + PAGE_SIZE, RW));
	space_load(a);
	IS(SYS(t, mem_protect, to_b, HERE, 4 * PAGE_SIZE, PROT_READ), 0);
	space_load(b);
	EXPECT(may(HERE, PROT_READ) && !may(HERE, PROT_WRITE) && host_tlb_true());
	space_load(a);
	IS(SYS(t, cap_delete, memory), 0); /* the window goes with the capability, in whatever space
					    */
	space_load(b);
	EXPECT(!may(HERE, PROT_READ) && host_tlb_true());
	IS(b->window_count, 1);
}

/* ---- Steps -------------------------------------------------------------------------- */

static void in_steps(void)
{
	unsigned entries = 0;
	cap_t memory;

	cast();
	memory = make(1000);
	while (SYS_ONCE(t, mem_map, memory, 0, HERE, 0, 1000 * PAGE_SIZE, RW) == RESTART)
		entries++;
	IS(entries, 999 / 8);
	entries = 0;
	while (SYS_ONCE(t, mem_protect, 0, HERE, 1000 * PAGE_SIZE, PROT_READ) == RESTART)
		entries++;
	IS(entries, 999 / OBJECT_BUDGET);
	entries = 0;
	while (SYS_ONCE(t, mem_unmap, 0, HERE, 1000 * PAGE_SIZE) == RESTART)
		entries++;
	IS(entries, 999 / OBJECT_BUDGET);
}

/* Somebody else gets in between two steps. */
static void disturbed(void)
{
	struct thread *other;
	cap_t memory;

	cast();
	other = new_thread(a, 10);
	memory = make(200);
	IS(SYS_ONCE(t, mem_map, memory, 0, HERE, 0, 100 * PAGE_SIZE, RW), RESTART);
	/* it is all taken already, and who asks for something else does not go on with this */
	FAILS(other, -EEXIST, mem_map, memory, 0, HERE + 99 * PAGE_SIZE, 0, PAGE_SIZE, RW);
	FAILS(other, -EEXIST, mem_map, memory, 0, HERE, PAGE_SIZE, 100 * PAGE_SIZE, RW);
	FAILS(other, -EEXIST, mem_map, memory, 0, HERE, 0, 99 * PAGE_SIZE, RW);
	FAILS(other, -EEXIST, mem_map, memory, 0, HERE, 0, 100 * PAGE_SIZE, PROT_READ);
	IS(SYS(other, mem_unmap, 0, HERE, 100 * PAGE_SIZE), 0);
	IS(map(memory, HERE, 0, 100, RW), 0); /* begins anew */
	IS(SYS_ONCE(t, mem_protect, 0, HERE, 100 * PAGE_SIZE, PROT_READ), RESTART);
	IS(SYS(other, mem_protect, 0, HERE, 100 * PAGE_SIZE, RX), 0);
	IS(SYS(t, mem_protect, 0, HERE, 100 * PAGE_SIZE, PROT_READ), 0);
	for (u64 p = 0; p < 100; p++)
		EXPECT(!may(HERE + p * PAGE_SIZE, PROT_EXEC) &&
		    !may(HERE + p * PAGE_SIZE, PROT_WRITE));
	IS(SYS_ONCE(t, mem_unmap, 0, HERE, 100 * PAGE_SIZE), RESTART);
	FAILS(other, -EEXIST, mem_map, memory, 0, HERE, 0, 100 * PAGE_SIZE, PROT_READ);
	IS(SYS(other, cap_delete, memory), 0);
	IS(unmap(HERE, 100), 0);
}

/* The mapper dies half-way. What it mapped stays, and can be unmapped. */
static void left_half_way(void)
{
	struct thread *other;
	cap_t memory;

	cast();
	other = new_thread(a, 10);
	memory = make(100);
	IS(SYS_ONCE(t, mem_map, memory, 0, HERE, 0, 100 * PAGE_SIZE, RW), RESTART);
	kill_thread(t);
	t = other;
	EXPECT(may(HERE, RW) && !may(HERE + 99 * PAGE_SIZE, PROT_READ));
	IS(protect(HERE, 100, PROT_READ), 0);
	EXPECT(!may(HERE, PROT_WRITE));
	IS(unmap(HERE, 100), 0);
	IS(map(memory, HERE, 0, 100, RW), 0);
}

/* ---- Memory runs out ---------------------------------------------------------------- */

/* C10. Whichever allocation on the way fails: ENOMEM, and no window. */
static void memory_runs_out(void)
{
	u64 failing, pages;
	s64 result;

	cast();
	for (failing = 1;; failing++) {
		cap_t memory = make(40);

		host.fail_at = host.allocations + failing;
		pages = a->window_count;
		result = map(memory, 0x4000000000ull * failing, 0, 40, RW);
		if (host.allocations < host.fail_at) {
			host.fail_at = 0;
			IS(result, 0);
			break;
		}
		IS(result, -ENOMEM);
		IS(a->window_count, pages);
		host.fail_at = 0;
		IS(map(memory, 0x4000000000ull * failing, 0, 40, RW), 0); /* the same call, when
									     there is memory */
		IS(unmap(0x4000000000ull * failing, 40), 0);
		IS(SYS(t, cap_delete, memory), 0);
		settle();
	}
	EXPECT(failing > 40);
	printf("# each of %lu allocations failed once\n", (unsigned long)failing - 1);
}

/* It fails late in a long mapping: taking down is done in steps too, and the call says so only at
 * the end. */
static void runs_out_late(void)
{
	unsigned entries = 0;
	cap_t memory;
	s64 result;

	cast();
	memory = make(900);
	host.fail_at = host.allocations + 800;
	while ((result = SYS_ONCE(t, mem_map, memory, 0, HERE, 0, 900 * PAGE_SIZE, RW)) == RESTART)
		entries++;
	IS(result, -ENOMEM);
	EXPECT(host.failed && entries > 790 / 16 + 790 / 64 / 4);
	IS(a->window_count, 1);
}

static void quota_runs_out(void)
{
	cap_t memory;
	u64 used;

	cast();
	FAILS(t, -ENOMEM, mem_create, 3000 * PAGE_SIZE);
	memory = make(100);
	used = a->quota->used;
	a->quota->limit = used + 64; /* not even a window */
	FAILS(t, -ENOMEM, mem_map, memory, 0, FAR, 0, PAGE_SIZE, RW);
	a->quota->limit = used + 3 * PAGE_SIZE; /* a window and two of three tables */
	FAILS(t, -ENOMEM, mem_map, memory, 0, FAR, 0, PAGE_SIZE, RW);
	IS(a->window_count, 1);
	a->quota->limit = UINT32_MAX;
	IS(map(memory, HERE, 0, 100, RW), 0);
}

/* Objects with few pages have the most tables for each. Nothing that they take is anybody else's.
 */
static void tables_are_paid_for(void)
{
	static const u64 pages[] = { 8, 9, 512, 513, 1025 };

	for (unsigned i = 0; i < ARRAY_SIZE(pages); i++) {
		u64 frames, used;
		cap_t memory;

		cast();
		settle();
		frames = frame_available();
		used = a->quota->used;
		memory = make(pages[i]);
		IS(map(memory, HERE, 0, pages[i], RW), 0);
		EXPECT((frames - frame_available()) * PAGE_SIZE <=
		    a->quota->used - used + PAGE_SIZE); /* a pool may grow by one */
		IS(SYS(t, cap_delete, memory), 0);
	}
}

int main(void)
{
	world_start(4);
	story("memory is zero when first seen", zero_when_first_seen);
	story("the clock's page", time_page);
	story("frames of the boot loader's are shown and not freed", borrowed);
	story("parts of an object, at every kind of place", parts_and_places);
	story("tables of objects are paid for", tables_are_paid_for);
	story("every error of mem_map and mem_create; never W and X", map_errors);
	story("windows never overlap", overlaps);
	story("more windows than a space may have", too_many_windows);
	story("what is unmapped is in no TLB", unmapped_and_forgotten);
	story("what is protected is protected at once", protected_at_once);
	story("the same for a space that is not loaded", of_another_space);
	story("long work is done in steps", in_steps);
	story("another thread gets in between", disturbed);
	story("a mapping left half-way", left_half_way);
	story("C10 every allocation of a mapping fails once", memory_runs_out);
	story("C10 one fails late", runs_out_late);
	story("the quota runs out", quota_runs_out);
	return world_done();
}
