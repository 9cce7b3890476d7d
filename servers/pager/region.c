/* What a fault calls for: the pager's heart, without system calls (those are pages.c's).
 *
 * Copy on write, with the copy bringing the memory: a copy has room for every page from the start,
 * and its source never needs any. While a piece is not `here` in the copy, both have the source's
 * page, read-only. Whichever of the two writes first, the piece is first copied into the copy's
 * memory; then each has its own.
 *
 * Invariants: a source has no source itself (region_settle comes before region_copy), so there are
 * no chains to walk. A piece that a copy still has of its source is not writable in either. A piece
 * is mapped out of one's own memory if it is `here`, else out of the source's.
 *
 * tests/host/pager_region.c lets random parents and children write, against a model. (Mach's shadow
 * objects are the general case; V6 Unix copied everything.) */
#include "region.h"
#include "pages.h"
#include <errno.h>
#include <stddef.h>

static uint64_t pages_of(const struct region *r)
{
	return r->bytes / PAGE_SIZE;
}

uint64_t region_piece_bytes(const struct region *r)
{
	uint64_t pages = (pages_of(r) + PAGER_PIECES - 1) / PAGER_PIECES;

	return pages * PAGE_SIZE;
}

uint32_t region_all(const struct region *r)
{
	uint64_t piece = region_piece_bytes(r);

	return (1u << (r->bytes + piece - 1) / piece) - 1;
}

struct region *region_at(struct region region[PAGER_REGIONS], uint64_t address)
{
	for (struct region *r = region; r < region + PAGER_REGIONS; r++)
		if (address >= r->address && address - r->address < r->bytes)
			return r;
	return NULL;
}

bool region_free_range(const struct region region[PAGER_REGIONS], uint64_t address, uint64_t bytes)
{
	for (const struct region *r = region; r < region + PAGER_REGIONS; r++)
		if (r->bytes && address < r->address + r->bytes && r->address < address + bytes)
			return false;
	return true;
}

bool region_constant(const struct region *r)
{
	return !(r->protection & PROT_WRITE) && !r->source && r->here == region_all(r);
}

/* ---- Copies ---------------------------------------------------------------------------------- */

static void unlink_copy(struct region *copy)
{
	struct region **link = &copy->source->copies;

	while (*link != copy)
		link = &(*link)->next_copy;
	*link = copy->next_copy;
	copy->source = copy->next_copy = NULL;
}

/* Does a copy still have this piece of ours? */
static bool lent(const struct region *r, uint32_t bit)
{
	for (const struct region *copy = r->copies; copy; copy = copy->next_copy)
		if (!(copy->here & bit))
			return true;
	return false;
}

static void hide(struct region *r, unsigned piece)
{
	const uint32_t bit = 1u << piece;

	if (r->mapped & bit)
		pages_unmap(r, piece);
	r->mapped &= ~bit;
	r->writable &= ~bit;
}

static int show(struct region *r, const struct region *from, unsigned piece, unsigned protection)
{
	int error;

	hide(r, piece);
	error = pages_map(r, from, piece, protection);
	if (error)
		return error;
	r->mapped |= 1u << piece;
	if (protection & PROT_WRITE)
		r->writable |= 1u << piece;
	return 0;
}

/* Sees to it that a piece's contents stand in r's own memory. */
static int bring(struct region *r, unsigned piece)
{
	const uint32_t bit = 1u << piece;
	const uint64_t pages = region_piece_bytes(r) / PAGE_SIZE;
	int error = 0;

	if (r->here & bit)
		return 0;
	if (r->source) {
		error = bring(r->source, piece);
		if (!error)
			error = pages_copy(r->source, r, piece);
		if (error)
			return error;
		hide(r, piece); /* it was the source's */
		r->counts->copied += pages;
	} else {
		error = pages_fill(r, piece);
		if (error)
			return error;
		*(r->file ? &r->counts->file : &r->counts->zero) += pages;
	}
	r->here |= bit;
	if (r->source && r->here == region_all(r))
		unlink_copy(r);
	return 0;
}

/* Before r writes: every copy gets its own of the piece as it is now. */
static int bring_copies(struct region *r, unsigned piece)
{
	struct region *next;

	for (struct region *copy = r->copies; copy; copy = next) {
		int error;

		next = copy->next_copy; /* complete, it leaves the list */
		error = bring(copy, piece);
		if (error)
			return error;
	}
	return 0;
}

void region_copy(struct region *copy, struct region *r)
{
	copy->source = r;
	copy->next_copy = r->copies;
	r->copies = copy;
	for (unsigned piece = 0; piece < PAGER_PIECES; piece++)
		if (r->writable & 1u << piece &&
		    pages_protect(r, piece, r->protection & ~(unsigned)PROT_WRITE) != 0)
			hide(r, piece);
	r->writable = 0;
}

int region_settle(struct region *r)
{
	for (unsigned piece = 0; r->source && piece < PAGER_PIECES; piece++) {
		int error = bring(r, piece);

		if (error)
			return error;
	}
	return 0;
}

void region_end(struct region *r)
{
	while (r->copies) {
		struct region *copy = r->copies;

		if (region_settle(copy) != 0) {
			copy->lost = true;
			unlink_copy(copy);
		}
	}
	if (r->source)
		unlink_copy(r);
	for (unsigned piece = 0; piece < PAGER_PIECES; piece++)
		hide(r, piece);
	pages_drop(r);
	*r = (struct region){ 0 };
}

/* ---- Faults ---------------------------------------------------------------------------------- */

static int to_read(struct region *r, unsigned piece)
{
	const unsigned read_only = r->protection & ~(unsigned)PROT_WRITE;
	const uint32_t bit = 1u << piece;
	int error;

	if (r->source && !(r->here & bit)) {
		error = bring(r->source, piece);
		return error ? error : show(r, r->source, piece, read_only);
	}
	error = bring(r, piece);
	return error ? error : show(r, r, piece, lent(r, bit) ? read_only : r->protection);
}

static int to_write(struct region *r, unsigned piece)
{
	int error = bring(r, piece);

	if (!error)
		error = bring_copies(r, piece);
	return error ? error : show(r, r, piece, r->protection);
}

int region_fault(struct region *r, uint64_t address, unsigned access)
{
	const unsigned piece = (unsigned)((address - r->address) / region_piece_bytes(r));

	if (r->lost || access & ~r->protection)
		return -EFAULT;
	/* What is mapped already, as far as we know, is mapped anew: another thread came first, or
	 * the client has unmapped it itself. */
	return access == PROT_WRITE ? to_write(r, piece) : to_read(r, piece);
}
