// SOURCES: servers/file/tree.c servers/file/contents.c
// The file server's tree: names and paths, what rename may replace, unlink while open, listing
// while it changes; and the contents of files against a plain array.
#include "../../servers/file/tree.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct tree tree;

static int find(const char *path, struct node **node)
{
	return tree_find(&tree, path, strlen(path), node);
}

static int there(const char *path)
{
	struct node *node;

	return find(path, &node);
}

static struct node *at(const char *path)
{
	struct node *node = NULL;

	find(path, &node);
	return node;
}

static int make(const char *path, uint32_t type)
{
	struct node *node;

	return tree_create(&tree, path, strlen(path), type, 0644, 5, &node);
}

static int file(const char *path)
{
	return make(path, IO_TYPE_FILE);
}

static int dir(const char *path)
{
	return make(path, IO_TYPE_DIRECTORY);
}

static int move(const char *old, const char *new)
{
	return tree_rename(&tree, old, strlen(old), new, strlen(new), 9);
}

static int rm(const char *path)
{
	return tree_unlink(&tree, path, strlen(path), 9);
}

static int rmdir_(const char *path)
{
	return tree_rmdir(&tree, path, strlen(path), 9);
}

static void test_paths(void)
{
	char name[IO_NAME_MAX + 3] = "/", path[FILE_PATH_MAX + 2];
	struct node *node;

	ok(there("/") == 0 && there("//") == 0, "the root");
	ok(dir("/a") == 0 && dir("/a/b/") == 0 && file("/a/b/c") == 0, "made");
	ok(there("/a/b/c") == 0 && there("//a///b//c") == 0 && at("/a/b") == at("/a/b/"),
	    "slashes");
	ok(there("/a/b/c/") == -ENOTDIR && there("/a/b/c/d") == -ENOTDIR, "a file is no directory");
	ok(there("/x") == -ENOENT && there("/x/y") == -ENOENT && file("/x/y") == -ENOENT,
	    "no such");
	ok(there("") == -EINVAL && there("a") == -EINVAL && there("a/b") == -EINVAL,
	    "not absolute");
	ok(tree_find(&tree, "/a\0b", 4, &node) == -EINVAL, "a NUL inside");
	ok(there("/.") == -EINVAL && there("/a/..") == -EINVAL && there("/a/../a") == -EINVAL &&
		file("/..") == -EINVAL && dir("/a/.") == -EINVAL,
	    "no . and no ..");
	ok(file("/...") == 0 && file("/.hidden") == 0 && rm("/...") == 0 && rm("/.hidden") == 0,
	    "other dots are names");
	memset(name + 1, 'n', IO_NAME_MAX + 1);
	ok(file(name) == -ENAMETOOLONG && there(name) == -ENAMETOOLONG, "a name too long");
	name[IO_NAME_MAX + 1] = '\0';
	ok(file(name) == 0 && there(name) == 0 && rm(name) == 0, "a name just short enough");
	for (size_t i = 0; i < sizeof path; i++)
		path[i] = "/a"[i % 2];
	ok(tree_find(&tree, path, FILE_PATH_MAX + 1, &node) == -ENAMETOOLONG, "a path too long");
	ok(tree_find(&tree, path, FILE_PATH_MAX, &node) == -ENOENT, "a path just short enough");
	ok(file("/a") == -EEXIST && dir("/a") == -EEXIST && dir("/") == -EEXIST &&
		dir("/a/b/c") == -EEXIST,
	    "there already");
	ok(file("/new/") == -EISDIR, "a file's name does not end in a slash");
	ok(rm("/a") == -EISDIR && rmdir_("/a/b/c") == -ENOTDIR && rmdir_("/a/b") == -ENOTEMPTY &&
		rmdir_("/") == -EBUSY,
	    "the wrong way to remove");
	ok(rm("/a/b/c") == 0 && rmdir_("/a/b") == 0 && rmdir_("/a") == 0 && there("/a") == -ENOENT,
	    "removed");
	ok(tree.nodes == 1, "nothing left");
}

static void test_rename(void)
{
	struct node *node;

	dir("/d"), dir("/d/e"), dir("/d/e/f"), dir("/empty"), file("/one"), file("/two"),
	    file("/d/in");
	ok(move("/d", "/d/e") == -EINVAL && move("/d", "/d/e/f/g") == -EINVAL &&
		move("/d/e", "/d/e/x") == -EINVAL,
	    "not into itself");
	ok(move("/", "/x") == -EBUSY && move("/d", "/") == -EBUSY, "the root stays");
	ok(move("/one", "/d") == -EISDIR && move("/d", "/one") == -ENOTDIR &&
		move("/empty", "/d") == -ENOTEMPTY,
	    "kinds");
	ok(move("/d/e", "/d") == -ENOTEMPTY && move("/d/in", "/d") == -EISDIR,
	    "onto its own directory");
	ok(move("/none", "/x") == -ENOENT && move("/one", "/none/x") == -ENOENT &&
		move("/one", "/two/x") == -ENOTDIR,
	    "no way");
	ok(move("/one", "/x/") == -ENOTDIR && move("/one", "/..") == -EINVAL &&
		move("/one", "x") == -EINVAL,
	    "bad names");
	ok(move("/one", "/one") == 0 && move("/d", "/d/") == 0, "onto itself: nothing happens");
	node = at("/one");
	ok(move("/one", "/two") == 0 && there("/one") == -ENOENT && at("/two") == node,
	    "a file replaces a file");
	ok(move("/two", "/d/e/two") == 0 && at("/d/e/two") == node && at("/d")->entries == 2,
	    "into another directory");
	ok(move("/d/e", "/empty") == 0 && there("/empty/f") == 0 && there("/d/e") == -ENOENT,
	    "a directory replaces an empty one");
	ok(move("/empty", "/dir/") == 0 && there("/dir/two") == 0, "to a new name with a slash");
	ok(at("/d")->mtime_ns == 9 && at("/")->mtime_ns == 9, "times");
	rm("/dir/two"), rmdir_("/dir/f"), rmdir_("/dir"), rm("/d/in"), rmdir_("/d");
	ok(tree.nodes == 1, "nothing left");
}

static void test_held(void)
{
	struct io_stat stat;
	struct node *node, *directory;

	file("/f"), dir("/d");
	node = at("/f"), directory = at("/d");
	contents_write(&node->contents, 0, "hello", 5, &tree.bytes_written);
	tree_hold(node), tree_hold(node), tree_hold(directory);
	ok(rm("/f") == 0 && rmdir_("/d") == 0 && tree.nodes == 3, "unlinked while open");
	tree_stat(node, &stat);
	ok(stat.size == 5 && stat.links == 0 && stat.type == IO_TYPE_FILE,
	    "it is still there for who has it");
	ok(file("/f") == 0 && at("/f") != node && rm("/f") == 0, "the name can be used again");
	tree_release(&tree, node);
	ok(tree.nodes == 3 && tree.bytes_written == CONTENTS_BLOCK, "one holder is left");
	tree_release(&tree, node), tree_release(&tree, directory);
	ok(tree.nodes == 1 && tree.bytes_written == 0, "gone with the last");
}

/* Listing in small pieces, while every second entry read so far is removed and one is renamed: what
 * stays is seen exactly once. */
static void test_list(void)
{
	static unsigned seen[1000];
	struct io_dirent entry[7];
	uint64_t after = 0;
	char path[IO_NAME_MAX + 4], other[32];
	size_t count;
	bool right = true;

	dir("/l");
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof path, "/l/%d", i);
		file(path);
	}
	while ((count = tree_list(at("/l"), &after, entry, 7)) > 0)
		for (size_t i = 0; i < count; i++) {
			int number = atoi(entry[i].name);

			seen[number]++;
			snprintf(path, sizeof path, "/l/%d", number);
			snprintf(other, sizeof other, "/l/%d", number + 500);
			if (number % 2)
				rm(path);
			else
				move(path, other);
		}
	for (int i = 0; i < 1000; i++)
		right = right && seen[i] == (i < 500);
	ok(right, "each entry once, though they are removed and renamed meanwhile");
	ok(at("/l")->entries == 250, "half of them left");
	after = 0;
	for (uint64_t last = 0; (count = tree_list(at("/l"), &after, entry, 1)) > 0;
	     last = entry[0].inode) {
		right = right && entry[0].inode > last;
		snprintf(path, sizeof path, "/l/%s", entry[0].name);
		right = right && rm(path) == 0;
	}
	ok(right && rmdir_("/l") == 0 && tree.nodes == 1, "removed while listing, as rm -r does");
}

static void test_full(void)
{
	char path[32];
	int error = 0, count = 0;

	while (!error) {
		snprintf(path, sizeof path, "/%d", count);
		error = file(path);
		count += !error;
	}
	ok(error == -ENOSPC && count == FILE_NODES - 1, "full at FILE_NODES");
	ok(move("/0", "/renamed") == 0, "renaming needs no room");
	ok(rm("/renamed") == 0 && file("/again") == 0 && rm("/again") == 0,
	    "room again after unlink");
	for (int i = 1; i < count; i++) {
		snprintf(path, sizeof path, "/%d", i);
		rm(path);
	}
	ok(tree.nodes == 1, "empty again");
}

/* A tree as deep as nodes go: made at the top and moved down, so that no path is too long. */
static void test_deep(void)
{
	int error = 0;

	for (int i = 0; i < FILE_NODES - 2 && !error; i++) {
		error = dir("/n");
		if (!error && i > 0)
			error = move("/d", "/n/d");
		if (!error)
			error = move("/n", "/d");
	}
	ok(error == 0 && tree.nodes == FILE_NODES - 1, "8190 directories deep");
	ok(move("/d", "/d/d/d/x") == -EINVAL, "and still not into itself");
	while (tree.root->first) { /* take it down from the top */
		if (move("/d/d", "/e"))
			rmdir_("/d");
		else
			rmdir_("/d"), move("/e", "/d");
	}
	ok(tree.nodes == 1, "and down again");
}

/* ---- Contents against an array --------------------------------------------------------------- */
#define MODEL (1 << 18)

static bool same(const struct contents *contents, const char *model, uint64_t size)
{
	static char back[MODEL];
	const char *where;
	size_t count;

	if (contents->size != size || contents_read(contents, 0, back, sizeof back) != size)
		return false;
	for (uint64_t offset = 0; offset < size; offset += count) {
		count = size;
		where = contents_peek(contents, offset, &count);
		if (count == 0 || offset + count > size)
			return false;
		for (size_t i = 0; i < count; i++)
			if ((where ? where[i] : 0) != model[offset + i])
				return false;
	}
	return memcmp(back, model, size) == 0;
}

static void test_contents(void)
{
	static char archive[50000], model[MODEL], bytes[20000];
	struct contents contents = {
		.size = sizeof archive, .base = archive, .base_bytes = sizeof archive
	};
	uint64_t used = 0, size = sizeof archive;
	bool right = true;
	size_t count = 3;

	for (size_t i = 0; i < sizeof archive; i++)
		archive[i] = (char)(rand() | 1);
	memcpy(model, archive, sizeof archive);
	ok(same(&contents, model, size) && used == 0, "the archive's bytes");
	ok(contents_peek(&contents, 777, &count) == archive + 777 && count == 3, "in place");
	for (int i = 0; i < 3000 && right; i++) {
		uint64_t offset = (uint64_t)rand() % (rand() % 3 ? size + 1 : MODEL - sizeof bytes);

		count = (size_t)rand() % (rand() % 4 ? 300 : sizeof bytes);
		for (size_t b = 0; b < count; b++)
			bytes[b] = (char)rand();
		if (rand() % 8) {
			right = contents_write(&contents, offset, bytes, count, &used) ==
			    (int64_t)count;
			memcpy(model + offset, bytes, count);
			size = count > 0 && offset + count > size ? offset + count : size;
		} else {
			right = contents_resize(&contents, offset, &used) == 0;
			memset(model + offset, 0, MODEL - offset);
			size = offset;
		}
		right = right && (i % 16 || same(&contents, model, size));
	}
	ok(right && same(&contents, model, size),
	    "3000 random writes and truncations, as in an array");
	contents_free(&contents, &used);
	ok(used == 0 && contents.size == 0, "all memory given back");
	ok(archive[0] & 1, "the archive itself was never written");
}

static void test_contents_limits(void)
{
	struct contents contents = { 0 };
	uint64_t used = 0;
	char byte = 'x', back[16];
	size_t count = 1 << 30;

	ok(contents_write(&contents, FILE_SIZE_MAX - 1, &byte, 1, &used) == 1 &&
		used == CONTENTS_BLOCK,
	    "one byte at the end of the largest file takes one block");
	ok(contents_write(&contents, FILE_SIZE_MAX, &byte, 1, &used) == -EFBIG &&
		contents.size == FILE_SIZE_MAX,
	    "EFBIG");
	ok(contents_write(&contents, UINT64_MAX - 1, &byte, 1, &used) == -EFBIG &&
		contents_write(&contents, 1, &byte, SIZE_MAX, &used) == -EFBIG,
	    "EFBIG, without overflow");
	ok(contents_write(&contents, FILE_SIZE_MAX, &byte, 0, &used) == 0,
	    "nothing may be written anywhere");
	ok(contents_resize(&contents, FILE_SIZE_MAX + 1, &used) == -EFBIG, "nor grown beyond");
	ok(contents_read(&contents, FILE_SIZE_MAX - 4, back, 16) == 4 && back[0] == 0 &&
		back[3] == 'x',
	    "zeros before it");
	ok(contents_peek(&contents, 0, &count) == NULL && count == FILE_SIZE_MAX - CONTENTS_BLOCK,
	    "a hole");
	ok(contents_read(&contents, UINT64_MAX, back, 16) == 0, "nothing beyond the end");
	contents_free(&contents, &used);
	ok(used == 0, "all memory given back");
}

static void test_sink(void)
{
	struct contents sink = { .sink = true };
	uint64_t used = 0;
	char byte;

	ok(contents_write(&sink, 0, "abc", 3, &used) == 3 && sink.size == 0 && used == 0,
	    "a sink takes all, and has nothing");
	ok(contents_write(&sink, FILE_SIZE_MAX, "abc", 3, &used) == 3, "without end");
	ok(contents_resize(&sink, 100, &used) == 0 && contents_read(&sink, 0, &byte, 1) == 0,
	    "and does not grow");
}

int main(void)
{
	test_sink();
	srand(2);
	ok(tree_init(&tree, 1) == 0, "an empty tree");
	test_paths();
	test_rename();
	test_held();
	test_list();
	test_full();
	test_deep();
	test_contents();
	test_contents_limits();
	return tap_done();
}
