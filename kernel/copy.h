/* User memory that lies in one page, looked up. See copy.c. */
#ifndef KERNEL_COPY_H
#define KERNEL_COPY_H

#include "space.h"

/* The number of the view that this address's page has, if any has one. Buffers that lie 16 pages,
 * or 64 KiB, apart do not share one. */
static inline unsigned view_number(uaddr address)
{
	return (address / PAGE_SIZE ^ address / (PAGE_SIZE * VIEWS)) % VIEWS;
}

/* No page at all: one that always has another view. */
static inline uaddr view_none(unsigned number)
{
	return (number ^ 1) * PAGE_SIZE;
}

/* The same as bytes_at, by a walk; the view is this page's from now on. */
u8 *bytes_walk(struct space *space, uaddr address, u64 bytes, bool write);

/* Where these bytes are; NULL: their page is missing, the access not permitted, or they lie in two.
 */
static inline u8 *bytes_at(struct space *space, uaddr address, u64 bytes, bool write)
{
	const struct view *view = &space->views[view_number(address)];
	u64 offset = address ^ view->page[write]; /* if it is this page; else more than a page */

	/* no sum: of an address that is none, all the way round, it could be small */
	if (LIKELY(bytes <= PAGE_SIZE && offset <= PAGE_SIZE - bytes))
		return (u8 *)(address + view->distance);
	return bytes_walk(space, address, bytes, write);
}

#endif
