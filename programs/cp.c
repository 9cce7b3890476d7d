/* cp: copies files, and directories with what is in them. */
#include "walk.h"
#include <fcntl.h>
#include <unistd.h>

static const char usage[] = "usage: cp [-r] SOURCE TARGET\n"
			    "       cp [-r] SOURCE ... DIRECTORY\n"
			    "Copies SOURCE. A file that is there is replaced.\n"
			    "  -r  directories with all that is in them\n";

static char buffer[65536];
static bool recursive;
/* The first directory made: when one is copied into itself, that is not to be copied again. */
static ino_t made;

static int error(const char *what)
{
	program_error("cp", what);
	return 1;
}

static int copy_bytes(int in, int out, const char *from, const char *to)
{
	ssize_t count;

	while ((count = read(in, buffer, sizeof buffer)) > 0)
		if (write(out, buffer, (size_t)count) != count)
			return error(to);
	return count < 0 ? error(from) : 0;
}

static int copy_file(const char *from, const char *to, const struct stat *source)
{
	struct stat target;
	int in, out, status;

	if (stat(to, &target) == 0 && source->st_ino && source->st_ino == target.st_ino) {
		fprintf(stderr, "cp: %s and %s are the same file\n", from, to);
		return 1;
	}
	in = open(from, O_RDONLY);
	if (in < 0)
		return error(from);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, source->st_mode & 0777);
	status = out < 0 ? error(to) : copy_bytes(in, out, from, to);
	close(in);
	if (out >= 0)
		close(out);
	return status;
}

static int copy(const char *from, const char *to);

/* What is in a directory. */
static int copy_entries(const char *from, const char *to)
{
	DIR *directory = opendir(from);
	struct dirent *entry;
	int status = 0;

	if (!directory)
		return error(from);
	while ((entry = readdir(directory)) != NULL) {
		char source[PATH_MAX], target[PATH_MAX];
		size_t length = strlen(entry->d_name);

		if (entry->d_ino == made)
			continue;
		if (walk_join(source, from, entry->d_name, length) &&
		    walk_join(target, to, entry->d_name, length))
			status |= copy(source, target);
		else
			status |= error(entry->d_name);
	}
	closedir(directory);
	return status;
}

static int copy_directory(const char *from, const char *to, const struct stat *source)
{
	struct stat target;

	if (!recursive) {
		fprintf(stderr, "cp: %s is a directory (-r copies it)\n", from);
		return 1;
	}
	if (mkdir(to, source->st_mode & 0777) != 0 && (errno != EEXIST || !walk_is_directory(to)))
		return error(to);
	if (stat(to, &target) != 0)
		return error(to);
	if (target.st_ino == source->st_ino) {
		fprintf(stderr, "cp: %s and %s are the same directory\n", from, to);
		return 1;
	}
	made = made ? made : target.st_ino;
	return copy_entries(from, to);
}

static int copy(const char *from, const char *to)
{
	struct stat source;

	if (stat(from, &source) != 0)
		return error(from);
	return S_ISDIR(source.st_mode) ? copy_directory(from, to, &source)
				       : copy_file(from, to, &source);
}

/* The last argument is the target, and must be a directory when there are several sources. */
int main(int argc, char **argv)
{
	const char *to = argv[argc - 1];
	int option, status = 0;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "rR")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		recursive = true;
	}
	if (argc - optind < 2)
		program_usage(usage, 1);
	if (argc - optind > 2 && !walk_is_directory(to)) {
		fprintf(stderr, "cp: %s: not a directory\n", to);
		return 1;
	}
	for (int i = optind; i < argc - 1; i++) {
		char path[PATH_MAX];

		made = 0;
		status |= walk_target(path, argv[i], to) ? copy(argv[i], path) : error(to);
	}
	return status;
}
