/* ls: what is in directories. */
#include "program.h"
#include <atoll/tty.h>
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: ls [-a] [-A] [-l] [-1] [-d] [FILE ...]\n"
    "Lists directories and files; no FILE means the working directory.\n"
    "  -a  also names that begin with a dot    -A  these, but not . and ..\n"
    "  -l  mode, links, size, time of change   -1  one name a line\n"
    "  -d  a directory itself, not what is in it\n";

struct entry {
	char name[PATH_MAX];
	struct stat st;
};

struct listing {
	struct entry **entry;
	size_t count;
};

static bool all, dots, full, single, itself;
static unsigned width; /* of the terminal; 0: one name a line */

static int error(const char *what)
{
	program_error("ls", what);
	return 1;
}

/* ---- Collecting ------------------------------------------------------------------------------ */

/* Adds what `path` names, to be shown as `name`. */
static int add(struct listing *listing, const char *path, const char *name)
{
	struct entry *entry = malloc(sizeof *entry), **grown;

	grown = realloc(listing->entry, (listing->count + 1) * sizeof *grown);
	if (grown)
		listing->entry = grown;
	if (!entry || !grown || stat(path, &entry->st) != 0) {
		int status = error(path);

		free(entry);
		return status;
	}
	snprintf(entry->name, sizeof entry->name, "%s", name);
	listing->entry[listing->count++] = entry;
	return 0;
}

static int add_below(struct listing *listing, const char *path, const char *name)
{
	char below[PATH_MAX];

	snprintf(below, sizeof below, "%s/%s", path, name);
	return add(listing, below, name);
}

static int compare(const void *a, const void *b)
{
	return strcmp((*(struct entry *const *)a)->name, (*(struct entry *const *)b)->name);
}

static void forget(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		free(listing->entry[i]);
	free(listing->entry);
	*listing = (struct listing){ 0 };
}

/* ---- Printing -------------------------------------------------------------------------------- */

static void print_date(time_t seconds)
{
	char text[32] = "";
	struct tm date;

	if (gmtime_r(&seconds, &date))
		strftime(text, sizeof text, "%F %R", &date);
	printf("%s", text);
}

static void print_full(const struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		const struct stat *st = &listing->entry[i]->st;

		putchar(S_ISDIR(st->st_mode) ? 'd' : S_ISREG(st->st_mode) ? '-' : 'c');
		for (int bit = 8; bit >= 0; bit--)
			putchar(st->st_mode >> bit & 1 ? "xwr"[bit % 3] : '-');
		printf(" %2lu %9lld ", (unsigned long)st->st_nlink, (long long)st->st_size);
		print_date(st->st_mtime);
		printf(" %s\n", listing->entry[i]->name);
	}
}

/* Columns that a name takes: its characters, not its bytes (UTF-8). */
static size_t name_width(const struct entry *entry)
{
	size_t count = 0;

	for (const char *at = entry->name; *at; at++)
		count += (*at & 0xc0) != 0x80;
	return count;
}

/* In columns that fill the terminal, sorted downwards. */
static void print_columns(const struct listing *listing)
{
	size_t longest = 0, columns, rows;

	for (size_t i = 0; i < listing->count; i++)
		if (name_width(listing->entry[i]) > longest)
			longest = name_width(listing->entry[i]);
	columns = width / (longest + 2);
	if (columns == 0)
		columns = 1;
	rows = (listing->count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < listing->count; i += rows) {
			const struct entry *entry = listing->entry[i];
			bool last = i + rows >= listing->count;

			printf("%s%*s", entry->name,
			    last ? 0 : (int)(longest + 2 - name_width(entry)), "");
		}
		putchar('\n');
	}
}

static void print(struct listing *listing)
{
	if (listing->count > 0)
		qsort(listing->entry, listing->count, sizeof *listing->entry, compare);
	if (full)
		print_full(listing);
	else
		print_columns(listing);
	forget(listing);
}

/* ---- Directories and files ------------------------------------------------------------------- */

static int list_directory(const char *path)
{
	struct listing listing = { 0 };
	DIR *directory = opendir(path);
	struct dirent *entry;
	int status = 0;

	if (!directory)
		return error(path);
	/* The file server does not list these two: they are not in its tree. */
	if (dots)
		status |= add_below(&listing, path, ".") | add_below(&listing, path, "..");
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' || all)
			status |= add_below(&listing, path, entry->d_name);
	closedir(directory);
	print(&listing);
	return status;
}

/* Files first, all together; then each directory under its name. */
static int list(int count, char **names)
{
	struct listing files = { 0 };
	struct stat st;
	int status = 0;
	bool any = false;

	for (int i = 0; i < count; i++) {
		if (stat(names[i], &st) != 0)
			status |= error(names[i]);
		else if (itself || !S_ISDIR(st.st_mode))
			status |= add(&files, names[i], names[i]);
	}
	any = files.count > 0;
	print(&files);
	for (int i = 0; i < count; i++) {
		if (itself || stat(names[i], &st) != 0 || !S_ISDIR(st.st_mode))
			continue;
		if (count > 1)
			printf("%s%s:\n", any ? "\n" : "", names[i]);
		any = true;
		status |= list_directory(names[i]);
	}
	return status;
}

int main(int argc, char **argv)
{
	static char *here[] = { (char *)"." };
	unsigned rows;
	int option, status;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "aAl1d")) != -1) {
		if (option == '?')
			program_usage(usage, 2);
		all = all || option == 'a' || option == 'A';
		dots = dots || option == 'a';
		full = full || option == 'l';
		single = single || option == '1';
		itself = itself || option == 'd';
	}
	if (single || tty_size(STDOUT_FILENO, &rows, &width))
		width = 0;
	status = optind < argc ? list(argc - optind, argv + optind) : list(1, here);
	return program_end("ls", status ? 2 : 0, 2);
}
