/* head: the first lines, or bytes, of files. */
#include "ends.h"

static const char usage[] =
    "usage: head [-N | -n N | -c N] [FILE ...]\n"
    "Prints the first N lines (-n, -N; without: 10) or bytes (-c) of each FILE.\n"
    "\"-\" is standard input, and so is no FILE at all.\n";

static struct ends want;

/* How much of these bytes is wanted; *left is less afterwards. */
static size_t wanted(const char *bytes, size_t count, unsigned long *left)
{
	const char *at = bytes, *end = bytes + count;

	if (want.bytes) {
		count = count < *left ? count : *left;
		*left -= count;
		return count;
	}
	while (*left > 0 && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		at = newline ? newline + 1 : end;
		*left -= newline != NULL;
	}
	return (size_t)(at - bytes);
}

static int head(FILE *file, const char *name)
{
	static char bytes[16384];
	unsigned long left = want.count;
	ssize_t count = 0;

	ends_heading(&want, name);
	/* By read(), which takes what is there: fread would wait for the rest of the buffer. */
	while (left > 0 && (count = read(fileno(file), bytes, sizeof bytes)) > 0) {
		size_t part = wanted(bytes, (size_t)count, &left);

		if (fwrite(bytes, 1, part, stdout) < part)
			break;
	}
	return count < 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
	want = ends_options(argc, argv, "head", usage, false);
	return program_end("head", files_each(argc, argv, "head", head), 1);
}
