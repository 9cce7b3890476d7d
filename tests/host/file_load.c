// SOURCES: servers/file/load.c servers/file/tree.c servers/file/contents.c libc/ustar.c
// The boot archive becomes a tree: from one made by hand, with everything in it that may go wrong,
// then from that with its bytes bent at random.
#include "../../servers/file/load.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct tree tree;

static char archive[64 * 512];
static size_t archive_bytes;

static void add(const char *name, char type, const char *data, unsigned mtime)
{
	char *header = archive + archive_bytes;
	unsigned sum = 0;

	strncpy(header, name, 100);
	sprintf(header + 100, "%07o", 0755);
	sprintf(header + 108, "%07o", 0);
	sprintf(header + 116, "%07o", 0);
	sprintf(header + 124, "%011o", (unsigned)strlen(data));
	sprintf(header + 136, "%011o", mtime);
	memset(header + 148, ' ', 8);
	header[156] = type;
	memcpy(header + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)header[i];
	sprintf(header + 148, "%06o", sum);
	memcpy(header + 512, data, strlen(data));
	archive_bytes += 512 + (strlen(data) + 511) / 512 * 512;
}

static struct node *at(const char *path)
{
	struct node *node = NULL;

	return tree_find(&tree, path, strlen(path), &node) == 0 ? node : NULL;
}

static bool holds(const char *path, const char *want)
{
	struct node *node = at(path);
	char bytes[100];
	size_t count = node ? contents_read(&node->contents, 0, bytes, sizeof bytes) : 0;

	return node && count == strlen(want) && memcmp(bytes, want, count) == 0;
}

static void make_archive(void)
{
	add("./", '5', "", 10);
	add("etc/", '5', "", 10);
	add("etc/motd", '0', "welcome", 20);
	add("deep/er/file", '0', "found", 30);
	add("etc/motd", '0', "welcome again", 15);
	add("etc/motd/below", '0', "a file is no directory", 15);
	add("etc", '0', "nor the other way round", 15);
	add("../outside", '0', "bad", 15);
	add("link", '2', "", 15);
	archive_bytes += 1024;
}

static void test_load(void)
{
	unsigned files, bad;

	ok(load_archive(&tree, archive, archive_bytes, &files, &bad) == 30000000000ull,
	    "the newest time");
	ok(files >= 4 && bad >= 3, "%u loaded, %u left out", files, bad);
	ok(holds("/etc/motd", "welcome again"), "of two with one name the later counts");
	ok(at("/etc/motd")->mtime_ns == 15000000000ull && at("/etc/motd")->mode == 0755,
	    "time and mode");
	ok(tree.bytes_written == 0, "nothing was copied");
	contents_write(&at("/etc/motd")->contents, 0, "WEL", 3, &tree.bytes_written);
	ok(holds("/etc/motd", "WELcome again") && tree.bytes_written == CONTENTS_BLOCK,
	    "until it is written");
	ok(holds("/deep/er/file", "found"), "directories that are not listed are made");
	ok(!at("/etc/motd/below") && !at("/outside"), "nothing where nothing belongs");
	ok(load_archive(&tree, archive, 0, &files, &bad) == 0 && files == 0, "an empty archive");
	ok(memcmp(archive + 512 * 3, "welcome", 7) == 0, "the archive was not written");
}

static void free_all(struct node *node)
{
	for (struct node *next, *child = node->first; child; child = next) {
		next = child->next;
		free_all(child);
	}
	free(node->contents.block);
	free(node);
}

static void test_bent(void)
{
	static char bent[sizeof archive];
	unsigned files, bad, loaded = 0;

	srand(5);
	for (int i = 0; i < 2000; i++) {
		struct tree other;

		memcpy(bent, archive, sizeof archive);
		for (int k = 0; k < 3; k++)
			bent[rand() % (int)archive_bytes] = (char)rand();
		tree_init(&other, 0);
		load_archive(&other, bent, (size_t)rand() % archive_bytes, &files, &bad);
		loaded += files;
		free_all(other.root);
	}
	ok(loaded > 0, "2000 bent archives: %u of their files could be loaded", loaded);
}

int main(void)
{
	tree_init(&tree, 1);
	make_archive();
	test_load();
	test_bent();
	return tap_done();
}
