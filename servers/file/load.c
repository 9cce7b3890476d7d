/* From the archive's entries to nodes. An archive may leave directories out that its files lie in,
 * and may hold a path twice: the later one counts, as when it is unpacked. */
#include "load.h"
#include <atoll/ustar.h>
#include <errno.h>
#include <string.h>

#define NS_PER_S 1000000000ull

/* Makes the directories above a path that are not there yet. */
static int make_parents(struct tree *tree, const char *path, uint64_t time)
{
	struct node *node;

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int error = tree_create(
		    tree, path, (size_t)(slash - path), IO_TYPE_DIRECTORY, 0755, time, &node);

		if (error && error != -EEXIST)
			return error;
	}
	return 0;
}

/* One entry. What is there already is replaced, unless it is of another kind. */
static int add(struct tree *tree, const struct ustar_entry *entry, uint64_t time)
{
	uint32_t type = entry->directory ? IO_TYPE_DIRECTORY : IO_TYPE_FILE;
	size_t length = strlen(entry->path);
	struct node *node;
	int error = make_parents(tree, entry->path, time);

	if (!error)
		error = tree_create(tree, entry->path, length, type, entry->mode, time, &node);
	if (error == -EEXIST)
		error = tree_find(tree, entry->path, length, &node);
	if (error)
		return error;
	if (node->type != type)
		return -EEXIST;
	node->mode = entry->mode & 0777;
	node->mtime_ns = time;
	if (!entry->directory)
		node->contents = (struct contents){
			.size = entry->bytes, .base = entry->data, .base_bytes = entry->bytes
		};
	return 0;
}

/* What cannot be added is counted and left out: half a tree is better than none at boot. */
uint64_t load_archive(
    struct tree *tree, const void *archive, size_t bytes, unsigned *files, unsigned *bad)
{
	struct ustar ustar;
	struct ustar_entry entry;
	enum ustar_result result;
	uint64_t newest = 0;

	*files = *bad = 0;
	ustar_open(&ustar, archive, bytes);
	while ((result = ustar_next(&ustar, &entry)) != USTAR_END) {
		uint64_t time = entry.mtime * NS_PER_S; /* at most 36 bits of seconds */

		if (result == USTAR_BAD || add(tree, &entry, time) != 0) {
			++*bad;
			continue;
		}
		++*files;
		newest = time > newest ? time : newest;
	}
	return newest;
}
