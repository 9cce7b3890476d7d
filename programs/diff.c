/* diff: which lines of a file are to be taken away, and which put in, to get another one.
 *
 * The least number of both, by Myers' method ("An O(ND) difference algorithm", 1986): for d = 0, 1,
 * ... how far along each diagonal d changes can reach. The reaches of each d are kept, so the way
 * back is read off them. */
#include "program.h"
#include <stdbool.h>
#include <unistd.h>

static const char usage[] = "usage: diff [-q] [-u] FILE FILE\n"
			    "Prints how two files differ, line by line. \"-\" is standard input.\n"
			    "  -u  with three lines of what is around    -q  only whether\n"
			    "Status: 0 they are the same, 1 they differ, 2 an error.\n";

#define CHANGES_MAX 2000 /* d at the most: the reaches take d * d / 2 numbers */
#define AROUND      3    /* lines, -u */

struct text {
	const char *name;
	char **line;
	size_t *length; /* without the newline */
	long lines;
	bool cut; /* the last line has no newline */
	bool *changed;
};

_Noreturn static void fail(const char *what)
{
	program_error("diff", what);
	exit(2);
}

static void *check(void *memory)
{
	if (!memory)
		fail("lines");
	return memory;
}

static void read_text(struct text *text, const char *name)
{
	FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	char *line = NULL;
	size_t room = 0, most = 0;
	ssize_t length;

	*text = (struct text){ .name = name };
	if (!file)
		fail(name);
	while ((length = getline(&line, &room, file)) > 0) {
		if ((size_t)text->lines == most) {
			most = 2 * most + 64;
			text->line = check(realloc(text->line, most * sizeof *text->line));
			text->length = check(realloc(text->length, most * sizeof *text->length));
		}
		text->cut = line[length - 1] != '\n';
		length -= !text->cut;
		text->line[text->lines] = check(malloc((size_t)length + 1));
		memcpy(text->line[text->lines], line, (size_t)length);
		text->length[text->lines++] = (size_t)length;
	}
	if (ferror(file))
		fail(name);
	free(line);
	text->changed = check(calloc((size_t)text->lines + 1, sizeof *text->changed));
}

static bool is_cut(const struct text *text, long i)
{
	return text->cut && i == text->lines - 1;
}

static bool same(const struct text *a, long i, const struct text *b, long j)
{
	return a->length[i] == b->length[j] && is_cut(a, i) == is_cut(b, j) &&
	    memcmp(a->line[i], b->line[j], a->length[i]) == 0;
}

/* ---- Which lines change ---------------------------------------------------------------------- */

/* Along diagonal k (= line of a - line of b) after d changes, from the reaches of d - 1: was the
 * last change a line put in (down), or one taken away? */
static bool goes_down(const long *reach, long d, long k)
{
	return k == -d || (k != d && reach[k - 1] < reach[k + 1]);
}

static void walk_back(struct text *a, struct text *b, long **kept, long d)
{
	long x = a->lines, y = b->lines;

	for (; d > 0; d--) {
		const long *reach = kept[d - 1] + d; /* the middle of 2 * d + 1 */
		long k = x - y;
		bool down = goes_down(reach, d, k);
		long from = reach[down ? k + 1 : k - 1];

		/* Behind the change all lines are the same. */
		x = from;
		y = from - (down ? k + 1 : k - 1);
		if (down)
			b->changed[y] = true;
		else
			a->changed[x] = true;
	}
}

static void compare(struct text *a, struct text *b)
{
	static long *kept[CHANGES_MAX];

	for (long d = 0; d < CHANGES_MAX; d++) {
		long *now = check(malloc((size_t)(2 * d + 3) * sizeof *now));
		long *reach = now + d + 1;
		const long *before = d > 0 ? kept[d - 1] + d : NULL;

		kept[d] = now;
		for (long k = -d - 1; k <= d + 1; k++)
			reach[k] = -1;
		for (long k = -d; k <= d; k += 2) {
			long x = d == 0               ? 0
			    : goes_down(before, d, k) ? before[k + 1]
						      : before[k - 1] + 1;
			long y = x - k;

			if (x < 0 || x > a->lines || y < 0 || y > b->lines) {
				/* outside; but it may come back from there by no way */
				reach[k] = x > a->lines ? a->lines + 1 : x;
				continue;
			}
			while (x < a->lines && y < b->lines && same(a, x, b, y))
				x++, y++;
			reach[k] = x;
			if (x == a->lines && y == b->lines) {
				walk_back(a, b, kept, d);
				return;
			}
		}
	}
	fprintf(stderr, "diff: the files differ in more than %d lines\n", CHANGES_MAX);
	exit(2);
}

/* ---- Printing -------------------------------------------------------------------------------- */

static void print_line(const char *sign, const struct text *text, long i)
{
	fputs(sign, stdout);
	fwrite(text->line[i], 1, text->length[i], stdout);
	fputs(is_cut(text, i) ? "\n\\ No newline at end of file\n" : "\n", stdout);
}

/* Lines from + 1 to `to`, as diff writes it. */
static void print_range(long from, long to)
{
	if (to - from == 1)
		printf("%ld", to);
	else if (to > from)
		printf("%ld,%ld", from + 1, to);
	else
		printf("%ld", from);
}

/* The change that begins at i, j: behind it. */
static void end_of_change(const struct text *a, const struct text *b, long *i, long *j)
{
	while (*i < a->lines && a->changed[*i])
		++*i;
	while (*j < b->lines && b->changed[*j])
		++*j;
}

static bool at_change(const struct text *a, const struct text *b, long i, long j)
{
	return (i < a->lines && a->changed[i]) || (j < b->lines && b->changed[j]);
}

static void print_normal(const struct text *a, const struct text *b)
{
	for (long i = 0, j = 0; i < a->lines || j < b->lines; i++, j++) {
		long from = i, other = j;

		end_of_change(a, b, &i, &j);
		if (i == from && j == other)
			continue;
		print_range(from, i);
		putchar(i == from ? 'a' : j == other ? 'd' : 'c');
		print_range(other, j);
		putchar('\n');
		for (long n = from; n < i; n++)
			print_line("< ", a, n);
		if (i > from && j > other)
			puts("---");
		for (long n = other; n < j; n++)
			print_line("> ", b, n);
	}
}

static void print_unified_range(char sign, long from, long to)
{
	printf(
	    to - from == 1 ? " %c%ld" : " %c%ld,%ld", sign, to > from ? from + 1 : from, to - from);
}

/* Changes that are not more than twice AROUND lines apart are shown together. */
static void print_hunk(const struct text *a, const struct text *b, long *i, long *j)
{
	long from = *i > AROUND ? *i - AROUND : 0, other = *j - (*i - from), quiet = 0, x, y, to;

	for (; quiet <= 2 * AROUND && (*i < a->lines || *j < b->lines); ++*i, ++*j, quiet++) {
		if (at_change(a, b, *i, *j)) {
			end_of_change(a, b, i, j);
			quiet = 0;
		}
		if (*i >= a->lines)
			break;
	}
	to = *i - (quiet > AROUND ? quiet - AROUND : 0);
	printf("@@");
	print_unified_range('-', from, to);
	print_unified_range('+', other, *j - (*i - to));
	puts(" @@");
	for (x = from, y = other; x < to || y < *j - (*i - to);) {
		if (x < a->lines && a->changed[x])
			print_line("-", a, x++);
		else if (y < b->lines && b->changed[y])
			print_line("+", b, y++);
		else
			print_line(" ", a, x++), y++;
	}
}

static void print_unified(const struct text *a, const struct text *b)
{
	printf("--- %s\n+++ %s\n", a->name, b->name);
	for (long i = 0, j = 0; i < a->lines || j < b->lines;) {
		if (at_change(a, b, i, j))
			print_hunk(a, b, &i, &j);
		else
			i++, j++;
	}
}

static bool differ(const struct text *a, const struct text *b)
{
	for (long i = 0; i < a->lines; i++)
		if (a->changed[i])
			return true;
	for (long j = 0; j < b->lines; j++)
		if (b->changed[j])
			return true;
	return false;
}

int main(int argc, char **argv)
{
	bool brief = false, unified = false, different;
	struct text a, b;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "qu")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		brief = brief || option == 'q';
		unified = unified || option == 'u';
	}
	if (argc - optind != 2)
		program_usage(usage, 2);
	read_text(&a, argv[optind]);
	read_text(&b, argv[optind + 1]);
	compare(&a, &b);
	different = differ(&a, &b);
	if (different && brief)
		printf("Files %s and %s differ\n", a.name, b.name);
	else if (different)
		(unified ? print_unified : print_normal)(&a, &b);
	return program_end("diff", different, 2);
}
