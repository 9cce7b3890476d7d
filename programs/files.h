/* What the utilities share that read one file after the other, standard input among them. */
#ifndef FILES_H
#define FILES_H

#include "program.h"
#include <stdbool.h>
#include <unistd.h>

/* Calls it with each file that the arguments from optind on name; without any, with standard input.
 * It returns 0, or -1 with errno, which is told with the file's name. The result is the status: 1
 * when something went wrong. */
static inline int files_each(
    int argc, char **argv, const char *program, int (*each)(FILE *file, const char *name))
{
	static char dash[] = "-", *only[] = { dash };
	char **name = optind < argc ? argv + optind : only;
	int count = optind < argc ? argc - optind : 1, status = 0;

	for (int i = 0; i < count; i++) {
		bool standard = strcmp(name[i], "-") == 0;
		const char *called = standard ? "standard input" : name[i];
		FILE *opened = standard ? NULL : fopen(name[i], "r");
		FILE *file = standard ? stdin : opened;

		if (!file || each(file, called) != 0) {
			program_error(program, called);
			status = 1;
		}
		if (opened)
			fclose(opened);
	}
	return status;
}

#endif
