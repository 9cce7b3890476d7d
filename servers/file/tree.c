/* The tree of names. Reading order: walk(), which every operation on a path begins with; then the
 * operations. */
#include "tree.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where a path leads. */
struct place {
	struct node *node;   /* NULL: there is no such name, but its directory is there */
	struct node *parent; /* NULL: the path is the root's */
	const char *name;
	size_t length;
	bool slash; /* ends in a slash: only a directory will do */
};

/* ---- Children -------------------------------------------------------------------------------- */

static struct node *child(const struct node *directory, const char *name, size_t length)
{
	for (struct node *node = directory->first; node; node = node->next)
		if (node->name_length == length && memcmp(node->name, name, length) == 0)
			return node;
	return NULL;
}

/* By inode. What is new has the highest, so it is last; only what is renamed may belong further
 * up. */
static void attach(struct node *directory, struct node *node, const char *name, size_t length)
{
	struct node *before = directory->last;

	while (before && before->inode > node->inode)
		before = before->previous;
	node->parent = directory;
	node->previous = before;
	node->next = before ? before->next : directory->first;
	*(before ? &before->next : &directory->first) = node;
	*(node->next ? &node->next->previous : &directory->last) = node;
	directory->entries++;
	memmove(node->name, name, length); /* may be the same name, in the same place */
	node->name[length] = '\0';
	node->name_length = length;
}

static void detach(struct node *node)
{
	struct node *directory = node->parent;

	*(node->previous ? &node->previous->next : &directory->first) = node->next;
	*(node->next ? &node->next->previous : &directory->last) = node->previous;
	directory->entries--;
	node->parent = node->next = node->previous = NULL;
}

/* ---- Nodes ----------------------------------------------------------------------------------- */

static struct node *node_new(struct tree *tree, uint32_t type, uint32_t mode, uint64_t now)
{
	struct node *node = tree->nodes < FILE_NODES ? calloc(1, sizeof *node) : NULL;

	if (!node)
		return NULL;
	node->inode = ++tree->last_inode;
	node->mtime_ns = now;
	node->type = type;
	node->mode = mode & 0777;
	tree->nodes++;
	return node;
}

/* Frees a node that has no name and that nobody holds. */
static void node_drop(struct tree *tree, struct node *node)
{
	if (node->parent || node->held > 0)
		return;
	contents_free(&node->contents, &tree->bytes_written);
	free(node);
	tree->nodes--;
}

void tree_hold(struct node *node)
{
	node->held++;
}

void tree_release(struct tree *tree, struct node *node)
{
	node->held--;
	node_drop(tree, node);
}

/* ---- Paths ----------------------------------------------------------------------------------- */

static int check_path(const char *path, size_t bytes)
{
	if (bytes == 0 || path[0] != '/' || memchr(path, '\0', bytes))
		return -EINVAL;
	return bytes > FILE_PATH_MAX ? -ENAMETOOLONG : 0;
}

static int check_name(const char *name, size_t length)
{
	bool dot = length == 1 && name[0] == '.', dots = length == 2 && memcmp(name, "..", 2) == 0;

	if (length > IO_NAME_MAX)
		return -ENAMETOOLONG;
	return dot || dots ? -EINVAL : 0;
}

/* Follows a path: all of it must be there but the last name. */
static int walk(const struct tree *tree, const char *path, size_t bytes, struct place *place)
{
	int error = check_path(path, bytes);

	if (error)
		return error;
	*place = (struct place){ .node = tree->root };
	for (size_t at = 0, end;; at = end) {
		while (at < bytes && path[at] == '/')
			at++;
		for (end = at; end < bytes && path[end] != '/'; end++)
			;
		if (at == end)
			break;
		if (!place->node)
			return -ENOENT;
		if (place->node->type != IO_TYPE_DIRECTORY)
			return -ENOTDIR;
		error = check_name(path + at, end - at);
		if (error)
			return error;
		place->parent = place->node;
		place->name = path + at;
		place->length = end - at;
		place->node = child(place->parent, place->name, place->length);
	}
	place->slash = path[bytes - 1] == '/';
	return place->slash && place->node && place->node->type != IO_TYPE_DIRECTORY ? -ENOTDIR : 0;
}

/* The same for something that must be there. */
static int walk_there(const struct tree *tree, const char *path, size_t bytes, struct place *place)
{
	int error = walk(tree, path, bytes, place);

	return error || place->node ? error : -ENOENT;
}

int tree_find(const struct tree *tree, const char *path, size_t bytes, struct node **found)
{
	struct place place;
	int error = walk_there(tree, path, bytes, &place);

	if (!error)
		*found = place.node;
	return error;
}

/* ---- Operations ------------------------------------------------------------------------------ */

/* Made first, and then named: so nobody sees half of it, and a full tree stays as it is. */
int tree_create(struct tree *tree, const char *path, size_t bytes, uint32_t type, uint32_t mode,
    uint64_t now, struct node **created)
{
	struct place place;
	struct node *node;
	int error = walk(tree, path, bytes, &place);

	if (error)
		return error;
	if (place.node)
		return -EEXIST;
	if (place.slash && type != IO_TYPE_DIRECTORY)
		return -EISDIR;
	node = node_new(tree, type, mode, now);
	if (!node)
		return -ENOSPC;
	attach(place.parent, node, place.name, place.length);
	place.parent->mtime_ns = now;
	*created = node;
	return 0;
}

static void remove_name(struct tree *tree, struct node *node, uint64_t now)
{
	node->parent->mtime_ns = now;
	detach(node);
	node_drop(tree, node);
}

int tree_unlink(struct tree *tree, const char *path, size_t bytes, uint64_t now)
{
	struct place place;
	int error = walk_there(tree, path, bytes, &place);

	if (error)
		return error;
	if (place.node->type == IO_TYPE_DIRECTORY)
		return -EISDIR;
	remove_name(tree, place.node, now);
	return 0;
}

int tree_rmdir(struct tree *tree, const char *path, size_t bytes, uint64_t now)
{
	struct place place;
	int error = walk_there(tree, path, bytes, &place);

	if (error)
		return error;
	if (place.node->type != IO_TYPE_DIRECTORY)
		return -ENOTDIR;
	if (place.node == tree->root)
		return -EBUSY;
	if (place.node->entries > 0)
		return -ENOTEMPTY;
	remove_name(tree, place.node, now);
	return 0;
}

/* Is `inner` the directory or something below it? */
static bool lies_within(
    const struct tree *tree, const struct node *inner, const struct node *directory)
{
	for (; inner != tree->root; inner = inner->parent)
		if (inner == directory)
			return true;
	return directory == tree->root;
}

/* May `from` take the place `to`? */
static int check_rename(const struct tree *tree, const struct place *from, const struct place *to)
{
	bool directory = from->node->type == IO_TYPE_DIRECTORY;

	if (from->node == tree->root || to->node == tree->root)
		return -EBUSY;
	if (to->slash && !directory)
		return -ENOTDIR;
	if (lies_within(tree, to->parent, from->node))
		return -EINVAL;
	if (!to->node)
		return 0;
	if (to->node->type == IO_TYPE_DIRECTORY)
		return !directory ? -EISDIR : to->node->entries > 0 ? -ENOTEMPTY : 0;
	return directory ? -ENOTDIR : 0;
}

/* Both places are found and checked before anything moves. */
int tree_rename(struct tree *tree, const char *old, size_t old_bytes, const char *new,
    size_t new_bytes, uint64_t now)
{
	struct place from, to;
	int error = walk_there(tree, old, old_bytes, &from);

	if (!error)
		error = walk(tree, new, new_bytes, &to);
	if (!error && from.node == to.node)
		return 0;
	if (!error)
		error = check_rename(tree, &from, &to);
	if (error)
		return error;
	/* Nothing fails from here on. */
	from.parent->mtime_ns = now;
	if (to.node)
		remove_name(tree, to.node, now);
	detach(from.node);
	attach(to.parent, from.node, to.name, to.length);
	to.parent->mtime_ns = now;
	return 0;
}

/* ---- Looking --------------------------------------------------------------------------------- */

void tree_stat(const struct node *node, struct io_stat *stat)
{
	*stat = (struct io_stat){
		.inode = node->inode,
		.size = node->type == IO_TYPE_DIRECTORY ? node->entries : node->contents.size,
		.mtime_ns = node->mtime_ns,
		.type = node->type,
		.mode = node->mode,
		.links = node->parent != NULL,
	};
}

size_t tree_list(
    const struct node *directory, uint64_t *after, struct io_dirent *entry, size_t most)
{
	size_t count = 0;

	for (const struct node *node = directory->first; node && count < most; node = node->next) {
		if (node->inode <= *after)
			continue;
		entry[count] = (struct io_dirent){
			.inode = node->inode, .type = node->type, .mode = node->mode
		};
		entry[count].size =
		    node->type == IO_TYPE_DIRECTORY ? node->entries : node->contents.size;
		memcpy(entry[count].name, node->name, node->name_length + 1);
		*after = node->inode;
		count++;
	}
	return count;
}

/* ---- Beginning ------------------------------------------------------------------------------- */

int tree_init(struct tree *tree, uint64_t now)
{
	*tree = (struct tree){ 0 };
	tree->root = node_new(tree, IO_TYPE_DIRECTORY, 0755, now);
	if (!tree->root)
		return -ENOMEM;
	tree->root->parent = tree->root;
	return 0;
}
