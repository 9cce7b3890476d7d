/* printf: arguments by a format. */
#include "../program.h"
#include "printf.h"
#include <inttypes.h>
#include <stdbool.h>

static const char usage[] =
    "usage: printf FORMAT [ARGUMENT ...]\n"
    "Prints the arguments as FORMAT says, again and again until none is left.\n"
    "  %s %c  text, its first byte      %b  text with \\ in it\n"
    "  %d %i %u %o %x %X  whole numbers  %e %f %g %a  others     %%  a %\n"
    "  \\n \\t \\a \\b \\f \\r \\v \\\\ \\NNN  characters; \\c  ends\n"
    "A number may be 'C: the code of that character.\n";

static int status;
static char **argument; /* the next one */
static bool taken;      /* one was taken since the format began */

void printf_complain(const char *text, const char *what)
{
	fflush(stdout);
	fprintf(stderr, "printf: %s: %s\n", text, what);
	status = 1;
}

static const char *next_argument(void)
{
	taken = true;
	return *argument ? *argument++ : "";
}

/* At a backslash; returns what is behind. A number behind it has a 0 more in an argument. */
static const char *escape(const char *at, bool in_argument)
{
	static const char letters[] = "n\nt\ta\ab\bf\fr\rv\v\\\\\"\"'\'";
	unsigned value = 0, digits = 0;

	at++;
	if (*at == 'c')
		exit(program_end("printf", status, 1));
	for (const char *l = letters; *at && *l; l += 2)
		if (*l == *at) {
			putchar(l[1]);
			return at + 1;
		}
	if (in_argument && *at == '0')
		at++;
	for (; digits < 3 && *at >= '0' && *at <= '7'; digits++)
		value = value * 8 + (unsigned)(*at++ - '0');
	putchar(digits ? (int)(value & 0xff) : '\\');
	return at;
}

static int64_t whole_number(const char *text, bool is_signed)
{
	char *end;
	int64_t n;

	if (*text == '\'' || *text == '"')
		return (unsigned char)text[1];
	errno = 0;
	n = is_signed || *text == '-' ? strtoll(text, &end, 0) : (int64_t)strtoull(text, &end, 0);
	if (end == text && *text)
		printf_complain(text, "not a number");
	else if (*end)
		printf_complain(text, "not a number to its end");
	else if (errno)
		printf_complain(text, strerror(errno));
	return n;
}

static void print_escaped(const char *text)
{
	while (*text) {
		if (*text == '\\')
			text = escape(text, true);
		else
			putchar(*text++);
	}
}

/* A '*' stands for an argument. Returns what is behind the flags, width and precision, which are
 * copied; NULL: too long. */
static const char *copy_specification(const char *at, char spec[SPECIFICATION])
{
	size_t length = 1;

	spec[0] = '%';
	for (at++; *at && strchr("-+ #0123456789.*", *at); at++) {
		if (length > SPECIFICATION - 32)
			return NULL;
		if (*at == '*')
			length += (size_t)sprintf(
			    spec + length, "%d", (int)whole_number(next_argument(), true));
		else
			spec[length++] = *at;
	}
	spec[length] = '\0';
	return at;
}

/* At a '%'. Returns what is behind the conversion; NULL: it makes no sense. */
static const char *convert(const char *at)
{
	char spec[SPECIFICATION], letter;

	if (at[1] == '%') {
		putchar('%');
		return at + 2;
	}
	at = copy_specification(at, spec);
	letter = at ? *at : '\0';
	if (letter && strchr("diouxX", letter)) {
		strcat(spec, PRId64);
		spec[strlen(spec) - 1] = letter;
		printf(spec, whole_number(next_argument(), strchr("di", letter) != NULL));
	} else if (letter && strchr("eEfFgGaA", letter)) {
		strncat(spec, &letter, 1);
		printf_double(spec, next_argument());
	} else if (letter == 's') {
		printf(strcat(spec, "s"), next_argument());
	} else if (letter == 'c') {
		printf(strcat(spec, ".1s"), next_argument());
	} else if (letter == 'b') {
		print_escaped(next_argument());
	} else {
		return NULL;
	}
	return at + 1;
}

static void print_once(const char *format)
{
	while (*format) {
		if (*format == '\\') {
			format = escape(format, false);
		} else if (*format == '%') {
			const char *behind = convert(format);

			if (!behind) {
				printf_complain(format, "no such conversion");
				exit(program_end("printf", 1, 1));
			}
			format = behind;
		} else {
			putchar(*format++);
		}
	}
}

int main(int argc, char **argv)
{
	int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (argc == 2)
		program_help(argc, argv, usage);
	if (argc == first)
		program_usage(usage, 2);
	argument = argv + first + 1;
	do {
		taken = false;
		print_once(argv[first]);
	} while (*argument && taken);
	return program_end("printf", status, 1);
}
