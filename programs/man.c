/* man: the manual's pages, docs/user/ of the source, without the marks of Markdown. */
#include "files.h"
#include <dirent.h>
#include <limits.h>

static const char usage[] =
    "usage: man [NAME ...]\n"
    "Prints the page of each NAME: a program, or a header as in atoll-ring. Without any:\n"
    "what pages there are.\n";

#define FOLDER "/man"

/* Headings lose their #, words their backquotes. */
static int show(FILE *file, const char *name)
{
	bool code = false, start = true;
	int c;

	(void)name;
	while ((c = getc(file)) != EOF) {
		bool mark = (start && c == '#') || (c == '`' && !code);

		if (start)
			code = c == ' ';
		if (mark && c == '#')
			getc(file); /* the blank behind it */
		else if (!mark)
			putchar(c);
		start = c == '\n';
	}
	return ferror(file) ? -1 : 0;
}

static int show_page(const char *name)
{
	char path[PATH_MAX];
	FILE *file = NULL;
	int status;

	if (!strchr(name, '/') && snprintf(path, sizeof path, FOLDER "/%s", name) < PATH_MAX)
		file = fopen(path, "r");
	if (!file) {
		fprintf(stderr, "man: %s: there is no such page (`man` lists them)\n", name);
		return 1;
	}
	status = show(file, name);
	if (status)
		program_error("man", name);
	fclose(file);
	return status ? 1 : 0;
}

/* The first line of each: "# NAME: what it does". */
static int list(void)
{
	DIR *directory = opendir(FOLDER);
	struct dirent *entry;
	char path[PATH_MAX], text[128];

	if (!directory) {
		program_error("man", FOLDER);
		return 1;
	}
	while ((entry = readdir(directory)) != NULL) {
		FILE *file;

		if (entry->d_type != DT_REG ||
		    snprintf(path, sizeof path, FOLDER "/%s", entry->d_name) < 0)
			continue;
		file = fopen(path, "r");
		if (file && fgets(text, sizeof text, file)) {
			char *what = strstr(text, ": ");

			printf("  %-17s%s", entry->d_name, what ? what + 2 : "\n");
		}
		if (file)
			fclose(file);
	}
	closedir(directory);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0;

	program_help(argc, argv, usage);
	if (getopt(argc, argv, "") != -1)
		program_usage(usage, 1);
	if (optind == argc)
		status = list();
	for (int i = optind; i < argc; i++)
		status |= show_page(argv[i]);
	return program_end("man", status, 1);
}
