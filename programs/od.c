/* od: bytes in octal, and in other ways. */
#include "dump.h"
#include <unistd.h>

static const char usage[] =
    "usage: od [-A d|o|x|n] [-t TYPE] [-b | -c | -x] [-v] [-N BYTES] [-j BYTES] [FILE ...]\n"
    "Prints bytes as numbers: words of two in octal, the lower byte first.\n"
    "  -t TYPE   o1 o2 o4 o8 octal, x1 x2 x4 x8 hexadecimal, u1 u2 u4 u8 decimal, d1 d2 d4 d8\n"
    "            with a sign, c characters         -b -c -x  as -t o1, -t c, -t x2\n"
    "  -A d|o|x|n  where a row is: decimal, octal, hexadecimal, not told\n"
    "  -N BYTES  so many at the most    -j BYTES  without the first ones\n"
    "  -v        also rows that repeat the last\n";

static char kind = 'o', address = 'o';
static size_t size = 2;

static void print_character(unsigned char c)
{
	static const char names[] = "\0000\007a\bb\tt\nn\vv\ff\rr";

	for (size_t i = 0; i + 1 < sizeof names; i += 2) {
		if (names[i] == (char)c) {
			printf("  \\%c", names[i + 1]);
			return;
		}
	}
	printf(c >= ' ' && c < 127 ? "   %c" : " %03o", c);
}

static void print_number(uint64_t n)
{
	static const int octal[] = { [1] = 3, [2] = 6, [4] = 11, [8] = 22 };
	static const int decimal[] = { [1] = 3, [2] = 5, [4] = 10, [8] = 20 };
	int64_t with_sign = (int64_t)(n << (64 - 8 * size)) >> (64 - 8 * size);

	if (kind == 'o')
		printf(" %0*lo", octal[size], (unsigned long)n);
	else if (kind == 'x')
		printf(" %0*lx", (int)(2 * size), (unsigned long)n);
	else if (kind == 'u')
		printf(" %*lu", decimal[size], (unsigned long)n);
	else
		printf(" %*ld", decimal[size] + (size < 8), (long)with_sign);
}

static void row(unsigned long at, const unsigned char *byte, size_t count)
{
	if (address == 'o')
		printf("%07lo", at);
	else if (address != 'n')
		printf(address == 'd' ? "%07lu" : "%06lx", at);
	else if (count == 0)
		return;
	for (size_t i = 0; i < count; i += size) {
		uint64_t n = 0;

		memcpy(&n, byte + i, count - i < size ? count - i : size);
		if (kind == 'c')
			print_character(byte[i]);
		else
			print_number(n);
	}
	putchar('\n');
}

static void set_type(const char *type)
{
	kind = type[0];
	size = kind == 'c' ? 1 : (size_t)(type[1] - '0');
	if ((kind == 'c' && !type[1]) ||
	    (kind && strchr("oxud", kind) && type[1] && strchr("1248", type[1]) && !type[2]))
		return;
	fprintf(stderr, "od: %s: no such type\n", type);
	exit(1);
}

int main(int argc, char **argv)
{
	static char *standard[] = { (char *)"-", NULL };
	struct dump dump = { .program = "od" };
	unsigned long most = ~0ul, skip = 0;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "A:t:bcxvN:j:")) != -1) {
		if (option == 't')
			set_type(optarg);
		else if (option == 'b' || option == 'c' || option == 'x')
			set_type(option == 'b' ? "o1" : option == 'c' ? "c" : "x2");
		else if (option == 'v')
			dump.all = true;
		else if (option == 'N')
			most = dump_number("od", optarg);
		else if (option == 'j')
			skip = dump_number("od", optarg);
		else if (option == 'A' && strchr("doxn", optarg[0]) && optarg[0] && !optarg[1])
			address = optarg[0];
		else
			program_usage(usage, 1);
	}
	dump.name = optind < argc ? argv + optind : standard;
	return dump_rows(&dump, skip, most, row);
}
