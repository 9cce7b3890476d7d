/* Open files: what a capability that FILE_OPEN gave stands for. Pure.
 *
 * An open file has a number, the lower half of its capability's badge. Position and flags belong to
 * it, so processes that share a descriptor share them. Errors are negated. */
#ifndef FILE_OPEN_H
#define FILE_OPEN_H

#include "tree.h"

struct open_file {
	struct node *node; /* held; NULL: this number is free */
	uint64_t position; /* of a directory: the inode listed last */
	uint32_t client;   /* the pid that opened it */
	unsigned flags;    /* O_* of <fcntl.h> */
};

struct open_table {
	struct open_file file[FILE_OPEN_MAX];
	unsigned count; /* of those that are open */
};

/* A free number for this client, or -EMFILE. */
int open_number(const struct open_table *table, uint32_t client);
/* Opens a path under a free number: FILE_OPEN of protocol.h. */
int open_path(struct open_table *table, int number, struct tree *tree, const char *path,
    size_t bytes, uint64_t flags, uint32_t mode, uint32_t client, uint64_t now);
void open_close(struct open_table *table, unsigned number, struct tree *tree);

/* The operations of atoll/io.h. An offset may be IO_HERE. */

/* *bytes is where *count bytes lie: in place if they lie together, else in room (IO_BYTES_MAX
 * bytes). */
int open_read(struct open_file *file, uint64_t wanted, uint64_t offset, char *room,
    const char **bytes, size_t *count);
int64_t open_write(struct open_file *file, struct tree *tree, const char *bytes, size_t count,
    uint64_t offset, uint64_t now);
int64_t open_seek(struct open_file *file, int64_t offset, uint64_t whence);
int open_truncate(struct open_file *file, struct tree *tree, uint64_t size, uint64_t now);
/* Fills whole entries into room; the number of bytes. */
int64_t open_list(struct open_file *file, uint64_t wanted, void *room);

#endif
