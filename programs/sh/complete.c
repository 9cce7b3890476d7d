/* The Tab key: the console hands over what stands before the cursor, and gets what belongs behind
 * it (tty_read). Which words fit depends on where the cursor is: a variable behind a `$`, a command
 * where one can stand, else a file. */
#include "shell.h"
#include "variables.h"
#include <atoll/tty.h>
#include <dirent.h>
#include <errno.h>
#include <servers/console/protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOWN 200 /* of words that fit at the most */

/* Where the cursor is. */
struct place_typed {
	char word[CONSOLE_LINE_MAX + 1]; /* before it, without quotes */
	char quote;                      /* that is open, or 0 */
	bool command;
	const char *variable; /* the part of a name behind a `$`, or NULL; in the line */
};

static bool is_name(const char *text, size_t length)
{
	return name_length(text) >= length;
}

/* Does a command stand behind this word, too? */
static bool before_command(const char *word)
{
	static const char *const words[] = { "if", "then", "elif", "else", "while", "until", "do",
		"!", "{", "exec" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return assignment_name(word) > 0;
}

/* One walk from the start of the line. */
static void find_place(struct place_typed *place, const char *line, size_t length)
{
	size_t used = 0;
	bool file = false; /* behind < or > */

	*place = (struct place_typed){ .command = true };
	for (size_t i = 0; i < length; i++) {
		char c = line[i];

		place->word[used] = '\0';
		if (c == '$' && place->quote != '\'')
			place->variable = line + i + 1;
		else if (place->variable &&
		    !is_name(place->variable, line + i + 1 - place->variable) &&
		    line + i != place->variable)
			place->variable = NULL;
		if (place->variable && c == '{' && line + i == place->variable)
			place->variable++;
		if (c == '\\' && place->quote != '\'' && i + 1 < length) {
			place->word[used++] = line[++i];
		} else if (place->quote ? c == place->quote : c == '"' || c == '\'') {
			place->quote = place->quote ? 0 : c;
		} else if (place->quote || !strchr(" \t;|&()<>`", c)) {
			place->word[used++] = c;
		} else {
			/* A word ends, if there was one. */
			if (used && !file)
				place->command = place->command && before_command(place->word);
			file = strchr("<>", c) || (file && !used && strchr(" \t", c));
			if (strchr(";|&(`", c))
				place->command = true;
			used = 0;
			place->variable = NULL;
		}
	}
	place->word[used] = '\0';
	place->command = place->command && !file;
}

/* ---- What fits ------------------------------------------------------------------------------- */

static void offer(struct arguments *fits, const char *name, size_t length, const char *start)
{
	if (strlen(start) > length || strncmp(name, start, strlen(start)) != 0)
		return;
	for (size_t i = 0; i < fits->count; i++)
		if (strlen(fits->argument[i]) == length &&
		    strncmp(fits->argument[i], name, length) == 0)
			return;
	name = strndup(name, length);
	if (name)
		arguments_add(fits, (char *)name);
}

/* Files in a folder; a folder's name ends in a slash. */
static void offer_files(
    struct arguments *fits, const char *folder, const char *start, bool programs)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	char name[sizeof entry->d_name + 2];

	while (directory && (entry = readdir(directory)) != NULL) {
		bool is_folder = entry->d_type == DT_DIR;

		if (programs ? is_folder : entry->d_name[0] == '.' && *start != '.')
			continue;
		snprintf(name, sizeof name, "%s%s", entry->d_name, is_folder ? "/" : "");
		offer(fits, name, strlen(name), start);
	}
	if (directory)
		closedir(directory);
}

static void offer_commands(struct arguments *fits, const char *start)
{
	const char *folders = variable_get("PATH"), *name;

	for (size_t i = 0; (name = builtin_name(i)) != NULL; i++)
		offer(fits, name, strlen(name), start);
	for (size_t i = 0; (name = function_name(i)) != NULL; i++)
		offer(fits, name, strlen(name), start);
	for (folders = folders ? folders : "/bin"; *folders;) {
		size_t length = strcspn(folders, ":");
		char *folder = strndup(folders, length);

		if (folder)
			offer_files(fits, *folder ? folder : ".", start, true);
		free(folder);
		folders += length + (folders[length] == ':');
	}
}

static void offer_variables(struct arguments *fits, const char *start)
{
	const char *text;
	bool exported;

	for (size_t i = 0; (text = variable_list(i, &exported)) != NULL; i++)
		offer(fits, text, strcspn(text, "="), start);
}

/* All that fits, without what of a path stands before its last slash. Returns the part of the
 * word that they begin with. */
static const char *find_fits(const struct place_typed *place, struct arguments *fits)
{
	const char *slash = strrchr(place->word, '/'), *start = slash ? slash + 1 : place->word;
	char *folder = NULL;
	int made;

	if (place->variable) {
		start = strrchr(place->word, '$') + 1;
		start += *start == '{';
		offer_variables(fits, start);
		return start;
	}
	if (place->command && !slash) {
		offer_commands(fits, start);
		return start;
	}
	if (place->word[0] == '~' && place->word[1] == '/')
		made = asprintf(&folder, "%s%.*s", variable_get("HOME") ?: "",
		    (int)(start - place->word - 1), place->word + 1);
	else
		made = asprintf(&folder, "%.*s", (int)(start - place->word), place->word);
	if (made >= 0)
		offer_files(fits, *folder ? folder : ".", start, false);
	free(folder);
	return start;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t longest(const struct arguments *fits)
{
	size_t most = 0;

	for (size_t i = 0; i < fits->count; i++)
		most = strlen(fits->argument[i]) > most ? strlen(fits->argument[i]) : most;
	return most;
}

/* In columns, above the prompt: the console draws that and the line anew. */
static void list_fits(const struct arguments *fits)
{
	int64_t size = tty_command(STDIN_FILENO, TTY_GET_SIZE, 0);
	size_t width = longest(fits) + 2, columns = (size < 0 ? 80 : TTY_COLUMNS(size)) / width;
	size_t count = fits->count < SHOWN ? fits->count : SHOWN;

	columns = columns ? columns : 1;
	for (size_t i = 0; i < count; i++) {
		bool last = i + 1 == count || (i + 1) % columns == 0;

		printf("%-*s%s", last ? 0 : (int)width, fits->argument[i], last ? "\n" : "");
	}
	if (count < fits->count)
		printf("and %zu more\n", fits->count - count);
	fflush(stdout);
}

/* So many bytes all of them have in common. */
static size_t common(const struct arguments *fits)
{
	size_t length = strlen(fits->argument[0]);

	for (size_t i = 1; i < fits->count; i++)
		while (strncmp(fits->argument[0], fits->argument[i], length) != 0)
			length--;
	/* Not half a character of UTF-8. */
	while (fits->count > 1 && length && (fits->argument[0][length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* What goes behind the cursor. Without an open quote, what is special gets a backslash. */
static void answer(
    char *insert, const struct place_typed *place, const struct arguments *fits, size_t have)
{
	const char *text = fits->argument[0];
	size_t length = common(fits);
	bool whole = fits->count == 1 && text[length - 1] != '/';

	for (size_t i = have; i < length && (unsigned char)text[i] >= ' '; i++) {
		if (!place->quote && !place->variable && strchr(" \t\"'\\$`;|&()<>*?[#", text[i]))
			*insert++ = '\\';
		*insert++ = text[i];
	}
	if (whole && place->variable && place->variable[-1] == '{')
		*insert++ = '}';
	else if (whole && place->quote && !place->variable)
		*insert++ = place->quote;
	if (whole && !place->variable)
		*insert++ = ' ';
	*insert = '\0';
}

/* line: what stands before the cursor. */
static void complete(const char *line, size_t length, char *insert)
{
	static struct place_typed place;
	struct arguments fits = { 0 };
	const char *start;

	*insert = '\0';
	find_place(&place, line, length);
	start = find_fits(&place, &fits);
	if (fits.count) {
		qsort(fits.argument, fits.count, sizeof *fits.argument, compare);
		answer(insert, &place, &fits, strlen(start));
	}
	if (fits.count > 1 && !*insert)
		list_fits(&fits);
	arguments_free(&fits);
}

ssize_t read_typed(char *bytes, size_t size)
{
	static char insert[2 * NAME_MAX + 16];
	ssize_t count;

	for (*insert = '\0';;) {
		count = tty_read(STDIN_FILENO, bytes, size, insert);
		if (count <= 0 || bytes[count - 1] != '\t')
			return count;
		complete(bytes, (size_t)count - 1, insert);
	}
}
