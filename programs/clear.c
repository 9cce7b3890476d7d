/* clear: an empty screen. */
#include "program.h"

static const char usage[] = "usage: clear\n"
			    "Clears the terminal's screen.\n";

int main(int argc, char **argv)
{
	program_help(argc, argv, usage);
	if (argc > 1)
		program_usage(usage, 1);
	fputs("\033[H\033[2J", stdout);
	return program_end("clear", 0, 1);
}
