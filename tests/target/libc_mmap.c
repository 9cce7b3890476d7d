/* Memory by the page: zeros that are ours, a file's contents, what is refused and what faults.
 * GROUP: libc */
#include "lib/tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static const char *self;

static void refused(
    size_t bytes, int protection, int flags, int fd, off_t offset, int error, const char *what)
{
	errno = 0;
	ok(mmap(NULL, bytes, protection, flags, fd, offset) == MAP_FAILED, "refused: %s", what);
	is(errno, error, "with");
}

static void zeros(void)
{
	char *a = mmap(NULL, 3 * PAGE + 1, RW, ANON, -1, 0);
	char *b = mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool zero = true;

	if (!ok(a != MAP_FAILED && b != MAP_FAILED, "two mappings"))
		return;
	for (int i = 0; i < 4 * PAGE; i++)
		zero &= a[i] == 0;
	ok(zero && b[0] == 0, "of zeros");
	memset(a, 7, 4 * PAGE);
	ok(b[0] == 0 && a[4 * PAGE - 1] == 7, "written to its last page");
	is(mprotect(a, 4 * PAGE, PROT_READ), 0, "read-only from now on");
	ok(mprotect(a, 4 * PAGE, RW | PROT_EXEC) == -1 && errno == ENOTSUP,
	    "never both written and run");
	ok(mprotect(a + PAGE, PAGE, RW) == -1 && errno == EINVAL, "only as a whole");
	ok(munmap(a, PAGE) == -1 && errno == EINVAL, "unmapped as a whole, too");
	is(munmap(a, 3 * PAGE + 1), 0, "which it is, by the bytes that were asked for");
	ok(munmap(a, 3 * PAGE + 1) == -1 && errno == EINVAL, "once");
	is(munmap(b, PAGE), 0, "the other one");
}

static void files(void)
{
	int fd = open("/tmp/mapped", O_RDWR | O_CREAT | O_TRUNC, 0666);
	char page[PAGE], *a;

	memset(page, 'p', sizeof page);
	write(fd, page, sizeof page);
	write(fd, "tail", 4);
	a = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
	ok(a != MAP_FAILED && a[0] == 'p' && !strcmp(a + PAGE, "tail"),
	    "a file, zeros behind its end");
	a[0] = 'x';
	ok(pread(fd, page, 1, 0) == 1 && page[0] == 'p',
	    "what is written there is not in the file");
	munmap(a, 2 * PAGE);
	a = mmap(NULL, 4, PROT_READ, MAP_PRIVATE, fd, PAGE);
	ok(a != MAP_FAILED && !memcmp(a, "tail", 4), "from an offset on");
	munmap(a, 4);
	refused(1, PROT_READ, MAP_SHARED, fd, 0, ENODEV, "a file, shared");
	refused(1, PROT_READ, MAP_PRIVATE, fd, 1, EINVAL, "from within a page on");
	close(fd);
	refused(1, PROT_READ, MAP_PRIVATE, fd, 0, EBADF, "a closed descriptor");
	unlink("/tmp/mapped");
}

/* In a child: what it does must end it. */
static int child(const char *what)
{
	volatile char *a = mmap(NULL, PAGE, RW, ANON, -1, 0);

	if (!strcmp(what, "write"))
		mprotect((void *)a, PAGE, PROT_READ);
	if (!strcmp(what, "gone"))
		munmap((void *)a, PAGE);
	a[!strcmp(what, "behind") ? PAGE : 0] = 1;
	return 0;
}

static int end_of(const char *what)
{
	char *arguments[] = { (char *)self, (char *)what, NULL };
	int status = -1;
	pid_t pid;

	if (posix_spawn(&pid, self, NULL, NULL, arguments, environ) == 0)
		waitpid(pid, &status, 0);
	return status;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return child(argv[1]);
	self = argv[0];
	zeros();
	files();
	refused(0, RW, ANON, -1, 0, EINVAL, "no bytes");
	refused(1, RW, MAP_ANONYMOUS, -1, 0, EINVAL, "neither shared nor private");
	refused(1, RW, ANON | MAP_FIXED, -1, 0, ENOTSUP, "at an address");
	refused(1, PROT_NONE, ANON, -1, 0, ENOTSUP, "without a right");
	refused(1, RW | PROT_EXEC, ANON, -1, 0, ENOTSUP, "written and run");
	refused((2ul << 30) + 1, RW, ANON, -1, 0, ENOMEM, "more than there can be");
	refused(512ul << 20, RW, ANON, -1, 0, ENOMEM, "more than the quota");
	is(end_of("ok"), 0, "a child that only writes");
	is(end_of("write"), SIGSEGV, "writing what is read-only");
	is(end_of("gone"), SIGSEGV, "touching what was unmapped");
	is(end_of("behind"), SIGSEGV, "running over the end");
	return tap_done();
}
