/* tail: the last lines, or bytes, of files. */
#include "ends.h"

static const char usage[] =
    "usage: tail [-N | -n N | -c N] [FILE ...]\n"
    "Prints the last N lines (-n, -N; without: 10) or bytes (-c) of each FILE; -n +N and\n"
    "-c +N: from the Nth on. \"-\" is standard input, and so is no FILE at all.\n";

static struct ends want;

/* What may still be the end: bytes from start to length. */
static struct {
	char *bytes;
	size_t start, length, room;
} kept;

/* False: out of memory, with errno. */
static bool keep(const char *bytes, size_t count)
{
	if (kept.length + count > kept.room) {
		kept.length -= kept.start;
		memmove(kept.bytes, kept.bytes + kept.start, kept.length);
		kept.start = 0;
	}
	/* Twice as much as is needed, so that it is seldom moved. */
	if (2 * (kept.length + count) > kept.room) {
		char *more = realloc(kept.bytes, 4 * (kept.length + count));

		if (!more)
			return false;
		kept.bytes = more;
		kept.room = 4 * (kept.length + count);
	}
	memcpy(kept.bytes + kept.length, bytes, count);
	kept.length += count;
	return true;
}

static int last_lines(FILE *file)
{
	unsigned long lines = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while ((length = getline(&line, &room, file)) > 0) {
		if (!keep(line, (size_t)length))
			return -1;
		if (lines < want.count) {
			lines++;
			continue;
		}
		/* The first one goes. Only the last can be without its newline. */
		while (kept.bytes[kept.start++] != '\n' && kept.start < kept.length)
			;
	}
	free(line);
	return ferror(file) ? -1 : 0;
}

static int last_bytes(FILE *file)
{
	char bytes[4096];
	size_t count;

	while ((count = fread(bytes, 1, sizeof bytes, file)) > 0) {
		if (!keep(bytes, count))
			return -1;
		if (kept.length - kept.start > want.count)
			kept.start = kept.length - want.count;
	}
	return ferror(file) ? -1 : 0;
}

static int from_there(FILE *file)
{
	unsigned long skip = want.count ? want.count - 1 : 0;
	char bytes[4096];
	size_t count;
	int c;

	while (skip > 0 && (c = getc(file)) != EOF)
		skip -= want.bytes || c == '\n';
	while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
		if (fwrite(bytes, 1, count, stdout) < count)
			break;
	return ferror(file) ? -1 : 0;
}

static int tail(FILE *file, const char *name)
{
	int result;

	ends_heading(&want, name);
	if (want.from)
		return from_there(file);
	kept.start = kept.length = 0;
	result = want.bytes ? last_bytes(file) : last_lines(file);
	fwrite(kept.bytes + kept.start, 1, kept.length - kept.start, stdout);
	return result;
}

int main(int argc, char **argv)
{
	want = ends_options(argc, argv, "tail", usage, true);
	return program_end("tail", files_each(argc, argv, "tail", tail), 1);
}
