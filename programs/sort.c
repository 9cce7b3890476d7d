/* sort: the lines of all files in order. */
#include "files.h"

static const char usage[] =
    "usage: sort [-n] [-r] [-u] [FILE ...]\n"
    "Prints the lines of all files together, in order. \"-\" is standard input, and so is\n"
    "no FILE at all.\n"
    "  -n  by the whole number that a line begins with    -r  the other way round\n"
    "  -u  of lines that are equal only the first\n";

struct line {
	long long number; /* -n */
	char *text;       /* without its newline */
	size_t length;
};

static struct line *line;
static size_t lines, room;
static bool by_number, reverse, unique;

static int by_text(const struct line *a, const struct line *b)
{
	int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);

	return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* What makes two lines equal for -u. */
static int by_key(const struct line *a, const struct line *b)
{
	return by_number ? (a->number > b->number) - (a->number < b->number) : by_text(a, b);
}

/* Equal numbers are in the order of their lines, so that the result is the same each time. */
static int compare(const void *a, const void *b)
{
	int order = by_key(a, b);

	order = order ? order : by_text(a, b);
	return reverse ? -order : order;
}

static bool add(char *text, size_t length)
{
	if (lines == room) {
		size_t more = room ? 2 * room : 256;
		struct line *grown = reallocarray(line, more, sizeof *line);

		if (!grown)
			return false;
		line = grown;
		room = more;
	}
	line[lines++] = (struct line){ strtoll(text, NULL, 10), text, length };
	return true;
}

static int take(FILE *file, const char *name)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t length;

	(void)name;
	while ((length = getline(&text, &size, file)) > 0) {
		char *own;

		length -= text[length - 1] == '\n';
		own = malloc((size_t)length + 1);
		if (!own)
			break;
		memcpy(own, text, (size_t)length);
		own[length] = '\0';
		if (!add(own, (size_t)length)) {
			free(own);
			break;
		}
	}
	free(text);
	return length > 0 || ferror(file) ? -1 : 0;
}

int main(int argc, char **argv)
{
	const struct line *last = NULL;
	int option, status;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "nru")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		by_number = by_number || option == 'n';
		reverse = reverse || option == 'r';
		unique = unique || option == 'u';
	}
	status = files_each(argc, argv, "sort", take) ? 2 : 0;
	qsort(line, lines, sizeof *line, compare);
	for (size_t i = 0; i < lines && !ferror(stdout); i++) {
		if (unique && last && by_key(last, &line[i]) == 0)
			continue;
		last = &line[i];
		fwrite(last->text, 1, last->length, stdout);
		putchar('\n');
	}
	return program_end("sort", status, 2);
}
