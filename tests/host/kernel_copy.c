// SOURCES: tests/host/world.c tests/host/machine.c tests/host/machine_memory.c kernel/printk.c kernel/pagetable.c kernel/pcid.c kernel/trace.c kernel/cap.c kernel/space.c kernel/copy.c kernel/memory.c kernel/ready.c kernel/timeout.c kernel/waitq.c kernel/thread.c kernel/inherit.c kernel/lock.c kernel/transfer.c kernel/endpoint.c kernel/ipc.c kernel/ipc_end.c kernel/ipc_fast.c kernel/watch.c kernel/object.c kernel/fault.c kernel/irq.c kernel/info.c kernel/handle.c kernel/syscall.c kernel/trap.c kernel/check.c kernel/check_waits.c
// User memory as the kernel sees it: every edge of what is mapped, readable, writable, or an
// address at all. Nothing is done unless all of it can be. Letters and numbers: tests/cases.md.
#include "world.h"

#include "kernel/copy.h"

#define START \
	0x3000000ull /* 4 pages: read-write, read-only, executable, read-write; nothing around */
#define SIZE (4 * PAGE_SIZE)

static struct space *a, *b;

static void map_at(uaddr address, u64 prot)
{
	map_pages(a, address, 1, prot);
}

static void cast(void)
{
	a = new_space("a");
	b = new_space("b");
	map_at(START, PROT_READ | PROT_WRITE);
	map_at(START + PAGE_SIZE, PROT_READ);
	map_at(START + 2 * PAGE_SIZE, PROT_READ | PROT_EXEC);
	map_at(START + 3 * PAGE_SIZE, PROT_READ | PROT_WRITE);
}

static bool readable(u64 byte)
{
	return byte < SIZE;
}

static bool writable(u64 byte)
{
	return byte < PAGE_SIZE || (byte >= 3 * PAGE_SIZE && byte < SIZE);
}

/* M1, M2, M6. Each combination of starts and lengths around the borders of pages against the plain
 * rule. */
static void borders(void)
{
	static const s64 offset[] = { -PAGE_SIZE, -2, -1, 0, 1, 2, 100 };
	static const u64 length[] = { 0, 1, 2, 3, 4095, 4096, 4097, 8191, 8192, 8193, 12288, 16383,
		16384, 16385 };

	cast();
	for (u64 page = 0; page <= 4; page++)
		for (unsigned i = 0; i < ARRAY_SIZE(offset); i++)
			for (unsigned j = 0; j < ARRAY_SIZE(length); j++) {
				s64 first = (s64)(page * PAGE_SIZE) + offset[i];
				bool read = true, write = true;

				for (u64 k = 0; k < length[j]; k++) {
					read = read && readable((u64)first + k);
					write = write && writable((u64)first + k);
				}
				IS(space_check(a, START + (u64)first, length[j], false),
				    read ? 0 : -EFAULT);
				IS(space_check(a, START + (u64)first, length[j], true),
				    write ? 0 : -EFAULT);
			}
}

/* M3, M4, M5 */
static void no_addresses(void)
{
	static const uaddr address[] = { 0, 1, 0xfff, USER_END, TIME_PAGE, TIME_PAGE + 8,
		TIME_PAGE + PAGE_SIZE, 0x00007fffffffffff, 0x0000800000000000, 0xffff7fffffffffff,
		0xffff800000000000, DIRECT_MAP, 0xffffffff80000000, UINT64_MAX - 4095, UINT64_MAX };
	static const u64 length[] = { 1, 8, 4096, 1ull << 47, 1ull << 63, UINT64_MAX - 4095,
		UINT64_MAX };
	u8 byte = 0;

	cast();
	for (unsigned i = 0; i < ARRAY_SIZE(address); i++) {
		for (unsigned j = 0; j < ARRAY_SIZE(length); j++) {
			IS(space_check(a, address[i], length[j], false), -EFAULT);
			IS(space_check(a, START, length[j] > SIZE ? length[j] : SIZE + 1, false),
			    -EFAULT);
			IS(space_check(a, START, 0 - START + address[i] % SIZE, false),
			    -EFAULT); /* wraps */
		}
		IS(space_check(a, address[i], 0, true), 0); /* nothing of nowhere is fine */
		IS(space_read(a, &byte, address[i], 1), -EFAULT);
		IS(space_write(a, address[i], &byte, 1), -EFAULT);
	}
}

static void bytes_across_pages(void)
{
	u8 out[300], in_again[300];

	cast();
	map_pages(a, 0x5000000, 3, PROT_READ | PROT_WRITE);
	for (u64 first = PAGE_SIZE - 299; first < PAGE_SIZE + 2; first += 7) {
		for (unsigned i = 0; i < sizeof(out); i++)
			out[i] = (u8)(first + i);
		IS(space_write(a, 0x5000000 + first, out, sizeof(out)), 0);
		for (unsigned i = 0; i < sizeof(out); i++)
			EXPECT(*at(a, 0x5000000 + first + i) == out[i]);
		IS(space_read(a, in_again, 0x5000000 + first, sizeof(in_again)), 0);
		IS(memcmp(out, in_again, sizeof(out)), 0);
	}
}

/* A write that would fail on its second page leaves the first alone; a read leaves the target
 * alone. */
static void whole_or_not_at_all(void)
{
	u8 bytes[16];

	cast();
	memset(at(a, START + PAGE_SIZE - 8), 1, 8);
	memset(bytes, 2, sizeof(bytes));
	IS(space_write(a, START + PAGE_SIZE - 8, bytes, 16), -EFAULT);
	for (unsigned i = 0; i < 8; i++)
		IS(*at(a, START + PAGE_SIZE - 8 + i), 1);
	IS(space_read(a, bytes, START + SIZE - 8, 16), -EFAULT);
	IS(bytes[0], 2);
}

static u8 *found(struct space *space, uaddr address, u64 bytes, enum access access)
{
	u8 *where;

	return bytes_at(space, address, bytes, access, &where) ? where : NULL;
}

/* What is remembered of a page is what its entry says: not that it was there, nor that it could be
 * written; and of no page nothing. */
static void views(void)
{
	unsigned budget = UINT32_MAX;
	u8 byte = 1;

	cast();
	EXPECT(!found(a, 8, 1, ACCESS_READ) && !found(a, 0, 1, ACCESS_WRITE));
	IS(space_read(a, &byte, START, 1), 0);
	IS(space_write(a, START, &byte, 1), 0);
	IS(memory_protect(a, START, PAGE_SIZE, PROT_READ, &budget), 0);
	IS(space_read(a, &byte, START, 1), 0);
	IS(space_write(a, START, &byte, 1), -EFAULT);
	IS(memory_protect(a, START, PAGE_SIZE, PROT_READ | PROT_WRITE, &budget), 0);
	IS(space_write(a, START, &byte, 1), 0);
	IS(memory_unmap(a, START, PAGE_SIZE, &budget), 0);
	IS(space_read(a, &byte, START, 1), -EFAULT);
	EXPECT(!found(a, 8, 1, ACCESS_READ) && !found(a, UINT64_MAX - 8, 1, ACCESS_READ));
}

/* Nor is a page anything to an address so far away that adding the bytes to the difference comes
 * round to the page again. */
static void far_from_a_view(void)
{
	static const u64 length[] = { 1, 2, 56, 4095, 4096, 4097, 65536, 1ull << 32, UINT64_MAX };

	cast();
	EXPECT(found(a, START, PAGE_SIZE, ACCESS_WRITE));
	for (u64 difference = 1; difference <= 2 * 65536; difference += 1 + difference / 16)
		for (unsigned i = 0; i < ARRAY_SIZE(length); i++) {
			EXPECT(!found(a, START ^ -difference, length[i], ACCESS_READ));
			EXPECT(!found(a, START ^ -difference, length[i], ACCESS_WRITE));
		}
	for (unsigned i = 0; i < ARRAY_SIZE(length); i++)
		IS(found(a, START, length[i], ACCESS_WRITE) != NULL, length[i] <= PAGE_SIZE);
}

static void between_spaces(void)
{
	cast();
	map_pages(b, 0x5000000, 5, PROT_READ | PROT_WRITE);
	for (unsigned i = 0; i < SIZE; i++)
		*at(a, START + i) = (u8)(i * 13 + i / 256);
	for (unsigned shift = 0; shift < 4; shift++) {
		u64 to = 0x5000000 + shift * 1365, bytes = SIZE - shift * 11;

		space_copy(b, to, a, START + shift, bytes - shift);
		for (u64 i = 0; i < bytes - shift; i++)
			if (*at(b, to + i) != (u8)((i + shift) * 13 + (i + shift) / 256)) {
				EXPECT(false);
				break;
			}
	}
	EXPECT(PANICS(space_copy(b, 0x5000000, a, START + SIZE - 1, 2))); /* unchecked: the kernel's
									     own bug */
}

int main(void)
{
	world_start(0);
	story("M1 M2 M6 borders of pages, against the plain rule", borders);
	story("M3 M4 M5 what is no user address", no_addresses);
	story("bytes across a border of pages", bytes_across_pages);
	story("whole or not at all", whole_or_not_at_all);
	story("views: what is remembered of a page", views);
	story("views: what is far away is not remembered", far_from_a_view);
	story("between two spaces", between_spaces);
	return world_done();
}
