/* Directories and files: names, and what becomes of them. Pure.
 *
 * A node lives while it has a name or is held (open). Paths, limits and errors: protocol.h.
 * Functions return 0 or an error number negated; whatever fails has changed nothing. `now` is the
 * time of the change in nanoseconds. */
#ifndef FILE_TREE_H
#define FILE_TREE_H

#include "contents.h"
#include "protocol.h"
#include <stdbool.h>

struct node {
	uint64_t inode, mtime_ns;
	uint32_t type, mode; /* IO_TYPE_FILE or IO_TYPE_DIRECTORY */
	unsigned held;       /* open files that use it */

	/* In its directory. parent is NULL once the name is gone; the root is its own parent. */
	struct node *parent, *next, *previous;
	size_t name_length;
	char name[IO_NAME_MAX + 1];

	struct contents contents; /* of a file */

	/* Of a directory. Invariant: children stand in the order of their inodes, so that a reader
	 * who remembers the last one it saw goes on in the right place, whatever has been added or
	 * taken away since. */
	struct node *first, *last;
	size_t entries;
};

struct tree {
	struct node *root;
	uint64_t nodes, last_inode;
	uint64_t bytes_written; /* memory in blocks */
};

int tree_init(struct tree *tree, uint64_t now);

int tree_find(const struct tree *tree, const char *path, size_t bytes, struct node **found);
/* A new, empty file or directory. -EEXIST. */
int tree_create(struct tree *tree, const char *path, size_t bytes, uint32_t type, uint32_t mode,
    uint64_t now, struct node **created);
int tree_unlink(struct tree *tree, const char *path, size_t bytes, uint64_t now);
int tree_rmdir(struct tree *tree, const char *path, size_t bytes, uint64_t now);
int tree_rename(struct tree *tree, const char *old, size_t old_bytes, const char *new,
    size_t new_bytes, uint64_t now);

void tree_hold(struct node *node);
void tree_release(struct tree *tree, struct node *node);

void tree_stat(const struct node *node, struct io_stat *stat);
/* Entries of a directory behind the one with inode `*after`, which moves on; the number of
 * entries. */
size_t tree_list(
    const struct node *directory, uint64_t *after, struct io_dirent *entry, size_t most);

#endif
