/* ed: an editor of lines. */
#include "../program.h"
#include "ed.h"
#include <ctype.h>
#include <setjmp.h>
#include <sys/types.h>
#include <unistd.h>

static const char usage[] =
    "usage: ed [-s] [-p PROMPT] [FILE]\n"
    "Edits a file, line by line. A command acts on a line, or on those from one to another:\n"
    "3p  2,5d  /RE/s/RE/TEXT/  ,p (all)  .,$d  'xp  +2\n"
    "  a i c  text behind, before, in place of; \".\" ends it   d  deletes     j  joins\n"
    "  p n l  prints: as it is, with numbers, all visible       m t  move, copy to a line\n"
    "  s/RE/TEXT/[g][N]  & and \\1 are what matched             k  marks: kx, then 'x\n"
    "  g/RE/COMMAND  v/RE/COMMAND  for lines that match, that do not       u  undoes\n"
    "  e r w W f [FILE]  edits, reads, writes, adds, names      =  line number\n"
    "  q Q  ends; Q and E though something was changed          h H  what ? means\n"
    "  -s  says no numbers of bytes    -p PROMPT  shows that before each command\n";

static char *file_name;
static const char *prompt, *why = "";
static bool silent, explain, warned, typing;
static jmp_buf next_command;
static unsigned long input_line;
static int status;

_Noreturn void fail(const char *reason)
{
	static char own[80];

	snprintf(own, sizeof own, "%s", reason);
	why = own;
	longjmp(next_command, 1);
}

void *check(void *memory)
{
	if (!memory)
		fail("out of memory");
	return memory;
}

/* A line of the input without its newline, valid until the next one; NULL: the end. */
static char *read_input(void)
{
	static char *text;
	static size_t room;
	ssize_t length = getline(&text, &room, stdin);

	if (length <= 0)
		return NULL;
	input_line++;
	if (text[length - 1] == '\n')
		text[length - 1] = '\0';
	return text;
}

void print_line(long number, char how)
{
	static const char special[] = "\\\a\b\f\n\r\t\v", letter[] = "\\abfnrtv";

	if (number == 0)
		fail("there is no such line");
	if (how == 'n')
		printf("%ld\t", number);
	for (const char *at = line[number].text; *at; at++) {
		const char *found = how == 'l' ? strchr(special, *at) : NULL;

		if (found)
			printf("\\%c", letter[found - special]);
		else if (how == 'l' && *at == '$')
			printf("\\$");
		else if (how == 'l' && !isprint((unsigned char)*at))
			printf("\\%03o", (unsigned char)*at);
		else
			putchar(*at);
	}
	puts(how == 'l' ? "$" : "");
	current = number;
}

static void append(long at)
{
	char *text;

	current = at;
	while ((text = read_input()) != NULL && strcmp(text, ".") != 0)
		insert_line(at++, text, strlen(text));
}

static void join(long from, long to)
{
	size_t bytes = 1;
	char *text, *end;

	for (long i = from; i <= to; i++)
		bytes += strlen(line[i].text);
	text = end = check(malloc(bytes));
	*text = '\0';
	for (long i = from; i <= to; i++)
		end = stpcpy(end, line[i].text);
	delete_lines(from, to);
	insert_line(from - 1, text, (size_t)(end - text));
	free(text);
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* The name behind a command, which becomes the file's if it has none; or that. */
static const char *read_name(const char **at, bool rename)
{
	if (**at && **at != ' ' && **at != '\t')
		fail("a blank is wanted before the name");
	*at += strspn(*at, " \t");
	if (**at && (rename || !file_name)) {
		free(file_name);
		file_name = check(strdup(*at));
	}
	if (!**at && !file_name)
		fail("there is no file name");
	return **at ? *at : file_name;
}

static void tell_bytes(const char *name, long bytes)
{
	if (bytes < 0) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		fail("the file cannot be read or written");
	}
	if (!silent)
		printf("%ld\n", bytes);
}

static void edit(const char **at, bool careful)
{
	const char *name = read_name(at, true);

	if (careful && changed && !warned) {
		warned = true;
		fail("the buffer was changed (again: it is lost)");
	}
	lines = current = 0;
	tell_bytes(name, read_file(name, 0));
	changed = false;
}

static void write_lines(const char **at, struct range range, bool append_them)
{
	bool quit = **at == 'q';
	const char *name;
	long from = range.count ? range.from : 1, to = range.count ? range.to : lines;

	*at += quit;
	name = read_name(at, false);
	tell_bytes(name, write_file(name, from, to, append_them));
	*at += strlen(*at);
	if (from == 1 && to == lines)
		changed = false;
	if (quit)
		exit(status);
}

static void quit(bool careful)
{
	if (careful && changed && !warned) {
		warned = true;
		fail("the buffer was changed (again: it is lost)");
	}
	exit(program_end("ed", status, 1));
}

/* ---- Commands -------------------------------------------------------------------------------- */

static void command(const char *at, bool global);

/* g, v: marks the lines first, then runs the command on each that is left. */
static void for_lines(const char *at, struct range range, bool matching)
{
	long from = range.count ? range.from : 1, to = range.count ? range.to : lines;
	const regex_t *regex = read_expression(&at);
	char *copy = check(strdup(*at ? at : "p"));

	for (long i = 1; i <= lines; i++)
		line[i].chosen = i >= from && i <= to &&
		    (regexec(regex, line[i].text, 0, NULL, 0) == 0) == matching;
	for (long i = 1; i <= lines; i++) {
		if (!line[i].chosen)
			continue;
		line[i].chosen = false;
		current = i;
		command(copy, true);
		i = 0; /* lines may have come and gone anywhere */
	}
	free(copy);
}

/* p, n, l may follow most commands. */
static void finish(const char *at)
{
	char how = *at && strchr("pnl", *at) ? *at++ : '\0';

	if (*at)
		fail("more than a command");
	if (how)
		print_line(current, how);
}

static void need_lines(struct range range)
{
	if (range.from == 0)
		fail("there is no such line");
}

/* Commands on lines, which the range names or the current one. */
static bool line_command(char name, const char **at, struct range range)
{
	if (strchr("cdjklmnpst", name))
		need_lines(range);
	switch (name) {
	case 'a':
	case 'i':
		append(name == 'i' && range.to > 0 ? range.to - 1 : range.to);
		break;
	case 'c':
		delete_lines(range.from, range.to);
		append(range.from - 1);
		break;
	case 'd':
		delete_lines(range.from, range.to);
		break;
	case 'j':
		if (range.count < 2)
			range.to = range.from + 1;
		if (range.to > lines)
			fail("there is no such line");
		join(range.from, range.to);
		break;
	case 'k':
		if (!islower((unsigned char)**at))
			fail("a small letter is wanted");
		for (long i = 1; i <= lines; i++)
			line[i].mark = line[i].mark == **at ? '\0' : line[i].mark;
		line[range.to].mark = *(*at)++;
		break;
	case 'm':
		move_lines(range.from, range.to, read_address(at, current));
		break;
	case 't':
		copy_lines(range.from, range.to, read_address(at, current));
		break;
	case 's':
		substitute(at, range.from, range.to);
		break;
	case 'l':
	case 'n':
	case 'p':
		for (long i = range.from; i <= range.to; i++)
			print_line(i, name);
		break;
	default:
		return false;
	}
	return true;
}

static void other_command(char name, const char **at, struct range range)
{
	switch (name) {
	case '\0': /* the next line, or the one that is named */
		print_line(range.count ? range.to : current < lines ? current + 1 : 0, 'p');
		break;
	case '=':
		printf("%ld\n", range.count ? range.to : lines);
		break;
	case 'e':
	case 'E':
		edit(at, name == 'e');
		*at += strlen(*at);
		break;
	case 'f':
		puts(read_name(at, true));
		*at += strlen(*at);
		break;
	case 'h':
		if (*why)
			puts(why);
		break;
	case 'H':
		explain = !explain;
		break;
	case 'q':
	case 'Q':
		quit(name == 'q');
		break;
	case 'r': {
		const char *file = read_name(at, false);

		tell_bytes(file, read_file(file, range.count ? range.to : lines));
		*at += strlen(*at);
		break;
	}
	case 'u':
		undo();
		break;
	case 'w':
	case 'W':
		write_lines(at, range, name == 'W');
		break;
	default:
		fail("no such command");
	}
}

static void command(const char *at, bool global)
{
	struct range range = read_range(&at);
	char name = *at;

	at += name != '\0';
	if (name == 'g' || name == 'v') {
		if (global)
			fail("g inside g");
		keep_for_undo();
		for_lines(at, range, name == 'g');
		return;
	}
	if (!global && name && strchr("acdijmrst", name))
		keep_for_undo();
	if (!line_command(name, &at, range))
		other_command(name, &at, range);
	finish(at);
}

static void run(void)
{
	static char *copy;
	char *text;

	if (setjmp(next_command)) {
		puts("?");
		if (explain)
			puts(why);
		if (!typing) {
			fflush(stdout);
			fprintf(stderr, "ed: line %lu: %s\n", input_line, why);
			exit(1);
		}
		status = 1;
	}
	for (;;) {
		if (prompt)
			fputs(prompt, stdout);
		fflush(stdout);
		text = read_input();
		if (!text)
			break;
		/* Text that a, i and c read comes over it. */
		free(copy);
		copy = check(strdup(text));
		command(copy, false);
		if (*copy != 'q' && *copy != 'e' && *copy != 'h')
			warned = false;
	}
	quit(typing);
}

int main(int argc, char **argv)
{
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "sp:")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		silent = silent || option == 's';
		prompt = option == 'p' ? optarg : prompt;
	}
	if (argc - optind > 1)
		program_usage(usage, 1);
	typing = isatty(STDIN_FILENO);
	keep_for_undo();
	if (optind < argc) {
		long bytes;

		file_name = strdup(argv[optind]);
		bytes = read_file(argv[optind], 0);
		if (bytes < 0)
			program_error("ed", argv[optind]);
		else if (!silent)
			printf("%ld\n", bytes);
		changed = false;
	}
	run();
	return status;
}
