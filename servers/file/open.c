/* Open files: see open.h. */
#include "open.h"
#include <errno.h>
#include <fcntl.h>

#define KNOWN_FLAGS (O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY)

static bool reads(unsigned flags)
{
	return (flags & O_ACCMODE) != O_WRONLY;
}

static bool writes(unsigned flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}

/* ---- Opening and closing --------------------------------------------------------------------- */

int open_number(const struct open_table *table, uint32_t client)
{
	unsigned mine = 0;
	int number = -EMFILE;

	if (table->count == FILE_OPEN_MAX)
		return -EMFILE;
	for (int i = 0; i < FILE_OPEN_MAX; i++) {
		if (!table->file[i].node)
			number = number < 0 ? i : number;
		else if (table->file[i].client == client)
			mine++;
	}
	return mine < FILE_OPEN_CLIENT ? number : -EMFILE;
}

static int check_flags(uint64_t flags)
{
	if ((flags & ~(uint64_t)KNOWN_FLAGS) || (flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	if ((flags & O_TRUNC) && !writes((unsigned)flags))
		return -EINVAL;
	return (flags & O_CREAT) && (flags & O_DIRECTORY) ? -EINVAL : 0;
}

/* May what is there be opened so? */
static int check_node(const struct node *node, unsigned flags)
{
	bool directory = node->type == IO_TYPE_DIRECTORY;

	if ((flags & O_CREAT) && (flags & O_EXCL))
		return -EEXIST;
	if (directory && (writes(flags) || (flags & O_CREAT)))
		return -EISDIR;
	return !directory && (flags & O_DIRECTORY) ? -ENOTDIR : 0;
}

/* Everything that can fail comes before the first change but one: a file that O_CREAT makes, for
 * that is what fails last. */
int open_path(struct open_table *table, int number, struct tree *tree, const char *path,
    size_t bytes, uint64_t flags, uint32_t mode, uint32_t client, uint64_t now)
{
	struct node *node;
	int error = check_flags(flags);

	if (error)
		return error;
	error = tree_find(tree, path, bytes, &node);
	if (!error)
		error = check_node(node, (unsigned)flags);
	else if (error == -ENOENT && (flags & O_CREAT))
		error = tree_create(tree, path, bytes, IO_TYPE_FILE, mode, now, &node);
	if (error)
		return error;
	if ((flags & O_TRUNC) && node->contents.size > 0) {
		contents_resize(&node->contents, 0, &tree->bytes_written);
		node->mtime_ns = now;
	}
	tree_hold(node);
	table->file[number] =
	    (struct open_file){ .node = node, .client = client, .flags = (unsigned)flags };
	table->count++;
	return 0;
}

void open_close(struct open_table *table, unsigned number, struct tree *tree)
{
	tree_release(tree, table->file[number].node);
	table->file[number].node = NULL;
	table->count--;
}

/* ---- Reading and writing --------------------------------------------------------------------- */

/* Files from the archive mostly lie together, and then no byte is copied here. */
int open_read(struct open_file *file, uint64_t wanted, uint64_t offset, char *room,
    const char **bytes, size_t *count)
{
	const struct contents *contents = &file->node->contents;
	uint64_t from = offset == IO_HERE ? file->position : offset;
	uint64_t left = from < contents->size ? contents->size - from : 0;

	if (file->node->type == IO_TYPE_DIRECTORY)
		return -EISDIR;
	if (!reads(file->flags))
		return -EBADF;
	if (wanted > IO_BYTES_MAX)
		return -EINVAL;
	wanted = wanted < left ? wanted : left;
	*count = wanted;
	*bytes = contents_peek(contents, from, count);
	if (!*bytes || *count < wanted) {
		*count = contents_read(contents, from, room, wanted);
		*bytes = room;
	}
	if (offset == IO_HERE)
		file->position += *count;
	return 0;
}

/* Appending means the end at the time of writing, wherever others have moved it to. */
int64_t open_write(struct open_file *file, struct tree *tree, const char *bytes, size_t count,
    uint64_t offset, uint64_t now)
{
	struct contents *contents = &file->node->contents;
	bool here = offset == IO_HERE;
	int64_t written;

	if (!writes(file->flags))
		return -EBADF;
	if (file->flags & O_APPEND)
		offset = contents->size;
	else if (here)
		offset = file->position;
	written = contents_write(contents, offset, bytes, count, &tree->bytes_written);
	if (written < 0)
		return written;
	if (here)
		file->position = offset + (uint64_t)written;
	if (written > 0)
		file->node->mtime_ns = now;
	return written;
}

int64_t open_seek(struct open_file *file, int64_t offset, uint64_t whence)
{
	bool directory = file->node->type == IO_TYPE_DIRECTORY;
	int64_t from = 0, to;

	if (directory && (offset != 0 || whence != IO_SEEK_SET))
		return -EINVAL;
	if (whence == IO_SEEK_CUR)
		from = (int64_t)file->position;
	else if (whence == IO_SEEK_END)
		from = (int64_t)file->node->contents.size;
	else if (whence != IO_SEEK_SET)
		return -EINVAL;
	if (__builtin_add_overflow(from, offset, &to) || to < 0)
		return -EINVAL;
	file->position = (uint64_t)to;
	return to;
}

int open_truncate(struct open_file *file, struct tree *tree, uint64_t size, uint64_t now)
{
	int error;

	if (file->node->type == IO_TYPE_DIRECTORY)
		return -EINVAL;
	if (!writes(file->flags))
		return -EBADF;
	error = contents_resize(&file->node->contents, size, &tree->bytes_written);
	if (!error)
		file->node->mtime_ns = now;
	return error;
}

int64_t open_list(struct open_file *file, uint64_t wanted, void *room)
{
	size_t most = wanted / sizeof(struct io_dirent), count;

	if (file->node->type != IO_TYPE_DIRECTORY)
		return -ENOTDIR;
	if (most == 0 || wanted > IO_BYTES_MAX)
		return -EINVAL;
	count = tree_list(file->node, &file->position, room, most);
	return (int64_t)(count * sizeof(struct io_dirent));
}
