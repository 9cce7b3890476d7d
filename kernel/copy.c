/* User memory as the kernel sees it: page tables walked by hand, bytes reached through the direct
 * map.
 *
 * Invariant: nothing here dereferences a user address. So no user buffer can fault the kernel, SMAP
 * needs no bracket (there is no STAC in the kernel), and reading another space is no different from
 * reading the current one. Nothing changes the tables between check and use, because the kernel
 * does one thing at a time; user code of another processor cannot change tables at all.
 *
 * Layer 3. Called by ipc.c, lock.c, syscall.c, fault.c; calls pagetable.c. */
#include "machine.h"
#include "pagetable.h"
#include "space.h"
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

/* Where the byte at address is, or NULL if its page is missing or the access not permitted. */
static u8 *locate(const struct space *space, uaddr address, bool write)
{
	u64 needed = PTE_PRESENT | PTE_USER | (write ? PTE_WRITE : 0);
	pte_t *entry = pagetable_find(space->root, address);

	if (!entry || (*entry & needed) != needed)
		return NULL;
	return (u8 *)phys_to_virt(PTE_FRAME(*entry)) + address % PAGE_SIZE;
}

int space_check(const struct space *space, uaddr address, u64 bytes, bool write)
{
	if (bytes == 0)
		return 0;
	if (!in_user_half(address, bytes))
		return -EFAULT;
	for (uaddr page = ALIGN_DOWN(address, PAGE_SIZE); page < address + bytes; page += PAGE_SIZE)
		if (!locate(space, page, write))
			return -EFAULT;
	return 0;
}

int space_read(const struct space *space, void *to, uaddr from, u64 bytes)
{
	int error = space_check(space, from, bytes, false);

	if (error)
		return error;
	for (u64 done = 0, piece; done < bytes; done += piece) {
		piece = MIN(bytes - done, left_in_page(from + done));
		memcpy((u8 *)to + done, locate(space, from + done, false), piece);
	}
	return 0;
}

int space_write(const struct space *space, uaddr to, const void *from, u64 bytes)
{
	int error = space_check(space, to, bytes, true);

	if (error)
		return error;
	for (u64 done = 0, piece; done < bytes; done += piece) {
		piece = MIN(bytes - done, left_in_page(to + done));
		memcpy(locate(space, to + done, true), (const u8 *)from + done, piece);
	}
	return 0;
}

void space_copy(
    const struct space *to_space, uaddr to, const struct space *from_space, uaddr from, u64 bytes)
{
	for (u64 done = 0, piece; done < bytes; done += piece) {
		u8 *target = locate(to_space, to + done, true);
		const u8 *source = locate(from_space, from + done, false);

		ASSERT(target && source);
		piece = MIN(bytes - done, MIN(left_in_page(to + done), left_in_page(from + done)));
		memmove(target, source, piece); /* one object may be mapped at both ends */
	}
}
