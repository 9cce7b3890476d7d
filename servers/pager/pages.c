/* What is done with a piece of a region. Memory is filled and copied through two windows of our
 * own, open only meanwhile. */
#include "pages.h"
#include <atoll/file.h>
#include <atoll/sys.h>
#include <errno.h>
#include <servers/file/protocol.h>
#include <string.h>

#define FROM    0x0000400000000000ull
#define TO      0x0000410000000000ull
#define READ_MS 5000 /* that the file server may take for a piece */

static uint64_t start_of(const struct region *r, unsigned piece)
{
	return piece * region_piece_bytes(r);
}

/* The last piece may be shorter. */
static uint64_t bytes_of(const struct region *r, unsigned piece)
{
	const uint64_t rest = r->bytes - start_of(r, piece), whole = region_piece_bytes(r);

	return rest < whole ? rest : whole;
}

static int open_window(const struct region *r, unsigned piece, uint64_t at, unsigned protection)
{
	return mem_map(
	    r->memory, 0, at, r->offset + start_of(r, piece), bytes_of(r, piece), protection);
}

static void close_window(const struct region *r, unsigned piece, uint64_t at)
{
	mem_unmap(0, at, bytes_of(r, piece));
}

/* ---- In the client's space ------------------------------------------------------------------- */

int pages_map(
    const struct region *where, const struct region *from, unsigned piece, unsigned protection)
{
	return mem_map(from->memory, where->space, where->address + start_of(where, piece),
	    from->offset + start_of(from, piece), bytes_of(from, piece), protection);
}

void pages_unmap(const struct region *r, unsigned piece)
{
	mem_unmap(r->space, r->address + start_of(r, piece), bytes_of(r, piece));
}

int pages_protect(const struct region *r, unsigned piece, unsigned protection)
{
	return mem_protect(
	    r->space, r->address + start_of(r, piece), bytes_of(r, piece), protection);
}

/* ---- In its memory --------------------------------------------------------------------------- */

/* Up to `bytes` bytes of the file; what lies behind its end stays zero. */
static int read_file(const struct region *r, uint64_t offset, uint64_t bytes)
{
	const uint64_t deadline = time_in_ms(READ_MS);

	for (uint64_t at = 0; at < bytes;) {
		const uint64_t wanted = bytes - at < IO_BYTES_MAX ? bytes - at : IO_BYTES_MAX;
		struct msg m = { .label = MSG_LABEL(IO_READ, IO_VERSION, 0, 0),
			.word = { wanted, offset + at },
			.recv = (char *)TO + at,
			.recv_bytes = (uint32_t)wanted };
		int error = ipc_ask(r->file, &m, deadline);

		if (error)
			return error;
		if (MSG_NBYTES(m.label) == 0)
			break;
		at += MSG_NBYTES(m.label);
	}
	return 0;
}

int pages_fill(const struct region *r, unsigned piece)
{
	int error;

	if (!r->file)
		return 0; /* the kernel gives zeros */
	error = open_window(r, piece, TO, PROT_READ | PROT_WRITE);
	if (error)
		return error;
	error = read_file(r, r->file_offset + start_of(r, piece), bytes_of(r, piece));
	close_window(r, piece, TO);
	return error;
}

int pages_copy(const struct region *from, const struct region *to, unsigned piece)
{
	int error = open_window(from, piece, FROM, PROT_READ);

	if (error)
		return error;
	error = open_window(to, piece, TO, PROT_READ | PROT_WRITE);
	if (!error) {
		memcpy((void *)TO, (const void *)FROM, bytes_of(to, piece));
		close_window(to, piece, TO);
	}
	close_window(from, piece, FROM);
	return error;
}

void pages_drop(struct region *r)
{
	if (r->memory)
		cap_delete(r->memory);
	if (r->file)
		cap_delete(r->file);
}

int pages_check(cap_t memory, uint64_t bytes)
{
	int error = mem_map(memory, 0, TO, bytes - PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE);

	if (!error)
		mem_unmap(0, TO, PAGE_SIZE);
	return error;
}

/* ---- Files: those of the file server alone. A capability of a client's own, which need not
 * answer, would keep all others waiting. */

int pages_open(const char *path, size_t length, cap_t *file)
{
	const uint64_t deadline = time_in_ms(READ_MS);

	return file_open(path, length, deadline, deadline, file);
}
