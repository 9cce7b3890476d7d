/* yes: the same line for ever, until nobody reads it any more. */
#include "program.h"
#include <unistd.h>

#define BYTES 16384

static const char usage[] = "usage: yes [TEXT ...]\n"
			    "Prints TEXT (without one \"y\") again and again.\n";

/* As many lines as fit go out at once. */
int main(int argc, char **argv)
{
	static char buffer[BYTES];
	static char word[] = "y", *words[] = { word };
	char **from = argc > 1 ? argv + 1 : words;
	int count = argc > 1 ? argc - 1 : 1;
	size_t line = 0, filled;

	program_help(argc, argv, usage);
	for (int i = 0; i < count; i++) {
		size_t length = strlen(from[i]);

		if (line + length + 1 > sizeof buffer) {
			errno = E2BIG;
			program_error("yes", "TEXT");
			return 1;
		}
		memcpy(buffer + line, from[i], length);
		line += length;
		buffer[line++] = i + 1 < count ? ' ' : '\n';
	}
	for (filled = line; filled + line <= sizeof buffer; filled += line)
		memcpy(buffer + filled, buffer, line);
	while (write(STDOUT_FILENO, buffer, filled) == (ssize_t)filled)
		;
	program_error("yes", "standard output");
	return 1;
}
