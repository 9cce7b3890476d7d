/* help: what can be typed at the shell. */
#include "program.h"
#include <dirent.h>
#include <stdbool.h>

#define FOLDER  "/bin"
#define COLUMNS 5

static const char text[] =
    "The shell\n"
    "  A ; B    one after the other        A && B  B if A succeeded   < FILE   input\n"
    "  A &      in the background          A || B  B if A failed      > FILE   output\n"
    "  A | B    B reads what A prints      ! A     the other status\n"
    "  if A; then B; elif C; then D; else E; fi      for NAME in WORDS; do A; done\n"
    "  while A; do B; done    until A; do B; done    { A; B; }    $(A)  what A prints\n"
    "  'as is'  \"with $NAME\"  \\c          $?  status of the last     >> FILE  added\n"
    "  NAME=value  export NAME  $NAME      # comment                  2> FILE  errors\n"
    "  * ? [a-z]  match names of files     2>&1  errors go where output goes\n"
    "  cd pwd exit export unset wait jobs read shift test [ break continue : are built in\n"
    "Keys\n"
    "  Left Right Home End  Ctrl-A E B F   move         Ctrl-K U W  delete\n"
    "  Up Down  Ctrl-P N                   history      Ctrl-L      clear the screen\n"
    "  Ctrl-C  end the program in front    Ctrl-D       end of input\n"
    "Programs (each answers --help)\n";

static const struct {
	const char *name, *what;
} known[] = {
	{ "cat", "prints files" },
	{ "cp", "copies files" },
	{ "cut", "prints columns of lines" },
	{ "echo", "prints its arguments" },
	{ "false", "fails" },
	{ "free", "shows memory" },
	{ "grep", "prints lines that match a pattern" },
	{ "head", "prints the first lines" },
	{ "help", "prints this" },
	{ "inversion", "priority inversion, measured" },
	{ "ipcstat", "counts messages, switches, flushes" },
	{ "kill", "ends a process, or a server" },
	{ "ls", "lists directories" },
	{ "mkdir", "makes directories" },
	{ "mv", "renames and moves files" },
	{ "names", "lists the services" },
	{ "poweroff", "turns the machine off" },
	{ "ps", "lists threads: what they do, whom they wait for" },
	{ "ring", "threads that call one another in a circle" },
	{ "rm", "removes files" },
	{ "seq", "counts" },
	{ "sh", "this shell" },
	{ "sleep", "waits" },
	{ "sort", "puts lines in order" },
	{ "tail", "prints the last lines" },
	{ "tee", "copies its input to files, too" },
	{ "tlb", "shows what switches of address spaces cost the TLB" },
	{ "top", "shows who uses the processor, and how many messages go" },
	{ "tr", "puts other bytes for some" },
	{ "trace", "shows the messages that a command sends, and everybody else's" },
	{ "true", "succeeds" },
	{ "uniq", "leaves out repeated lines" },
	{ "wc", "counts lines, words, bytes" },
	{ "yes", "prints a line for ever" },
};
#define KNOWN (sizeof known / sizeof *known)

static bool is_known(const char *name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (strcmp(known[i].name, name) == 0)
			return true;
	return false;
}

/* What has come to /bin since this text was written. */
static void print_others(void)
{
	DIR *directory = opendir(FOLDER);
	struct dirent *entry;
	size_t count = 0;

	while (directory && (entry = readdir(directory)) != NULL) {
		if (is_known(entry->d_name))
			continue;
		if (count == 0)
			printf("Also in " FOLDER ":");
		printf(count++ % COLUMNS ? "  %s" : "\n  %s", entry->d_name);
	}
	if (count > 0)
		putchar('\n');
	if (directory)
		closedir(directory);
}

int main(void)
{
	fputs(text, stdout);
	for (size_t i = 0; i < KNOWN; i++)
		printf("  %-10s %s\n", known[i].name, known[i].what);
	print_others();
	return program_end("help", 0, 1);
}
