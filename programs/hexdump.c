/* hexdump: bytes in hexadecimal, and as characters. */
#include "dump.h"
#include <ctype.h>
#include <unistd.h>

static const char usage[] =
    "usage: hexdump [-C] [-v] [-n BYTES] [-s BYTES] [FILE ...]\n"
    "Prints bytes in hexadecimal: words of two, the lower byte first.\n"
    "  -C  byte by byte, and as characters    -v  also rows that repeat the last\n"
    "  -n BYTES  so many at the most          -s BYTES  without the first ones\n";

static void row_words(unsigned long at, const unsigned char *byte, size_t count)
{
	if (count == 0 && at == 0)
		return;
	printf("%07lx", at);
	for (size_t i = 0; i < count; i += 2)
		printf(" %04x", byte[i] | (i + 1 < count ? byte[i + 1] << 8 : 0));
	for (size_t i = count + count % 2; count > 0 && i < DUMP_ROW; i += 2)
		printf("     ");
	putchar('\n');
}

static void row_canonical(unsigned long at, const unsigned char *byte, size_t count)
{
	if (count == 0 && at == 0)
		return;
	printf("%08lx", at);
	for (size_t i = 0; i < DUMP_ROW && count > 0; i++) {
		printf(i % 8 ? " " : "  ");
		if (i < count)
			printf("%02x", byte[i]);
		else
			printf("  ");
	}
	if (count > 0) {
		printf("  |");
		for (size_t i = 0; i < count; i++)
			putchar(isprint(byte[i]) ? byte[i] : '.');
		putchar('|');
	}
	putchar('\n');
}

int main(int argc, char **argv)
{
	static char *standard[] = { (char *)"-", NULL };
	struct dump dump = { .program = "hexdump" };
	unsigned long most = ~0ul, skip = 0;
	bool canonical = false;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "Cvn:s:")) != -1) {
		if (option == 'C')
			canonical = true;
		else if (option == 'v')
			dump.all = true;
		else if (option == 'n')
			most = dump_number("hexdump", optarg);
		else if (option == 's')
			skip = dump_number("hexdump", optarg);
		else
			program_usage(usage, 1);
	}
	dump.name = optind < argc ? argv + optind : standard;
	return dump_rows(&dump, skip, most, canonical ? row_canonical : row_words);
}
