/* Reads a ustar archive (POSIX.1-2017, pax(1)) that lies in memory, trusting nothing in it.
 *(libc/ustar.c)
 *
 *	struct ustar archive;
 *	struct ustar_entry entry;
 *
 *	ustar_open(&archive, base, bytes);
 *	while ((got = ustar_next(&archive, &entry)) != USTAR_END)
 *		if (got == USTAR_BAD)
 *			complain(archive.why, archive.at);
 *		else
 *			use(&entry);
 *
 * A header that is wrong in itself (name, type) is skipped after one USTAR_BAD, and the rest goes
 * on. When its checksum or size is wrong nothing says where the next one begins: one USTAR_BAD,
 * then USTAR_END. */
#ifndef ATOLL_USTAR_H
#define ATOLL_USTAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USTAR_BLOCK 512
#define USTAR_PATH  260 /* '/', prefix 155, '/', name 100, NUL, rounded up */

enum ustar_result { USTAR_END, USTAR_ENTRY, USTAR_BAD };

struct ustar {
	const uint8_t *base;
	size_t bytes;
	size_t next; /* offset of the next header */
	size_t at;   /* offset of the header last looked at */
	bool ended;
	const char *why; /* after USTAR_BAD: what is wrong there */
};

struct ustar_entry {
	char path[USTAR_PATH]; /* absolute, without ".", "..", "//" or a "/" at its end; the root
				  itself is "/" */
	bool directory;        /* else a plain file; there are no other kinds */
	const void *data;      /* in the archive */
	size_t bytes;
	uint32_t mode;  /* permission bits */
	uint64_t mtime; /* seconds */
};

void ustar_open(struct ustar *archive, const void *base, size_t bytes);
enum ustar_result ustar_next(struct ustar *archive, struct ustar_entry *entry);
/* The last plain file of that absolute path, as unpacking would leave it. */
bool ustar_find(const void *base, size_t bytes, const char *path, struct ustar_entry *entry);

#endif
