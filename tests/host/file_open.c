// SOURCES: servers/file/open.c servers/file/tree.c servers/file/contents.c
// Open files: what the O_ flags allow and do, positions, directories, limits by client.
#include "../../servers/file/open.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* Those that travel in messages have the numbers of libc/include/fcntl.h, which are the host's. */
_Static_assert(
    O_CREAT == 0100 && O_EXCL == 0200 && O_TRUNC == 01000 && O_APPEND == 02000, "O_* of the host");

static struct tree tree;
static struct open_table table;
static char room[IO_BYTES_MAX];

/* The number, or an error. */
static int open_as(const char *path, unsigned flags, uint32_t client)
{
	int number = open_number(&table, client);
	int error = number < 0
	    ? number
	    : open_path(&table, number, &tree, path, strlen(path), flags, 0640, client, 3);

	return error ? error : number;
}

static int open_(const char *path, unsigned flags)
{
	return open_as(path, flags, 16);
}

static void close_(int number)
{
	open_close(&table, (unsigned)number, &tree);
}

static int64_t write_(int number, const char *text, uint64_t offset)
{
	return open_write(&table.file[number], &tree, text, strlen(text), offset, 4);
}

static bool reads_as(int number, uint64_t offset, const char *want)
{
	const char *bytes;
	size_t count = 0;
	int error = open_read(&table.file[number], IO_BYTES_MAX, offset, room, &bytes, &count);

	return error == 0 && count == strlen(want) && memcmp(bytes, want, count) == 0;
}

static int read_error(int number, uint64_t wanted)
{
	const char *bytes;
	size_t count;

	return open_read(&table.file[number], wanted, IO_HERE, room, &bytes, &count);
}

static void test_flags(void)
{
	struct node *node;
	int a, b;

	ok(open_("/f", O_RDONLY) == -ENOENT && open_("/f", O_RDWR | O_TRUNC) == -ENOENT,
	    "no such file");
	ok(open_("/d/f", O_WRONLY | O_CREAT) == -ENOENT, "nor directory to create it in");
	ok(open_("/f", O_ACCMODE) == -EINVAL && open_("/f", O_RDONLY | O_TRUNC) == -EINVAL &&
		open_("/f", 1u << 30) == -EINVAL && open_("/f", O_CREAT | O_DIRECTORY) == -EINVAL,
	    "flags that make no sense");
	ok((a = open_("/f", O_WRONLY | O_CREAT | O_EXCL)) == 0, "created");
	ok(open_("/f", O_WRONLY | O_CREAT | O_EXCL) == -EEXIST, "O_EXCL");
	ok(table.file[a].node->mode == 0640 && table.file[a].node->mtime_ns == 3, "mode and time");
	ok(write_(a, "hello", IO_HERE) == 5 && table.file[a].node->mtime_ns == 4, "written");
	ok(read_error(a, 5) == -EBADF, "O_WRONLY does not read");
	ok((b = open_("/f", O_RDONLY)) == 1 && reads_as(b, IO_HERE, "hello") &&
		reads_as(b, IO_HERE, ""),
	    "read to the end");
	ok(write_(b, "x", IO_HERE) == -EBADF &&
		open_truncate(&table.file[b], &tree, 0, 9) == -EBADF,
	    "O_RDONLY does not write");
	close_(a), close_(b);
	a = open_("/f", O_WRONLY | O_CREAT);
	ok(write_(a, "J", IO_HERE) == 1 && table.file[a].node->contents.size == 5,
	    "O_CREAT leaves what is there");
	close_(a);
	a = open_("/f", O_RDWR | O_APPEND);
	ok(write_(a, "!", 0) == 1 && write_(a, "!", IO_HERE) == 1 && reads_as(a, 0, "Jello!!"),
	    "O_APPEND, whatever the offset");
	b = open_("/f", O_WRONLY | O_TRUNC);
	ok(reads_as(a, 0, "") && write_(a, "x", IO_HERE) == 1 && reads_as(a, 0, "x"),
	    "O_TRUNC, and appending at the new end");
	close_(a), close_(b);
	tree_create(&tree, "/d", 2, IO_TYPE_DIRECTORY, 0755, 0, &node);
	ok(open_("/d", O_RDWR) == -EISDIR && open_("/d", O_WRONLY) == -EISDIR &&
		open_("/d", O_RDONLY | O_CREAT) == -EISDIR,
	    "a directory is for reading");
	ok(open_("/f", O_DIRECTORY) == -ENOTDIR && open_("/f/", O_RDONLY) == -ENOTDIR,
	    "O_DIRECTORY");
	ok((a = open_("/d", O_RDONLY | O_DIRECTORY)) == 0 && read_error(a, 1) == -EISDIR,
	    "nor is it read as bytes");
	ok(open_truncate(&table.file[a], &tree, 0, 0) == -EINVAL, "nor truncated");
	close_(a);
	ok(table.count == 0, "all closed");
}

static void test_positions(void)
{
	int a = open_("/f", O_RDWR | O_TRUNC), b;
	struct open_file *file = &table.file[a];

	ok(write_(a, "0123456789", IO_HERE) == 10 && write_(a, "ab", 2) == 2 &&
		write_(a, "X", IO_HERE) == 1,
	    "writing there moves nothing");
	ok(reads_as(a, 0, "01ab456789X") && file->position == 11, "nor does reading there");
	ok(open_seek(file, -3, IO_SEEK_END) == 8 && reads_as(a, IO_HERE, "89X"), "from the end");
	ok(open_seek(file, 4, IO_SEEK_SET) == 4 && open_seek(file, -1, IO_SEEK_CUR) == 3 &&
		reads_as(a, IO_HERE, "b456789X"),
	    "from the start, and from here");
	ok(open_seek(file, -1, IO_SEEK_SET) == -EINVAL &&
		open_seek(file, -12, IO_SEEK_END) == -EINVAL &&
		open_seek(file, INT64_MAX, IO_SEEK_CUR) == -EINVAL &&
		open_seek(file, 0, 3) == -EINVAL,
	    "nowhere");
	ok(open_seek(file, 20, IO_SEEK_SET) == 20 && reads_as(a, IO_HERE, ""),
	    "beyond the end there is nothing");
	ok(write_(a, "Z", IO_HERE) == 1 && file->node->contents.size == 21, "until it is written");
	ok(reads_as(a, UINT64_MAX - 1, ""), "far beyond");
	b = open_("/f", O_RDONLY);
	ok(table.file[b].position == 0, "each opening has its own position");
	ok(open_seek(file, INT64_MAX, IO_SEEK_SET) == INT64_MAX &&
		write_(a, "x", IO_HERE) == -EFBIG && read_error(a, 10) == 0,
	    "as far as numbers go");
	ok(read_error(a, IO_BYTES_MAX + 1) == -EINVAL, "too much at once");
	close_(a), close_(b);
}

static void test_directory(void)
{
	struct io_dirent *entry = (struct io_dirent *)room;
	int a, b;

	b = open_("/d/one", O_WRONLY | O_CREAT);
	write_(b, "12345", IO_HERE);
	close_(b);
	close_(open_("/d/two", O_WRONLY | O_CREAT));
	a = open_("/d", O_RDONLY);
	ok(open_list(&table.file[a], sizeof *entry - 1, room) == -EINVAL, "room for no entry");
	ok(open_list(&table.file[a], IO_BYTES_MAX + 1, room) == -EINVAL, "too much room");
	ok(open_list(&table.file[a], sizeof *entry + 100, room) == sizeof *entry &&
		!strcmp(entry->name, "one") && entry->size == 5 && entry->type == IO_TYPE_FILE,
	    "the first");
	ok(open_list(&table.file[a], IO_BYTES_MAX, room) == sizeof *entry &&
		!strcmp(entry->name, "two"),
	    "the second");
	ok(open_list(&table.file[a], IO_BYTES_MAX, room) == 0, "the end");
	ok(open_seek(&table.file[a], 0, IO_SEEK_SET) == 0 &&
		open_list(&table.file[a], IO_BYTES_MAX, room) == 2 * sizeof *entry,
	    "again");
	ok(open_seek(&table.file[a], 1, IO_SEEK_SET) == -EINVAL &&
		open_seek(&table.file[a], 0, IO_SEEK_END) == -EINVAL,
	    "no other place");
	b = open_("/d/one", O_RDONLY);
	ok(open_list(&table.file[b], IO_BYTES_MAX, room) == -ENOTDIR, "a file has no entries");
	tree_unlink(&tree, "/d/one", 6, 0), tree_unlink(&tree, "/d/two", 6, 0),
	    tree_rmdir(&tree, "/d", 2, 0);
	open_seek(&table.file[a], 0, IO_SEEK_SET);
	ok(open_list(&table.file[a], IO_BYTES_MAX, room) == 0 && reads_as(b, 0, "12345"),
	    "unlinked while open");
	close_(a), close_(b);
	tree_unlink(&tree, "/f", 2, 0);
	ok(tree.nodes == 1 && tree.bytes_written == 0 && table.count == 0, "nothing left");
}

static void test_limits(void)
{
	int opened = 0;

	while (open_as("/", O_RDONLY, 20) >= 0)
		opened++;
	ok(opened == FILE_OPEN_CLIENT && open_as("/new", O_CREAT | O_WRONLY, 20) == -EMFILE,
	    "EMFILE for one client");
	ok(tree.nodes == 1, "and nothing was created");
	for (uint32_t client = 21; client < 30; client++)
		while (open_as("/", O_RDONLY, client) >= 0)
			opened++;
	ok(opened == FILE_OPEN_MAX && open_as("/", O_RDONLY, 99) == -EMFILE, "EMFILE for all");
	close_(77);
	ok(open_as("/", O_RDONLY, 99) == 77, "until one closes");
	for (int i = 0; i < FILE_OPEN_MAX; i++)
		close_(i);
	ok(table.count == 0, "all closed");
}

int main(void)
{
	tree_init(&tree, 1);
	test_flags();
	test_positions();
	test_directory();
	test_limits();
	return tap_done();
}
