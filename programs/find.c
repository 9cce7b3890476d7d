/* find: names below directories. */
#include "start.h"
#include "walk.h"
#include <fnmatch.h>

static const char usage[] =
    "usage: find [PATH ...] [CONDITION ...]\n"
    "Prints all names below PATH (.) of which every CONDITION is true.\n"
    "  -name PATTERN   of the last part of the name     -type f|d     a file, a directory\n"
    "  -size [+-]N[c]  blocks of 512 bytes, or bytes    -newer FILE   changed later\n"
    "  -maxdepth N     not deeper than that             ! CONDITION   it is false\n"
    "  -print  -exec PROGRAM [ARGUMENT ...] ';'         with {} for the name\n";

static char **condition; /* ended by NULL */
static long deepest = -1;
static bool acts; /* some condition prints or runs something */
static int status;

_Noreturn static void mistake(const char *what)
{
	fprintf(stderr, "find: %s\n", what);
	exit(1);
}

/* "+N" more, "-N" less, "N" as many. */
static bool compare(const char *text, long long n)
{
	char sign = *text == '+' || *text == '-' ? *text : '\0';
	long long wanted = strtoll(text + (sign != '\0'), NULL, 10);

	return sign == '+' ? n > wanted : sign == '-' ? n < wanted : n == wanted;
}

static bool has_size(const char *text, const struct stat *st)
{
	size_t length = strlen(text);
	bool bytes = length > 0 && text[length - 1] == 'c';

	return compare(text, bytes ? st->st_size : (st->st_size + 511) / 512);
}

static bool newer(const char *file, const struct stat *st)
{
	struct stat other;

	if (stat(file, &other) != 0) {
		program_error("find", file);
		exit(1);
	}
	return st->st_mtim.tv_sec > other.st_mtim.tv_sec ||
	    (st->st_mtim.tv_sec == other.st_mtim.tv_sec &&
		st->st_mtim.tv_nsec > other.st_mtim.tv_nsec);
}

/* At the program's name; *end becomes the ";". */
static bool execute(char **at, char ***end, const char *path)
{
	char *argument[64];
	size_t count = 0;

	for (; *at && strcmp(*at, ";") != 0; at++) {
		if (count + 1 == sizeof argument / sizeof *argument)
			mistake("-exec: too many arguments");
		argument[count++] = strcmp(*at, "{}") == 0 ? (char *)path : *at;
	}
	if (!*at || count == 0)
		mistake("-exec: a program and a ; are wanted");
	argument[count] = NULL;
	*end = at;
	return start_and_wait("find", argument) == 0;
}

static bool is_true(const char *path, const struct stat *st)
{
	size_t length;
	const char *last = walk_last_name(path, &length);

	for (char **at = condition; *at; at++) {
		bool not = strcmp(*at, "!") == 0, result;
		const char *name = *(at += not ), *value = name ? at[1] : NULL;

		if (!name)
			mistake("a condition must follow !");
		if (strcmp(name, "-print") == 0) {
			result = puts(path) >= 0;
			continue;
		}
		if (!value)
			mistake("a condition lacks its value");
		if (strcmp(name, "-exec") == 0) {
			result = execute(at + 1, &at, path);
		} else {
			at++;
			if (strcmp(name, "-name") == 0)
				result = fnmatch(value, last, 0) == 0;
			else if (strcmp(name, "-type") == 0)
				result = strcmp(value, S_ISDIR(st->st_mode) ? "d" : "f") == 0;
			else if (strcmp(name, "-size") == 0)
				result = has_size(value, st);
			else if (strcmp(name, "-newer") == 0)
				result = newer(value, st);
			else if (strcmp(name, "-maxdepth") == 0)
				result = true;
			else
				mistake("no such condition (see find --help)");
		}
		if (result == not )
			return false;
	}
	return true;
}

static void visit(const char *path, long depth)
{
	struct dirent *entry;
	struct stat st;
	DIR *directory;

	if (stat(path, &st) != 0) {
		program_error("find", path);
		status = 1;
		return;
	}
	if (is_true(path, &st) && !acts)
		puts(path);
	if (!S_ISDIR(st.st_mode) || depth == deepest || ferror(stdout))
		return;
	directory = opendir(path);
	while (directory && (entry = readdir(directory)) != NULL) {
		char below[PATH_MAX];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (walk_join(below, path, entry->d_name, strlen(entry->d_name)))
			visit(below, depth + 1);
		else
			program_error("find", entry->d_name);
	}
	if (directory)
		closedir(directory);
}

int main(int argc, char **argv)
{
	int first = 1;

	program_help(argc, argv, usage);
	while (first < argc && argv[first][0] != '-' && strcmp(argv[first], "!") != 0)
		first++;
	condition = argv + first;
	for (int i = first; i < argc; i++) {
		acts = acts || strcmp(argv[i], "-exec") == 0 || strcmp(argv[i], "-print") == 0;
		if (strcmp(argv[i], "-maxdepth") == 0 && argv[i + 1])
			deepest = strtol(argv[i + 1], NULL, 10);
	}
	if (first == 1)
		visit(".", 0);
	for (int i = 1; i < first; i++)
		visit(argv[i], 0);
	return program_end("find", status, 1);
}
