// SOURCES: libc/ustar.c
// A well-formed archive is read as tar means it; every kind of damage is told, harms nobody, and
// what can be read behind it is read. Each archive lies in memory of exactly its size, so that a
// byte too far is seen.
#include "tap.h"
#include <atoll/ustar.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 64

static unsigned char archive[BLOCKS * USTAR_BLOCK];
static size_t length;

static void seal(unsigned char *header)
{
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (int i = 0; i < USTAR_BLOCK; i++)
		sum += header[i];
	snprintf((char *)header + 148, 8, "%06o", sum);
}

/* Adds an entry; returns its header. */
static unsigned char *add(const char *prefix, const char *name, char type, const char *contents)
{
	unsigned char *header = archive + length;
	size_t bytes = strlen(contents);

	memset(header, 0, USTAR_BLOCK);
	memcpy(header, name, strlen(name));
	memcpy(header + 100, "0000755", 8);
	snprintf((char *)header + 124, 12, "%011o", (unsigned)bytes);
	memcpy(header + 136, "00000000144", 12);
	header[156] = (unsigned char)type;
	memcpy(header + 257, "ustar\00000", 8);
	memcpy(header + 345, prefix, strlen(prefix));
	seal(header);
	length += USTAR_BLOCK;
	memcpy(archive + length, contents, bytes);
	length += (bytes + USTAR_BLOCK - 1) / USTAR_BLOCK * USTAR_BLOCK;
	return header;
}

static void finish(void)
{
	memset(archive + length, 0, 2 * USTAR_BLOCK);
	length += 2 * USTAR_BLOCK;
}

static void begin(void)
{
	memset(archive, 0, sizeof archive);
	length = 0;
}

/* Reads all of `bytes` bytes out of memory of that size; counts what comes. */
static void read_all(size_t bytes, int *entries, int *bad, char last[USTAR_PATH])
{
	unsigned char *copy = malloc(bytes ? bytes : 1);
	struct ustar reader;
	struct ustar_entry entry;
	enum ustar_result got;
	volatile unsigned char sink = 0;

	memcpy(copy, archive, bytes);
	*entries = *bad = 0;
	last[0] = '\0';
	ustar_open(&reader, copy, bytes);
	while ((got = ustar_next(&reader, &entry)) != USTAR_END && *entries + *bad < 1000) {
		*bad += got == USTAR_BAD;
		if (got != USTAR_ENTRY)
			continue;
		++*entries;
		strcpy(last, entry.path);
		for (size_t i = 0; i < entry.bytes; i++)
			sink = (unsigned char)(sink + ((const unsigned char *)entry.data)[i]);
	}
	free(copy);
}

static void test_good(void)
{
	struct ustar reader;
	struct ustar_entry entry;
	char name[101] = "", prefix[156] = "";

	begin();
	add("", "./", '5', "");
	add("", "bin/", '5', "");
	add("", "./bin//cat", '0', "meow");
	add("usr/share", "words", '0', "a\nb\n");
	memset(name, 'n', 100);
	memset(prefix, 'p', 155);
	add(prefix, name, '\0', "");
	add("", "bin/cat", '0', "second");
	finish();
	ustar_open(&reader, archive, length);
	ok(ustar_next(&reader, &entry) == USTAR_ENTRY && entry.directory &&
		!strcmp(entry.path, "/"),
	    "the root");
	ok(ustar_next(&reader, &entry) == USTAR_ENTRY && entry.directory &&
		!strcmp(entry.path, "/bin"),
	    "a directory without its slash");
	ok(ustar_next(&reader, &entry) == USTAR_ENTRY && !entry.directory &&
		!strcmp(entry.path, "/bin/cat"),
	    "\".\" and \"//\" are folded away");
	ok(entry.bytes == 4 && !memcmp(entry.data, "meow", 4) && entry.mode == 0755 &&
		entry.mtime == 100,
	    "contents, mode, time");
	ok(ustar_next(&reader, &entry) == USTAR_ENTRY && !strcmp(entry.path, "/usr/share/words"),
	    "a prefix");
	ok(ustar_next(&reader, &entry) == USTAR_ENTRY && strlen(entry.path) == 257,
	    "the longest name");
	ok(ustar_next(&reader, &entry) == USTAR_ENTRY, "a file that is there twice");
	ok(ustar_next(&reader, &entry) == USTAR_END && ustar_next(&reader, &entry) == USTAR_END,
	    "the end, and again");
	ok(ustar_find(archive, length, "/bin/cat", &entry) && entry.bytes == 6,
	    "of two the last is found");
	ok(!ustar_find(archive, length, "/bin", &entry), "a directory is no file");
	ok(!ustar_find(archive, length, "/bin/dog", &entry), "what is not there is not found");
}

static void test_bad(void)
{
	int entries, bad;
	char last[USTAR_PATH];
	unsigned char *header;

	begin();
	add("", "../etc/passwd", '0', "x");
	add("", "a/../b", '0', "x");
	add("", "a\nb", '0', "x");
	add("", "link", '2', "");
	add("", "", '0', "x");
	add("", "good", '0', "x");
	finish();
	read_all(length, &entries, &bad, last);
	ok(bad == 5 && entries == 1 && !strcmp(last, "/good"),
	    "\"..\", control characters, links and no name: skipped, the rest goes on (%d, %d)",
	    bad, entries);

	begin();
	add("", "first", '0', "x");
	header = add("", "second", '0', "x");
	header[0] ^= 1;
	add("", "third", '0', "x");
	finish();
	read_all(length, &entries, &bad, last);
	ok(bad == 1 && entries == 1, "a wrong checksum ends the reading");

	begin();
	header = add("", "long", '0', "x");
	memcpy(header + 124, "77777777777", 12);
	seal(header);
	finish();
	read_all(length, &entries, &bad, last);
	ok(bad == 1 && entries == 0, "a size beyond the archive");
	memcpy(header + 124, "\200\0\0\0\0\0\0\0\0\0\0\1", 12); /* as GNU tar */
	seal(header);
	read_all(length, &entries, &bad, last);
	ok(bad == 1 && entries == 0, "a size that is no octal number");
	memcpy(header + 124, "00000000001", 12);
	header[257] = 'U';
	seal(header);
	read_all(length, &entries, &bad, last);
	ok(bad == 1 && entries == 0, "another magic number");
	read_all(0, &entries, &bad, last);
	ok(bad == 1 && entries == 0, "an empty archive");
}

static void test_cut_off(void)
{
	int entries, bad, wrong = 0;
	char last[USTAR_PATH];
	size_t full;

	begin();
	add("", "one", '0', "1");
	add("", "two", '0', "22");
	full = length;
	finish();
	for (size_t bytes = 0; bytes < full; bytes++) {
		read_all(bytes, &entries, &bad, last);
		wrong += bad != 1;
	}
	ok(wrong == 0, "cut off anywhere: told once");
	read_all(full + USTAR_BLOCK, &entries, &bad, last);
	ok(bad == 0 && entries == 2, "one block of zeros is end enough");
}

/* Whatever the bytes: no read outside, an end, and only clean paths. */
static void test_noise(void)
{
	int entries, bad, unclean = 0, read = 0;
	char last[USTAR_PATH];

	srand(1);
	for (int round = 0; round < 20000; round++) {
		begin();
		add("", "dir/", '5', "");
		unsigned char *header = add("pre", "name", '0', "contents");

		add("", "last", '0', "x");
		finish();
		for (int hits = rand() % 4; hits >= 0; hits--)
			archive[(size_t)rand() % length] = (unsigned char)rand();
		if (round % 2)
			seal(header);
		read_all(length - (size_t)(rand() % 8 ? 0 : rand() % 600), &entries, &bad, last);
		read += entries;
		unclean += last[0] &&
		    (last[0] != '/' || strstr(last, "//") || strstr(last, "/../") != NULL);
	}
	ok(unclean == 0 && read > 20000, "20000 damaged archives: clean paths only (%d entries)",
	    read);
}

int main(void)
{
	test_good();
	test_bad();
	test_cut_off();
	test_noise();
	return tap_done();
}
