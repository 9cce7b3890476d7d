/* The frame allocator.
 *
 * Invariant: a usable frame is either above its region's mark (never used), on the free list, or
 * somebody's; a bit for each frame says whether it is somebody's, so that a frame given back twice
 * stops the kernel instead of haunting it. The free list is threaded through the frames themselves.
 * Nothing here is proportional to the memory's size but clearing the bits (32 KiB per GiB), so
 * booting stays cheap.
 *
 * Layer 2. Called by pool.c, pagetable.c, cap.c, memory.c, thread.c, timeout.c, info.c,
 * main.c. */
#include "frame.h"

#include "boot_info.h"
#include "machine.h"
#include "string.h"

static unsigned region; /* the one that untouched frames come from */
static paddr mark;      /* the next untouched frame in it */
static paddr free_list; /* first free frame, whose first word is the next one */
static u64 total, available;
static u64 *taken; /* a bit for each frame below boot_record.ram_end */

static void mark_taken(paddr frame)
{
	u64 number = frame / PAGE_SIZE;

	ASSERT(!(taken[number / 64] & 1ull << number % 64));
	taken[number / 64] |= 1ull << number % 64;
}

/* The bits live at the start of the first region that has room for them. */
static void place_bits(void)
{
	u64 bytes = ALIGN_UP(boot_record.ram_end / PAGE_SIZE / 8 + 8, PAGE_SIZE);

	for (unsigned i = 0; i < boot_record.regions; i++) {
		struct boot_region *r = &boot_record.region[i];

		if (r->end - r->start < bytes)
			continue;
		taken = phys_to_virt(r->start);
		memset(taken, 0, bytes);
		r->start += bytes;
		return;
	}
	panic("no memory region of %lu KiB: give the machine more memory", bytes / 1024);
}

void frame_init(void)
{
	place_bits();
	for (unsigned i = 0; i < boot_record.regions; i++)
		total += (boot_record.region[i].end - boot_record.region[i].start) / PAGE_SIZE;
	available = total;
	mark = boot_record.region[0].start;
}

static paddr take_untouched(void)
{
	while (mark == boot_record.region[region].end) {
		if (region + 1 == boot_record.regions)
			return 0;
		mark = boot_record.region[++region].start;
	}
	mark += PAGE_SIZE;
	return mark - PAGE_SIZE;
}

paddr frame_alloc(void)
{
	paddr frame = free_list;

	if (frame)
		free_list = *(paddr *)phys_to_virt(frame);
	else
		frame = take_untouched();
	if (frame) {
		mark_taken(frame);
		available--;
	}
	return frame;
}

paddr frame_alloc_zeroed(void)
{
	paddr frame = frame_alloc();

	if (frame)
		memset(phys_to_virt(frame), 0, PAGE_SIZE);
	return frame;
}

void frame_free(paddr frame)
{
	u64 number = frame / PAGE_SIZE;

	ASSERT(frame && frame % PAGE_SIZE == 0 && frame < boot_record.ram_end);
	ASSERT(taken[number / 64] & 1ull << number % 64);
	taken[number / 64] &= ~(1ull << number % 64);
	*(paddr *)phys_to_virt(frame) = free_list;
	free_list = frame;
	available++;
}

u64 frame_total(void)
{
	return total;
}

u64 frame_available(void)
{
	return available;
}
