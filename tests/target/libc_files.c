/* stdio on the file server's files: what one thread writes another function reads back, by format
 * too; files that have no name; standard output led elsewhere. Single functions are tried at random
 * by tests/host/libc_stdio.c, libc_printf.c, libc_scanf.c. */
#include "lib/tap.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH "/tmp/libc_files"

static void formats(void)
{
	FILE *f = fopen(PATH, "w+");
	char word[16] = "", rest[16] = "";
	int number = 0, c;
	unsigned hex = 0;

	if (!ok(f != NULL, "a file"))
		return;
	is(fprintf(f, "%s %d\n%#x,tail", "word", -42, 0xbeefu), 20, "written by format");
	rewind(f);
	is(fscanf(f, "%15s%d%x", word, &number, &hex), 3, "read by format");
	ok(!strcmp(word, "word") && number == -42 && hex == 0xbeef, "what was written");
	is(fscanf(f, "%d", &number), 0, "a comma is no number");
	c = fgetc(f);
	is(c, ',', "and is still there");
	is(ungetc(c, f), ',', "put back");
	is(fscanf(f, ",%15[a-z]", rest), 1, "a set of characters");
	ok(!strcmp(rest, "tail") && fscanf(f, "%d", &number) == EOF && feof(f), "to the end");
	fclose(f);
}

static void elsewhere(void)
{
	char line[32] = "";
	FILE *f = fopen(PATH, "w"), *same;

	ok(f != NULL && fputs("first", f) >= 0, "a file");
	same = freopen(PATH ".2", "w", f);
	ok(same == f && fputs("second\n", f) >= 0 && fclose(f) == 0, "opened anew, elsewhere");
	f = fopen(PATH, "r");
	ok(f && fgets(line, sizeof line, f) && !strcmp(line, "first"), "what went to the one");
	f = freopen(PATH ".2", "r", f);
	ok(f && fgets(line, sizeof line, f) && !strcmp(line, "second\n"), "and to the other");
	fclose(f);
	is(rename(PATH ".2", PATH), 0, "renamed");
	is(remove(PATH), 0, "removed");
	ok(remove(PATH) != 0 && errno == ENOENT, "once");
}

static void nameless(void)
{
	char name[L_tmpnam], back[8] = "";
	FILE *a = tmpfile(), *b = tmpfile();

	ok(a && b, "two files without a name");
	ok(a && b && fputs("a", a) >= 0 && fputs("b", b) >= 0, "each of its own");
	rewind(a);
	ok(fgets(back, sizeof back, a) && !strcmp(back, "a"), "to be read, too");
	fclose(a);
	fclose(b);
	ok(tmpnam(name) == name && access(name, F_OK) != 0, "a name that no file has: %s", name);
	ok(tmpnam(NULL) && strcmp(tmpnam(NULL), name) != 0, "another each time");
}

static void buffering(void)
{
	static char buffer[256];
	char back[32] = "";
	FILE *f = fopen(PATH, "w"), *r = fopen(PATH, "r");

	ok(f && r && setvbuf(f, buffer, _IOFBF, sizeof buffer) == 0, "a buffer of one's own");
	fputs("one\n", f);
	ok(!fgets(back, sizeof back, r), "keeps what was written");
	fflush(f);
	clearerr(r);
	ok(fgets(back, sizeof back, r) && !strcmp(back, "one\n"), "until it is flushed");
	fclose(f);
	f = fopen(PATH, "a");
	ok(f && setvbuf(f, NULL, _IOLBF, 0) == 0 && fputs("two\nthr", f) >= 0, "by line");
	clearerr(r);
	ok(fgets(back, sizeof back, r) && !strcmp(back, "two\n"), "a line is out at once");
	fclose(f);
	fclose(r);
	remove(PATH);
}

int main(void)
{
	formats();
	elsewhere();
	nameless();
	buffering();
	return tap_done();
}
