/* The lines. */
#include "ed.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct line *line;
long lines, current;
bool changed;

static long room;
static struct {
	struct line *line;
	long lines, current;
} before;

static void make_room(long more)
{
	if (lines + more + 1 <= room)
		return;
	room = 2 * (lines + more) + 64;
	line = check(realloc(line, (size_t)room * sizeof *line));
	line[0] = (struct line){ 0 };
}

static void put(long at, struct line new)
{
	make_room(1);
	memmove(line + at + 2, line + at + 1, (size_t)(lines - at) * sizeof *line);
	line[at + 1] = new;
	lines++;
	current = at + 1;
	changed = true;
}

void insert_line(long at, const char *text, size_t length)
{
	put(at, (struct line){ .text = check(strndup(text, length)) });
}

void delete_lines(long from, long to)
{
	memmove(line + from, line + to + 1, (size_t)(lines - to) * sizeof *line);
	lines -= to - from + 1;
	current = from <= lines ? from : lines;
	changed = true;
}

void copy_lines(long from, long to, long at)
{
	long count = to - from + 1;
	struct line *copy = check(malloc((size_t)count * sizeof *copy));

	memcpy(copy, line + from, (size_t)count * sizeof *copy);
	for (long i = 0; i < count; i++)
		put(at + i, (struct line){ .text = copy[i].text });
	free(copy);
}

void move_lines(long from, long to, long at)
{
	long count = to - from + 1;
	struct line *moved = check(malloc((size_t)count * sizeof *moved));

	if (at >= from && at < to) {
		free(moved);
		fail("lines cannot be moved into themselves");
	}
	memcpy(moved, line + from, (size_t)count * sizeof *moved);
	delete_lines(from, to);
	at -= at > from ? count : 0;
	for (long i = 0; i < count; i++)
		put(at + i, moved[i]);
	free(moved);
}

void keep_for_undo(void)
{
	make_room(0);
	before.line = check(realloc(before.line, (size_t)(lines + 1) * sizeof *line));
	memcpy(before.line, line, (size_t)(lines + 1) * sizeof *line);
	before.lines = lines;
	before.current = current;
}

/* Undoing twice is doing again. */
void undo(void)
{
	struct line *now = line;
	long count = lines, at = current;

	if (!before.line)
		fail("there is nothing to undo");
	line = before.line;
	lines = before.lines;
	current = before.current;
	before.line = now;
	before.lines = count;
	before.current = at;
	room = lines + 1;
	changed = true;
}

long read_file(const char *name, long at)
{
	FILE *file = fopen(name, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t length;
	long bytes = 0;

	if (!file)
		return -1;
	while ((length = getline(&text, &size, file)) > 0) {
		bytes += length + (text[length - 1] != '\n');
		insert_line(at++, text, (size_t)(length - (text[length - 1] == '\n')));
	}
	free(text);
	if (ferror(file))
		bytes = -1;
	fclose(file);
	return bytes;
}

long write_file(const char *name, long from, long to, bool append)
{
	FILE *file = fopen(name, append ? "a" : "w");
	long bytes = 0;

	if (!file)
		return -1;
	for (long i = from; i <= to && i > 0; i++)
		bytes += fprintf(file, "%s\n", line[i].text);
	return fclose(file) == 0 ? bytes : -1;
}
