/* echo: its arguments, one blank between them. */
#include "program.h"
#include <stdbool.h>

static const char usage[] = "usage: echo [-n] [-e] [ARGUMENT ...]\n"
			    "Prints the arguments.\n"
			    "  -n  no newline at the end\n"
			    "  -e  \\n, \\t, \\\\, \\e and \\0NNN stand for characters, \\c ends\n";

/* At a backslash; returns what is behind it. */
static const char *escape(const char *at)
{
	static const char letters[] = "n\nt\ta\ab\bf\fr\rv\ve\033\\\\";
	unsigned value = 0;

	at++;
	for (const char *l = letters; *at && *l; l += 2)
		if (*l == *at) {
			putchar(l[1]);
			return at + 1;
		}
	if (*at == 'c')
		exit(program_end("echo", 0, 1));
	if (*at != '0') {
		putchar('\\');
		return at;
	}
	at++;
	for (int digits = 0; digits < 3 && *at >= '0' && *at <= '7'; digits++)
		value = value * 8 + (unsigned)(*at++ - '0');
	putchar((int)(value & 0xff));
	return at;
}

static void print(const char *text, bool escapes)
{
	while (*text) {
		if (escapes && *text == '\\')
			text = escape(text);
		else
			putchar(*text++);
	}
}

int main(int argc, char **argv)
{
	bool newline = true, escapes = false;
	int first = 1;

	if (argc == 2)
		program_help(argc, argv, usage);
	for (; first < argc && argv[first][0] == '-' && argv[first][1] &&
	     argv[first][1 + strspn(argv[first] + 1, "ne")] == '\0';
	     first++) {
		newline = newline && !strchr(argv[first], 'n');
		escapes = escapes || strchr(argv[first], 'e');
	}
	for (int i = first; i < argc; i++) {
		if (i > first)
			putchar(' ');
		print(argv[i], escapes);
	}
	if (newline)
		putchar('\n');
	return program_end("echo", 0, 1);
}
