/* Regions, and what a fault in one calls for. See region.c. */
#ifndef PAGER_REGION_H
#define PAGER_REGION_H

#include "protocol.h"
#include <atoll/abi.h>
#include <stdbool.h>

struct region {
	uint64_t address, bytes; /* in the client's space; bytes 0: this entry is free */
	unsigned protection;
	cap_t space;
	cap_t memory;    /* ours to delete */
	uint64_t offset; /* in the memory object */
	cap_t file;      /* 0: zeros */
	uint64_t file_offset;
	struct pager_counts *counts;
	/* Copy on write: what is not here yet is the source's; its copies are linked by next_copy.
	 */
	struct region *source, *copies, *next_copy;
	bool lost; /* its source has gone, and there was no memory to copy what was missing */
	/* A bit a piece */
	uint32_t here;             /* its contents stand in our memory */
	uint32_t mapped, writable; /* in the client's space */
};

uint64_t region_piece_bytes(const struct region *r);
/* All of its pieces. */
uint32_t region_all(const struct region *r);

/* The one of a client's regions in which an address lies, or NULL. */
struct region *region_at(struct region region[PAGER_REGIONS], uint64_t address);
/* Does a range touch none of them? */
bool region_free_range(const struct region region[PAGER_REGIONS], uint64_t address, uint64_t bytes);

/* A client's thread wants to do this (one of PROT_*) there. 0: it may go on; else an error: it may
 * not, or there was no memory. */
int region_fault(struct region *r, uint64_t address, unsigned access);
/* Needs no copy, for nothing in it will ever change. */
bool region_constant(const struct region *r);
/* Makes `copy`, whose other fields stand already, a copy of r, whose own pieces are all here or its
 * file's. */
void region_copy(struct region *copy, struct region *r);
/* Ends being a copy, by copying what is missing. 0 or an error. */
int region_settle(struct region *r);
/* Gives its copies what they still have of it, unmaps it, and lets go of memory and file. */
void region_end(struct region *r);

#endif
