/* fork: a child writes to pages that it shares with its parent, and gets copies of those alone. */
#include "program.h"
#include <atoll/abi.h>
#include <atoll/pager.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage[] =
    "usage: fork [N]\n"
    "Writes to the 8 pages of a region and forks. The child writes to the first N (3) of them, and\n"
    "tells how many pages were copied for that; the parent then tells what it finds.\n";

#define PAGES 8

static char (*const page)[PAGE_SIZE] = (void *)0x300000000000;

static void tell(const char *who, const char *when)
{
	printf("%s (pid %d) %s:", who, getpid(), when);
	for (int i = 0; i < PAGES; i++)
		printf(" %s", page[i]);
	printf("\n");
}

static unsigned long copied(void)
{
	struct pager_counts counts = { 0 };

	if (pager_counts(&counts) != 0)
		program_error("fork", "pager");
	return (unsigned long)counts.copied;
}

static int child(int n)
{
	unsigned long before;

	tell("child", "begins");
	before = copied();
	for (int i = 0; i < n; i++)
		strcpy(page[i], "child");
	tell("child", "wrote");
	printf("copied: %lu pages\n", copied() - before);
	return program_end("fork", 0, 1);
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
	pid_t pid;
	int status;

	program_help(argc, argv, usage);
	if (argc > 2 || n < 1 || n > PAGES)
		program_usage(usage, 1);
	if (pager_map(page, PAGES * (size_t)PAGE_SIZE, PROT_READ | PROT_WRITE, NULL, 0) != 0) {
		program_error("fork", "pager");
		return 1;
	}
	for (int i = 0; i < PAGES; i++)
		strcpy(page[i], "both");
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		program_error("fork", "fork");
		return 1;
	}
	if (pid == 0)
		return child((int)n);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "fork: the child did not end well\n");
		return 1;
	}
	tell("parent", "reads");
	return program_end("fork", 0, 1);
}
