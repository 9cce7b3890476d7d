/* User memory as the kernel sees it: page tables walked by hand, bytes reached through the direct
 * map.
 *
 * Invariant: nothing here dereferences a user address. So no user buffer can fault the kernel, SMAP
 * needs no bracket (there is no STAC in the kernel), and reading another space is no different from
 * reading the current one. Nothing changes the tables between check and use, because the kernel
 * does one thing at a time; user code of another processor cannot change tables at all.
 *
 * A space's views are to these walks what a TLB is to the processor's: where the pages looked up
 * last are, by page number. A present entry that changes is flushed from both by space_flush_page;
 * that there is none is not remembered.
 *
 * Layer 3. Called by transfer.c, lock.c, syscall.c, info.c; calls pagetable.c. */
#include "copy.h"

#include "machine.h"
#include "pagetable.h"
#include "string.h"

static bool in_user_half(uaddr address, u64 bytes)
{
	/* The time page is the kernel's own, outside the direct map: nobody sends from there. */
	return address >= USER_START && bytes <= TIME_PAGE && address <= TIME_PAGE - bytes;
}

static u64 left_in_page(uaddr address)
{
	return PAGE_SIZE - address % PAGE_SIZE;
}

u8 *bytes_walk(struct space *space, uaddr address, u64 bytes, enum access access)
{
	u64 needed = PTE_PRESENT | PTE_USER | (access == ACCESS_READ ? 0 : PTE_WRITE);
	struct view *view = &space->views[access][view_number(address)];
	const pte_t *entry;

	if (bytes > left_in_page(address) || !in_user_half(address, bytes))
		return NULL;
	entry = pagetable_find(space->root, address);
	if (!entry || (*entry & needed) != needed)
		return NULL;
	view->page = ALIGN_DOWN(address, PAGE_SIZE);
	view->distance = (u64)phys_to_virt(PTE_FRAME(*entry)) - view->page;
	return (u8 *)(address + view->distance);
}

static u8 *page_at(struct space *space, uaddr address, bool write)
{
	u8 *found;

	return bytes_at(space, address, 1, write ? ACCESS_WRITE : ACCESS_READ, &found) ? found
										       : NULL;
}

int space_check(struct space *space, uaddr address, u64 bytes, bool write)
{
	if (bytes == 0)
		return 0;
	if (!in_user_half(address, bytes))
		return -EFAULT;
	for (uaddr page = ALIGN_DOWN(address, PAGE_SIZE); page < address + bytes; page += PAGE_SIZE)
		if (!page_at(space, page, write))
			return -EFAULT;
	return 0;
}

int space_read(struct space *space, void *to, uaddr from, u64 bytes)
{
	int error = space_check(space, from, bytes, false);

	if (error)
		return error;
	for (u64 done = 0, piece; done < bytes; done += piece) {
		piece = MIN(bytes - done, left_in_page(from + done));
		memcpy((u8 *)to + done, page_at(space, from + done, false), piece);
	}
	return 0;
}

int space_write(struct space *space, uaddr to, const void *from, u64 bytes)
{
	int error = space_check(space, to, bytes, true);

	if (error)
		return error;
	for (u64 done = 0, piece; done < bytes; done += piece) {
		piece = MIN(bytes - done, left_in_page(to + done));
		memcpy(page_at(space, to + done, true), (const u8 *)from + done, piece);
	}
	return 0;
}

void space_copy(struct space *to_space, uaddr to, struct space *from_space, uaddr from, u64 bytes)
{
	for (u64 done = 0, piece; done < bytes; done += piece) {
		u8 *target = page_at(to_space, to + done, true);
		const u8 *source = page_at(from_space, from + done, false);

		ASSERT(target && source);
		piece = MIN(bytes - done, MIN(left_in_page(to + done), left_in_page(from + done)));
		memmove(target, source, piece); /* one object may be mapped at both ends */
	}
}
