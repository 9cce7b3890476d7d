/* The final page tables of the kernel half.
 *
 * Invariant: no page is both writable and executable, none is the user's, and a frame of the
 * kernel's image has one address only: the direct map leaves it out, so the guard pages below the
 * stacks are guards there as well. Nothing changes after machine_map_kernel: every space copies the
 * upper half of kernel_pml4 and never looks again.
 *
 *      DIRECT_MAP  + [0, ram_end)     read, write      1 GiB, 2 MiB or 4 KiB pages
 *                  + screen           the same: a message may be sent from there, or arrive
 *                  + local APIC       the same, uncached
 *      KERNEL_BASE + text             read, execute    4 KiB pages
 *                  + rodata           read
 *                  + data, bss        read, write, without the guards
 *
 * Layer 1. Called by main.c; calls apic.c, descriptors.c, panic.c. */
#include "cpu.h"

#include "../boot_info.h"
#include "../panic.h"
#include "../string.h"
#include "asm.h"

#define ENTRIES  512
#define PRESENT  (1ull << 0)
#define WRITE    (1ull << 1)
#define UNCACHED (3ull << 3) /* PCD and PWT: entry 3 of the page attribute table */
#define LARGE    (1ull << 7)
#define GLOBAL   (1ull << 8) /* survives a change of CR3: the same in every space */
#define NX       (1ull << 63)
#define FRAME(e) ((e)&0x000ffffffffff000ull)
#define DATA     (PRESENT | WRITE | GLOBAL | NX)

#define LARGE_BYTES (2ull << 20)
#define HUGE_BYTES  (1ull << 30)
#define EARLY_END   (4ull << 30) /* what boot.S has mapped: new tables are written through that */

enum level { LEVEL_PAGE, LEVEL_LARGE, LEVEL_HUGE, LEVEL_ROOT };

static u64 kernel_pml4[ENTRIES] __attribute__((aligned(PAGE_SIZE)));

/* The entry for address in the table of that level, with the tables above it made on the way. */
static u64 *entry_for(u64 address, enum level level, paddr (*new_frame)(void))
{
	u64 *table = kernel_pml4;

	for (enum level l = LEVEL_ROOT;; l--) {
		u64 *entry = &table[address >> (12 + 9 * l) & (ENTRIES - 1)];

		if (l == level)
			return entry;
		if (!(*entry & PRESENT)) {
			paddr frame = new_frame();

			if (!frame || frame >= EARLY_END)
				panic("no memory below 4 GiB for the kernel's page tables");
			memset(phys_to_virt(frame), 0, PAGE_SIZE);
			*entry = frame | PRESENT | WRITE;
		}
		table = phys_to_virt(FRAME(*entry));
	}
}

static bool touches(paddr start, u64 bytes, paddr other, paddr other_end)
{
	return start < other_end && other < start + bytes;
}

static bool touches_image(paddr start, u64 bytes)
{
	return touches(start, bytes, (u64)image_start - KERNEL_BASE, (u64)image_end - KERNEL_BASE);
}

static bool touches_apic(paddr start, u64 bytes)
{
	return touches(start, bytes, apic_base(), apic_base() + PAGE_SIZE);
}

static void map_direct_small(paddr block, paddr (*new_frame)(void))
{
	u64 *table = entry_for(DIRECT_MAP + block, LEVEL_PAGE, new_frame);

	for (paddr page = block; page < block + LARGE_BYTES; page += PAGE_SIZE)
		if (!touches_image(page, PAGE_SIZE))
			table[(page - block) / PAGE_SIZE] = page | DATA;
}

static void map_direct_large(paddr block, paddr (*new_frame)(void))
{
	u64 cache = touches_apic(block, LARGE_BYTES) ? UNCACHED : 0;

	*entry_for(DIRECT_MAP + block, LEVEL_LARGE, new_frame) = block | DATA | LARGE | cache;
}

/* Where a frame buffer lies above all RAM. How it is cached the firmware has said (MTRRs). */
static void map_direct_screen(paddr ram_end, paddr (*new_frame)(void))
{
	const struct boot_frame_buffer *screen = &boot_record.screen;
	paddr end = screen->start + screen->bytes;

	for (paddr block = ALIGN_DOWN(screen->start, LARGE_BYTES); block < end;
	     block += LARGE_BYTES)
		if (block >= ram_end)
			map_direct_large(block, new_frame);
}

static void map_direct(paddr end, paddr (*new_frame)(void))
{
	u64 bytes;

	for (paddr block = 0; block < end; block += bytes) {
		bytes = LARGE_BYTES;
		if (touches_image(block, LARGE_BYTES)) {
			map_direct_small(block, new_frame);
		} else if (machine_features.gigabyte_pages && block % HUGE_BYTES == 0 &&
		    end - block >= HUGE_BYTES && !touches_image(block, HUGE_BYTES) &&
		    !touches_apic(block, HUGE_BYTES)) {
			bytes = HUGE_BYTES;
			*entry_for(DIRECT_MAP + block, LEVEL_HUGE, new_frame) =
			    block | DATA | LARGE;
		} else {
			map_direct_large(block, new_frame);
		}
	}
	map_direct_large(ALIGN_DOWN(apic_base(), LARGE_BYTES), new_frame);
}

static void map_image(paddr (*new_frame)(void))
{
	for (u64 page = (u64)image_start; page < (u64)image_end; page += PAGE_SIZE) {
		u64 flags = DATA;

		if (machine_in_stack_guard(page))
			continue;
		if (page < (u64)text_end)
			flags = PRESENT | GLOBAL;
		else if (page < (u64)rodata_end)
			flags = PRESENT | GLOBAL | NX;
		*entry_for(page, LEVEL_PAGE, new_frame) = (page - KERNEL_BASE) | flags;
	}
}

void machine_map_kernel(paddr (*new_frame)(void))
{
	map_direct(boot_record.ram_end, new_frame);
	map_direct_screen(boot_record.ram_end, new_frame);
	map_image(new_frame);
	write_cr3(machine_kernel_root());
}

const u64 *machine_kernel_half(void)
{
	return kernel_pml4 + ENTRIES / 2;
}

paddr machine_kernel_root(void)
{
	return (u64)kernel_pml4 - KERNEL_BASE;
}
