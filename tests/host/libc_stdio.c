// SOURCES: libc/decimal/decimal.c libc/decimal/binary_float.c libc/stdio/format_decimal.c libc/stdio/format_float.c
// FILE: random reading, writing, seeking and pushing back against the host's stdio on the same
// file, below it a descriptor that likes to read and write less than it was asked to; buffering by
// line and by call; errors from below. The sources are included below, see libc_rename.h.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include "tap.h"

#undef BUFSIZ
#undef FOPEN_MAX
#undef FILENAME_MAX
#undef L_tmpnam
#undef TMP_MAX
#undef _IOFBF
#undef _IOLBF
#undef _IONBF
#undef SEEK_SET
#undef SEEK_CUR
#undef SEEK_END
#undef EOF

#define HOST_STRING
#define HOST_HEAP
#include "libc_rename.h"
ssize_t read(int fd, void *buffer, size_t count);
ssize_t write(int fd, const void *buffer, size_t count);
off_t lseek(int fd, off_t offset, int from);
int open(const char *path, int flags, ...);
int close(int fd);
int dup2(int fd, int to);
int isatty(int fd);
#include "../../libc/include/stdio.h"
#define LIBC_INTERNAL_H /* in its place: */
void libc_stdio_exit(void);
bool libc_owns(const uint64_t *word);
bool libc_hold(uint64_t *word);
void libc_release(uint64_t *word);
#include "../../libc/stdio/dprintf.c"
#include "../../libc/stdio/file.c"
#include "../../libc/stdio/fopen.c"
#include "../../libc/stdio/format.c"
#include "../../libc/stdio/lock.c"
#include "../../libc/stdio/printf.c"
#include "../../libc/stdio/printf_float.c"
#include "../../libc/stdio/read.c"
#include "../../libc/stdio/seek.c"
#define put write_put
#include "../../libc/stdio/write.c"
#undef put
#include "libc_rename.h"
// clang-format on

/* One thread: a lock is held or not, and each call must leave it as it was. */
static unsigned locks_held, locks_broken;

bool libc_owns(const uint64_t *word)
{
	return *word != 0;
}

bool libc_hold(uint64_t *word)
{
	locks_broken += *word != 0;
	locks_held++;
	*word = 1;
	return true;
}

void libc_release(uint64_t *word)
{
	locks_broken += *word != 1;
	locks_held--;
	*word = 0;
}

static uint64_t seed = 3;

static unsigned pick(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* ---- What lies below: four descriptors ------------------------------------------------------- */

#define FILE_MAX (1 << 20)
static struct fake {
	char bytes[FILE_MAX];
	size_t size, position;
	bool open, append, terminal, broken, stream;
	unsigned writes;
} fake[8];

static bool stingy; /* reads and writes may do less than asked */

static size_t some(size_t count)
{
	return stingy && count > 1 && pick(2) ? 1 + pick((unsigned)count) : count;
}

ssize_t atoll_read(int fd, void *buffer, size_t count)
{
	struct fake *f = &fake[fd];
	size_t left = f->position < f->size ? f->size - f->position : 0;

	locks_broken += !locks_held;
	if (f->broken) {
		errno = EIO;
		return -1;
	}
	count = count < left ? some(count) : left;
	memcpy(buffer, f->bytes + f->position, count);
	f->position += count;
	return (ssize_t)count;
}

ssize_t atoll_write(int fd, const void *buffer, size_t count)
{
	struct fake *f = &fake[fd];

	f->writes++;
	locks_broken += !locks_held;
	if (f->broken) {
		errno = EIO;
		return -1;
	}
	count = some(count);
	if (f->append)
		f->position = f->size;
	if (f->position > f->size) /* a gap reads as zeros */
		memset(f->bytes + f->size, 0, f->position - f->size);
	memcpy(f->bytes + f->position, buffer, count);
	f->position += count;
	f->size = f->size > f->position ? f->size : f->position;
	return (ssize_t)count;
}

off_t atoll_lseek(int fd, off_t offset, int from)
{
	struct fake *f = &fake[fd];
	off_t to = offset +
	    (from == SEEK_CUR          ? (off_t)f->position
		    : from == SEEK_END ? (off_t)f->size
				       : 0);

	if (f->stream || to < 0) {
		errno = f->stream ? ESPIPE : EINVAL;
		return -1;
	}
	return (off_t)(f->position = (size_t)to);
}

int atoll_open(const char *path, int flags, ...)
{
	int fd = 3;

	while (fake[fd].open)
		fd++;
	if (strcmp(path, "none") == 0) {
		errno = ENOENT;
		return -1;
	}
	fake[fd].open = true;
	fake[fd].append = flags & O_APPEND;
	fake[fd].position = 0;
	if (flags & O_TRUNC)
		fake[fd].size = 0;
	return fd;
}

int atoll_close(int fd)
{
	fake[fd].open = false;
	return 0;
}

int atoll_dup2(int fd, int to)
{
	fake[to] = fake[fd];
	return to;
}

int atoll_isatty(int fd)
{
	return fake[fd].terminal;
}

/* ---- Against the host ------------------------------------------------------------------------ */

/* One random step on both; between reading and writing C wants a seek. */
static bool step(atoll_FILE *a, FILE *b, char *last)
{
	static char x[16000], y[16000];
	unsigned n = pick(pick(4) ? 40 : 5000), kind = pick(12);
	int from, c;
	long offset;

	if (kind >= 3 && kind <= 8 && *last == 'w')
		kind = 0;
	if (kind >= 9 && *last == 'r')
		kind = 0;
	switch (kind) {
	case 0:
		from = (int)pick(3);
		offset = from == SEEK_SET ? (long)pick(9000)
		    : from == SEEK_CUR    ? (long)pick(200) - 100
					  : -(long)pick(50);
		/* A negative target is an error in both; the host then keeps its buffer, which
		 * tells nothing. */
		if (from != SEEK_SET && ftell(b) < 100)
			from = SEEK_SET, offset = 0;
		*last = 0;
		return atoll_fseek(a, offset, from) == fseek(b, offset, from);
	case 1:
	case 2:
		return atoll_ftell(a) == ftell(b) && !atoll_feof(a) == !feof(b);
	case 3:
	case 4:
		*last = 'r';
		memset(x, 1, sizeof x);
		memset(y, 1, sizeof y);
		return atoll_fread(x, 1 + n % 3, n, a) == fread(y, 1 + n % 3, n, b) &&
		    memcmp(x, y, sizeof x) == 0 && !atoll_feof(a) == !feof(b);
	case 5:
		*last = 'r';
		return atoll_fgetc(a) == fgetc(b) && !atoll_feof(a) == !feof(b);
	case 6:
	case 7:
		*last = 'r';
		memset(x, 1, sizeof x);
		memset(y, 1, sizeof y);
		return !atoll_fgets(x, (int)n + 1, a) == !fgets(y, (int)n + 1, b) &&
		    memcmp(x, y, sizeof x) == 0;
	case 8:
		*last = 'r';
		c = atoll_fgetc(a);
		if (c != fgetc(b))
			return false;
		return c < 0 || (atoll_ungetc(c, a) == ungetc(c, b) && atoll_fgetc(a) == fgetc(b));
	case 9:
		*last = 'w';
		for (unsigned i = 0; i < n; i++)
			x[i] = (char)(pick(8) ? 'a' + pick(26) : '\n');
		return atoll_fwrite(x, 1, n, a) == fwrite(x, 1, n, b);
	case 10:
		*last = 'w';
		c = (int)pick(256);
		return atoll_fputc(c, a) == fputc(c, b) && atoll_fputs("line\n", a) >= 0 &&
		    fputs("line\n", b) >= 0;
	default:
		*last = 'w';
		return atoll_fprintf(a, "<%*d>", (int)n / 3, 5) ==
		    fprintf(b, "<%*d>", (int)n / 3, 5);
	}
}

static bool same_contents(atoll_FILE *a, FILE *b)
{
	static char theirs[FILE_MAX];
	struct fake *f = &fake[atoll_fileno(a)];
	long size;

	atoll_fflush(a);
	fflush(b);
	fseek(b, 0, SEEK_END);
	size = ftell(b);
	rewind(b);
	return (size_t)size == f->size && fread(theirs, 1, (size_t)size, b) == (size_t)size &&
	    memcmp(theirs, f->bytes, f->size) == 0;
}

static void test_against_host(const char *mode, bool short_counts)
{
	bool all = true, contents = true;

	char path[] = "/tmp/atoll-stdio-XXXXXX";
	int fd = mkstemp(path);

	/* Both begin with the same: what lies in the fake file from the test before. */
	ok(fd >= 0 && write(fd, fake[3].bytes, fake[3].size) == (ssize_t)fake[3].size, "\"%s\"",
	    mode);
	close(fd);
	stingy = short_counts;
	for (int round = 0; round < 30 && all; round++) {
		atoll_FILE *a = atoll_fopen("file", mode);
		FILE *b = fopen(path, mode);
		static char buffer[64];
		char last = 0;

		if (round % 3 == 1)
			atoll_setvbuf(a, buffer, _IOFBF, sizeof buffer);
		for (int i = 0; i < 300 && all; i++)
			all &= step(a, b, &last);
		contents &= same_contents(a, b);
		atoll_fclose(a);
		fclose(b);
	}
	remove(path);
	stingy = false;
	ok(all, "\"%s\"%s: every call answers what the host's does", mode,
	    short_counts ? ", short counts" : "");
	ok(contents, "\"%s\"%s: the file holds the same", mode,
	    short_counts ? ", short counts" : "");
}

/* ---- Buffering, errors, the rest ------------------------------------------------------------- */

static bool holds(int fd, const char *text)
{
	return fake[fd].size == strlen(text) && memcmp(fake[fd].bytes, text, fake[fd].size) == 0;
}

static void test_buffering(void)
{
	atoll_FILE *f;

	fake[1].terminal = true;
	atoll_fputs("half", atoll_stdout);
	ok(holds(1, ""), "a terminal's line waits for its end");
	atoll_puts(" and whole");
	ok(holds(1, "half and whole\n") && fake[1].writes == 1, "puts ends it, in one write");
	atoll_printf("two\nlines, %s", "one not ended");
	ok(holds(1, "half and whole\ntwo\nlines, "), "printf writes the piece that ends a line");
	fake[0].size = 6;
	memcpy(fake[0].bytes, "input\n", 6);
	fake[0].terminal = true;
	atoll_getchar();
	ok(holds(1, "half and whole\ntwo\nlines, one not ended"), "reading shows the prompt first");
	atoll_fprintf(atoll_stderr, "%d %s %c", 1, "two", '3');
	ok(holds(2, "1 two 3") && fake[2].writes == 1, "standard error: at once, and in one piece");
	f = atoll_fopen("file", "w");
	for (int i = 0; i < 5000; i++)
		atoll_putc('x', f);
	ok(fake[3].size == BUFSIZ, "a file is written by the bufferful");
	locks_held++; /* the last flush does without locks */
	libc_stdio_exit();
	locks_held--;
	ok(fake[3].size == 5000, "the rest goes when the program exits");
	atoll_fclose(f);
	fake[4].open = true;
	ok(atoll_dprintf(4, "%0600d", 1) == 600 && fake[4].size == 600, "dprintf");
}

static void test_reading_lines(void)
{
	atoll_FILE *f = atoll_fopen("file", "w+");
	char *line = NULL, text[8];
	size_t size = 0;

	for (int i = 0; i < 500; i++)
		atoll_fputc('y', f);
	atoll_fputs("\nlast", f);
	atoll_rewind(f);
	ok(atoll_getline(&line, &size, f) == 501 && line[500] == '\n' && line[499] == 'y',
	    "getline of a long line");
	ok(atoll_getline(&line, &size, f) == 4 && strcmp(line, "last") == 0,
	    "a last line without an end");
	ok(atoll_getline(&line, &size, f) == -1 && atoll_feof(f), "then the end");
	free(line);
	ok(atoll_ungetc('q', f) == 'q' && !atoll_feof(f) && atoll_fgetc(f) == 'q' &&
		atoll_fgetc(f) == EOF,
	    "ungetc at the end");
	atoll_rewind(f);
	ok(atoll_ungetc('1', f) == '1' && atoll_ungetc('2', f) == '2' && atoll_fgetc(f) == '2' &&
		atoll_fgetc(f) == '1' && atoll_fgetc(f) == 'y',
	    "ungetc before the start");
	ok(atoll_fgets(text, 1, f) && !*text, "fgets into one byte");
	atoll_fclose(f);
}

static void test_errors(void)
{
	atoll_FILE *f = atoll_fopen("file", "w");
	unsigned writes;

	errno = 0;
	ok(!atoll_fopen("none", "r") && errno == ENOENT, "a file that is not there");
	ok(!atoll_fopen("file", "q") && errno == EINVAL, "a mode that is none");
	ok(atoll_fgetc(f) == EOF && atoll_ferror(f) && errno == EBADF,
	    "reading what is open for writing");
	atoll_clearerr(f);
	atoll_fputs("kept", f);
	fake[3].broken = true;
	ok(atoll_fflush(f) == EOF && errno == EIO && atoll_ferror(f), "a write that fails");
	fake[3].broken = false;
	ok(atoll_fflush(f) == 0 && holds(3, "kept"), "and what waited is still there");
	atoll_fclose(f);
	f = atoll_fopen("file", "r");
	fake[3].broken = true;
	ok(atoll_fgetc(f) == EOF && atoll_ferror(f) && !atoll_feof(f),
	    "a read that fails is not the end");
	fake[3].broken = false;
	atoll_clearerr(f);
	ok(atoll_fgetc(f) == 'k', "after clearerr it goes on");
	fake[3].stream = true;
	ok(atoll_ftell(f) == -1 && errno == ESPIPE && atoll_fseek(f, 0, SEEK_SET) == -1,
	    "a stream has no position");
	fake[3].stream = false;
	atoll_fclose(f);
	writes = fake[1].writes;
	ok(atoll_fwrite("x", SIZE_MAX, 2, atoll_stdout) == 0 && fake[1].writes == writes,
	    "a size that overflows");
}

static void test_reopening(void)
{
	atoll_FILE *f = atoll_fopen("file", "w");

	atoll_fputs("old", f);
	ok(atoll_freopen("file", "w", f) == f && atoll_fputs("new", f) == 0, "freopen");
	atoll_fclose(f);
	f = atoll_fopen("file", "a");
	atoll_fputs("+", f);
	atoll_fflush(f);
	ok(fake[3].size == 4 && atoll_ftell(f) == 4, "append");
	atoll_fclose(f);
	ok(atoll_freopen("file", "w", atoll_stdout) == atoll_stdout &&
		atoll_fileno(atoll_stdout) == 1,
	    "freopen keeps the number of standard output");
	ok(atoll_printf("redirected") == 10 && atoll_fflush(NULL) == 0 && fake[1].size == 10,
	    "and it works");
}

static void test_locks(void)
{
	unsigned others;
	atoll_FILE *f;

	ok(locks_held == 0 && locks_broken == 0, "all of that under locks, none of them kept");
	f = atoll_fopen("file", "w");
	atoll_flockfile(f);
	others = locks_held;
	atoll_fputs("kept ", f);
	atoll_fprintf(f, "over %d calls", 2);
	ok(locks_held == others && f->lock, "flockfile: kept from call to call");
	atoll_funlockfile(f);
	ok(locks_held == 0 && !f->lock, "funlockfile: given back");
	atoll_fclose(f);
}

int main(void)
{
	test_buffering();
	memset(&fake[3], 0, sizeof fake[3]);
	test_against_host("w+", false);
	test_against_host("w+", true);
	test_against_host("r+", true);
	test_reading_lines();
	test_errors();
	test_reopening();
	test_locks();
	return tap_done();
}
