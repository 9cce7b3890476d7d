/* User memory that lies in one page, looked up. See copy.c. */
#ifndef KERNEL_COPY_H
#define KERNEL_COPY_H

#include "space.h"

/* The number of the view that this address's page has, if any has one. */
static inline unsigned view_number(uaddr address)
{
	return address / PAGE_SIZE % VIEWS;
}

/* No page at all: one that always has another view. */
static inline uaddr view_none(unsigned number)
{
	return (number ^ 1) * PAGE_SIZE;
}

/* The same as bytes_at, or NULL, by a walk; the view is this page's from now on. */
u8 *bytes_walk(struct space *space, uaddr address, u64 bytes, enum access access);

/* Where these bytes are, in *found. False: their page is missing, the access not permitted, or they
 * lie in two pages. */
static inline bool bytes_at(
    struct space *space, uaddr address, u64 bytes, enum access access, u8 **found)
{
	const struct view *view = &space->views[access][view_number(address)];
	u64 offset = address ^ view->page; /* if it is this page; else a page or more */

	*found = (u8 *)(address + view->distance);
	if (LIKELY(offset < PAGE_SIZE && offset + bytes <= PAGE_SIZE))
		return true;
	*found = bytes_walk(space, address, bytes, access);
	return *found != NULL;
}

#endif
