/* Reads a ustar archive without trusting it: see atoll/ustar.h. No system calls:
 * tests/host/ustar.c. */
#include <atoll/ustar.h>
#include <string.h>

/* One header, as POSIX.1-2017 pax(1) lays it out. Numbers are octal digits, ended by a blank or
 * NUL. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8];
	char type;
	char link[100];
	char magic[6], version[2];
	char owner[32], group[32], device_major[8], device_minor[8];
	char prefix[155], unused[12];
};

_Static_assert(sizeof(struct header) == USTAR_BLOCK, "a header is one block");

/* An octal field. False: something else stands there. */
static bool octal(const char *field, size_t size, uint64_t *value)
{
	size_t i = 0, first;

	*value = 0;
	while (i < size && field[i] == ' ')
		i++;
	for (first = i; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		*value = *value << 3 | (uint64_t)(field[i] - '0'); /* at most 12 digits: 36 bits */
	if (i == first)
		return false;
	while (i < size && (field[i] == ' ' || field[i] == '\0'))
		i++;
	return i == size;
}

/* The sum of the header's bytes, its checksum field counted as blanks. Eight bytes at a time: init
 * looks at every header several times while the machine boots. */
static uint64_t checksum(const struct header *header)
{
	const uint64_t bytes = 0x00ff00ff00ff00ff; /* every other one: four sums of 16 bits */
	uint64_t sums = 0, sum, word;

	for (size_t at = 0; at < USTAR_BLOCK; at += sizeof word) {
		memcpy(&word, (const char *)header + at, sizeof word);
		sums += (word & bytes) + (word >> 8 & bytes); /* at most 64 * 510 each */
	}
	sum = (sums & 0xffff) + (sums >> 16 & 0xffff) + (sums >> 32 & 0xffff) + (sums >> 48);
	for (size_t i = 0; i < sizeof header->checksum; i++)
		sum += ' ' - (uint64_t)(uint8_t)header->checksum[i];
	return sum;
}

static bool all_zero(const uint8_t *block)
{
	for (size_t i = 0; i < USTAR_BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

/* Adds the components of a field (not always ended by NUL) to a path: "." and empty ones are left
 * out. */
static bool add_components(char *path, const char *field, size_t size)
{
	size_t length = strnlen(field, size), at = strlen(path);

	for (size_t start = 0, end; start < length; start = end + 1) {
		for (end = start; end < length && field[end] != '/'; end++)
			if ((unsigned char)field[end] < ' ' || field[end] == 0x7f)
				return false;
		if (end == start || (end - start == 1 && field[start] == '.'))
			continue;
		if (end - start == 2 && field[start] == '.' && field[start + 1] == '.')
			return false;
		path[at++] = '/'; /* fits: USTAR_PATH is more than both fields and two slashes */
		memcpy(path + at, field + start, end - start);
		at += end - start;
		path[at] = '\0';
	}
	return true;
}

/* What the header says of the file, or why it cannot be (a name with ".." must not get out of the
 * tree). */
static const char *fill(const struct header *header, struct ustar_entry *entry)
{
	uint64_t mode;

	entry->path[0] = '\0';
	if (!add_components(entry->path, header->prefix, sizeof header->prefix) ||
	    !add_components(entry->path, header->name, sizeof header->name))
		return "name with \"..\" or a control character";
	if (!octal(header->mode, sizeof header->mode, &mode) ||
	    !octal(header->mtime, sizeof header->mtime, &entry->mtime))
		return "mode or time that is no number";
	entry->mode = mode & 0777;
	entry->directory = header->type == '5';
	if (!entry->directory && header->type != '0' && header->type != '\0')
		return "neither a plain file nor a directory";
	if (!entry->path[0]) {
		if (!entry->directory)
			return "file without a name";
		strcpy(entry->path, "/");
	}
	return NULL;
}

void ustar_open(struct ustar *archive, const void *base, size_t bytes)
{
	*archive = (struct ustar){ .base = base, .bytes = bytes };
}

/* The rest cannot be found: says so once, and then the archive is at its end. */
static enum ustar_result give_up(struct ustar *archive, const char *why)
{
	archive->why = why;
	archive->ended = true;
	return USTAR_BAD;
}

/* After USTAR_BAD with `ended` unset the next header can be looked at: one bad file does not hide
 * the others. */
enum ustar_result ustar_next(struct ustar *archive, struct ustar_entry *entry)
{
	struct header header;
	uint64_t sum, size, blocks;
	size_t left;

	archive->at = archive->next;
	archive->why = NULL;
	if (archive->ended)
		return USTAR_END;
	if (archive->bytes - archive->next < USTAR_BLOCK)
		return give_up(archive, "archive cut off: no end mark");
	memcpy(&header, archive->base + archive->next, sizeof header);
	if (all_zero((const uint8_t *)&header)) {
		archive->ended = true;
		return USTAR_END;
	}
	if (memcmp(header.magic, "ustar", 5))
		return give_up(archive, "not a ustar header");
	if (!octal(header.checksum, sizeof header.checksum, &sum) || sum != checksum(&header))
		return give_up(archive, "header with a wrong checksum");
	if (!octal(header.size, sizeof header.size, &size))
		return give_up(archive, "size that is no number");
	if (header.type == '5')
		size = 0;
	left = archive->bytes - archive->next - USTAR_BLOCK;
	blocks = (size + USTAR_BLOCK - 1) / USTAR_BLOCK;
	if (size > left)
		return give_up(archive, "file longer than the archive: cut off?");
	entry->data = archive->base + archive->next + USTAR_BLOCK;
	entry->bytes = size;
	/* The padding of the last file may be cut off; then the end mark is missed next. */
	archive->next += USTAR_BLOCK;
	archive->next += blocks * USTAR_BLOCK <= left ? blocks * USTAR_BLOCK : left;
	archive->why = fill(&header, entry);
	return archive->why ? USTAR_BAD : USTAR_ENTRY;
}

bool ustar_find(const void *base, size_t bytes, const char *path, struct ustar_entry *entry)
{
	struct ustar archive;
	struct ustar_entry candidate;
	enum ustar_result got;
	bool found = false;

	ustar_open(&archive, base, bytes);
	while ((got = ustar_next(&archive, &candidate)) != USTAR_END)
		if (got == USTAR_ENTRY && !candidate.directory && !strcmp(candidate.path, path)) {
			*entry = candidate;
			found = true;
		}
	return found;
}
