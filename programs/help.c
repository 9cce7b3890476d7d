/* help: what can be typed at the shell. */
#include "program.h"
#include <dirent.h>
#include <limits.h>

#define FOLDER "/bin"
#define MANUAL "/man"

static const char text[] =
    "The shell\n"
    "  A ; B    one after the other        A && B  B if A succeeded   < FILE   input\n"
    "  A &      in the background          A || B  B if A failed      > FILE   output\n"
    "  A | B    B reads what A prints      ! A     the other status\n"
    "  if A; then B; elif C; then D; else E; fi      for NAME in WORDS; do A; done\n"
    "  while A; do B; done    until A; do B; done    { A; B; }    $(A)  what A prints\n"
    "  case WORD in A) B;; *) C;; esac    NAME() { A; }    ( A )    $((1 + 2))  a sum\n"
    "  'as is'  \"with $NAME\"  \\c          $?  status of the last     >> FILE  added\n"
    "  NAME=value  export NAME  $NAME      # comment                  2> FILE  errors\n"
    "  * ? [a-z]  match names of files     2>&1  errors go where output goes\n"
    "  ${A:-WORD} ${A#PATTERN}            << END  lines up to END    . FILE  its commands\n"
    "  trap A INT  when Ctrl-C comes       ~  the home directory      local NAME  a function's\n"
    "  cd pwd exit export unset local set eval exec . source return wait jobs fg kill trap type\n"
    "  read shift test [ break continue : are built in\n"
    "Keys\n"
    "  Left Right Home End  Ctrl-A E B F   move         Ctrl-K U W  delete\n"
    "  Up Down  Ctrl-P N                   history      Ctrl-L      clear the screen\n"
    "  Ctrl-C  end the program in front    Ctrl-D       end of input   Tab  complete\n"
    "  Alt-F1 to F4  Alt-Left Alt-Right    another terminal, where there is a screen\n"
    "Programs (`man NAME` tells more)\n";

/* The first line of its page: "# NAME: what it does". */
static void print_program(const char *name)
{
	char path[PATH_MAX], line[128];
	const char *what = NULL;
	FILE *page;

	snprintf(path, sizeof path, MANUAL "/%s", name);
	page = fopen(path, "r");
	if (page && fgets(line, sizeof line, page))
		what = strstr(line, ": ");
	if (page)
		fclose(page);
	printf("  %-10s %s", name, what ? what + 2 : "\n");
}

int main(void)
{
	DIR *directory = opendir(FOLDER);
	struct dirent *entry;

	fputs(text, stdout);
	while (directory && (entry = readdir(directory)) != NULL)
		if (entry->d_type == DT_REG)
			print_program(entry->d_name);
	if (directory)
		closedir(directory);
	return program_end("help", 0, 1);
}
