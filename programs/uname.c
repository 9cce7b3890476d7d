/* uname: what system this is. */
#include "program.h"
#include <stdbool.h>
#include <unistd.h>

static const char usage[] = "usage: uname [-a] [-s] [-n] [-m]\n"
			    "Prints the system's name.\n"
			    "  -s  that (as without options)    -n  the machine's name\n"
			    "  -m  its processor                -a  all of them\n";

int main(int argc, char **argv)
{
	static const struct {
		char option;
		const char *text;
	} part[] = { { 's', "Atoll" }, { 'n', "atoll" }, { 'm', "x86_64" } };
	bool wanted[3] = { false }, any = false;
	int option;

	program_help(argc, argv, usage);
	while ((option = getopt(argc, argv, "asnm")) != -1) {
		if (option == '?')
			program_usage(usage, 1);
		for (size_t i = 0; i < 3; i++)
			wanted[i] = wanted[i] || option == 'a' || option == part[i].option;
	}
	if (optind < argc)
		program_usage(usage, 1);
	if (!wanted[0] && !wanted[1] && !wanted[2])
		wanted[0] = true;
	for (size_t i = 0; i < 3; i++) {
		if (!wanted[i])
			continue;
		printf("%s%s", any ? " " : "", part[i].text);
		any = true;
	}
	putchar('\n');
	return program_end("uname", 0, 1);
}
