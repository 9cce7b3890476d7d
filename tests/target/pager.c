/* The pager: pages that come when they are touched, zeros or out of a file; a stack that grows;
 * fork, where parent and child each see their own; buffers of system calls on pages that are not
 * there; what goes wrong, and that whoever dies leaves nothing behind. */
#include "lib/story.h"

#include <atoll/name.h>
#include <atoll/pager.h>
#include <atoll/startup.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/name/protocol.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#define RW       (PROT_READ | PROT_WRITE)
#define PAGES(n) ((n) * (uint64_t)PAGE_SIZE)
#define AT(page) ((volatile char *)(WINDOW + PAGES(page)))
#define FILE_AT  (WINDOW + (1ull << 30))
#define PATH     "/tmp/pager"

static struct pager_counts counts(void)
{
	struct pager_counts c = { 0 };

	if (pager_counts(&c) != 0)
		bail_out("the pager does not answer: %s", strerror(errno));
	return c;
}

static int map(uint64_t address, uint64_t bytes, unsigned protection, const char *path)
{
	return pager_map((void *)address, bytes, protection, path, 0) == 0 ? 0 : -errno;
}

static int unmap(uint64_t address)
{
	return pager_unmap((void *)address) == 0 ? 0 : -errno;
}

/* A message that libc would not send. */
static int raw(unsigned op, cap_t memory, uint64_t address, uint64_t bytes)
{
	static cap_t pager;
	struct msg m = { .label = MSG_LABEL(op, PAGER_VERSION, memory != 0, 0),
		.word = { address, bytes, RW },
		.cap = { memory } };

	name_once("pager", &pager, time_in_ms(1000));
	return ipc_ask(pager, &m, time_in_ms(5000));
}

static struct info_space pager_space(void)
{
	struct info_space info = { 0 };

	while (kernel_info(kernel_cap(), INFO_SPACES, info.id + 1ull, &info, sizeof info) > 0)
		if (strcmp(info.name, "pager") == 0)
			return info;
	bail_out("there is no pager");
}

/* ---- Before and beside ------------------------------------------------------------------ */

static void not_a_client(void)
{
	int64_t memory = mem_create(PAGE_SIZE);

	is(raw(PAGER_MAP, (cap_t)memory, WINDOW, PAGE_SIZE), -ESRCH, "PAGER_MAP ESRCH: no client");
	is(raw(PAGER_UNMAP, 0, WINDOW, 0), -ESRCH, "PAGER_UNMAP ESRCH: no client");
	is(raw(PAGER_OFFER, (cap_t)memory, PAGE_SIZE, 0), -ESRCH, "PAGER_OFFER ESRCH: no client");
	cap_delete((cap_t)memory);
}

/* The pager is killed while this program, started once more, is its client. */
static void pager_dies(char *self)
{
	char *const argv[] = { self, (char *)(uintptr_t) "stay", NULL };
	int status = 0;
	pid_t pid;

	is(posix_spawn(&pid, self, NULL, NULL, argv, environ), 0, "another client");
	sleep_ms(50);
	is(waitpid(pid, &status, WNOHANG), 0, "which stays");
	is(kill((pid_t)pager_space().tag, SIGKILL), 0, "the pager is killed");
	is(waitpid(pid, &status, 0), pid, "its client");
	is(status, SIGKILL, "dies with it");
}

static int stay(void)
{
	static volatile char data[4 * PAGE_SIZE];

	if (pager_attach() != 0)
		return 1;
	for (unsigned i = 0;; i++, sleep_ms(1))
		data[i % sizeof data]++;
}

/* ---- Pages that come -------------------------------------------------------------------- */

static void zeros(void)
{
	struct pager_counts before, after;
	int sum = 0;

	is(map(WINDOW, PAGES(8), RW, NULL), 0, "a region of 8 pages");
	before = counts();
	for (unsigned i = 0; i < PAGE_SIZE; i++)
		sum += *(AT(1) + i) + *(AT(4) + i);
	*AT(6) = 'x';
	after = counts();
	is(sum, 0, "what is read is zeros");
	is((int64_t)(after.zero - before.zero), 3, "three pages touched, three brought");
	is((int64_t)(after.faults - before.faults), 3, "by three faults");
	is(mem_unmap(0, (uint64_t)AT(6), PAGE_SIZE), 0, "one is unmapped");
	ok(*AT(6) == 'x' && counts().zero == after.zero, "and comes back as it was");
	is(unmap(WINDOW), 0, "PAGER_UNMAP");
	is(map(WINDOW, PAGES(100), RW, NULL), 0, "a region of 100 pages");
	before = counts();
	for (unsigned i = 0; i < 100; i++)
		*AT(i) = (char)i;
	for (unsigned i = 0; i < 100; i++)
		sum += *AT(i) != (char)i;
	is(sum, 0, "all can be written");
	is((int64_t)(counts().faults - before.faults), PAGER_PIECES, "and come in eight pieces");
	is(unmap(WINDOW), 0, "PAGER_UNMAP");
}

/* Two and a half pages that all differ. */
static void make_file(void)
{
	int fd = open(PATH, O_CREAT | O_TRUNC | O_WRONLY, 0644);
	static char text[PAGE_SIZE * 5 / 2];

	for (unsigned i = 0; i < sizeof text; i++)
		text[i] = (char)(i % 251 + i / PAGE_SIZE);
	if (write(fd, text, sizeof text) != sizeof text)
		bail_out("no file");
	close(fd);
}

static bool file_page(const volatile char *at, unsigned page)
{
	bool same = true;

	for (unsigned i = PAGES(page); i < PAGES(page + 1); i++)
		same &= *at++ == (i < PAGE_SIZE * 5 / 2 ? (char)(i % 251 + page) : 0);
	return same;
}

static void files(void)
{
	volatile char *at = (volatile char *)FILE_AT;
	struct pager_counts before;
	char byte = 0;
	int fd;

	make_file();
	is(map(FILE_AT, PAGES(4), RW, PATH), 0, "a region out of a file");
	before = counts();
	ok(file_page(at + PAGES(2), 2), "its last page, zeros behind its end");
	is((int64_t)(counts().file - before.file), 1, "no other was read");
	ok(file_page(at, 0) && file_page(at + PAGES(1), 1) && file_page(at + PAGES(3), 3),
	    "all others");
	*at = 'x';
	fd = open(PATH, O_RDONLY);
	ok(pread(fd, &byte, 1, 0) == 1 && byte == 0 && *at == 'x',
	    "what is written stays in memory, the file is as it was");
	close(fd);
	is(unmap(FILE_AT), 0, "PAGER_UNMAP");
	ok(pager_map((void *)FILE_AT, PAGES(1), PROT_READ, PATH, PAGE_SIZE) == 0 &&
		file_page(at, 1),
	    "from an offset");
	is(unmap(FILE_AT), 0, "PAGER_UNMAP");
	is(map(FILE_AT, PAGES(4), RW, PATH), 0, "a file that is cut off, and removed");
	ok(file_page(at, 0), "its first page");
	ok(truncate(PATH, 1) == 0 && at[PAGES(1)] == 0 && unlink(PATH) == 0 && at[PAGES(2)] == 0,
	    "what comes after that is zeros");
	ok(file_page(at, 0), "what had come is as it was");
	is(unmap(FILE_AT), 0, "PAGER_UNMAP");
	make_file();
	is(map(FILE_AT, PAGES(1), RW, "/tmp/none"), -ENOENT, "PAGER_MAP ENOENT");
	is(map(FILE_AT, PAGES(1), RW, "/tmp"), -EISDIR, "PAGER_MAP EISDIR");
	for (unsigned i = 0; i < PAGER_FILES; i++)
		if (map(FILE_AT + PAGES(i), PAGES(1), RW, PATH) != 0)
			ok(false, "file %u", i);
	is(map(FILE_AT + PAGES(20), PAGES(1), RW, PATH), -EMFILE, "PAGER_MAP EMFILE: the ninth");
	for (unsigned i = 0; i < PAGER_FILES; i++)
		unmap(FILE_AT + PAGES(i));
}

/* A page of stack for each level. */
static unsigned deep(unsigned levels)
{
	volatile char frame[PAGE_SIZE];

	frame[0] = (char)levels;
	return (levels ? deep(levels - 1) : 0) + (frame[0] == (char)levels);
}

static void stack(void)
{
	struct pager_counts before;

	is(pager_stack(1 << 20), 0, "1 MiB more of stack");
	before = counts();
	is(deep(150), 151, "150 pages of it are used: more than there were");
	ok(counts().zero - before.zero < 256, "and not all were brought");
}

/* The kernel takes no fault for a buffer: libc touches it and calls again. */
static void buffers(void)
{
	int fd = open(PATH, O_RDWR);

	map(WINDOW, PAGES(8), RW, NULL);
	map(FILE_AT, PAGES(3), PROT_READ, PATH);
	ok(read(fd, (void *)WINDOW, PAGE_SIZE + 100) == PAGE_SIZE + 100 && file_page(AT(0), 0),
	    "read() into pages that are not there");
	ok(pwrite(fd, (void *)FILE_AT, PAGES(2), PAGE_SIZE) == (ssize_t)PAGES(2),
	    "write() from pages that are not there");
	ok(pread(fd, (void *)AT(4), PAGES(1), PAGE_SIZE) == (ssize_t)PAGES(1) &&
		file_page(AT(4), 0),
	    "and what was written is in the file");
	close(fd);
	unmap(WINDOW);
	unmap(FILE_AT);
	make_file();
}

/* ---- fork ------------------------------------------------------------------------------- */

/* The status of a child that runs this. */
static int child_status(int (*run)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(run());
	if (pid < 0)
		return -errno;
	return waitpid(pid, &status, 0) == pid ? status : -1;
}

static volatile int variable = 1;
static char *heap;
static pid_t parent;

static int look_and_write(void)
{
	bool same = variable == 1 && strcmp(heap, "heap") == 0 && *AT(0) == 'a' && *AT(1) == 'b';

	variable = 2;
	strcpy(heap, "child");
	*AT(0) = 'A';
	same &= variable == 2 && strcmp(heap, "child") == 0 && *AT(0) == 'A' && *AT(1) == 'b';
	return same && getpid() != parent ? 7 : 1;
}

static int use_system(void)
{
	int fd = open(PATH, O_RDONLY);
	char *more = malloc(200000);
	bool good = fd >= 0 && more && read(fd, more, PAGE_SIZE) == PAGE_SIZE;

	/* AT(2) is the parent's page still, read-only. */
	good = good && pread(fd, (void *)AT(2), 10, 0) == 10 && AT(2)[9] == 9 && *AT(1) == 'b';
	memset(more, 1, 200000);
	return good ? 0 : 1;
}

/* A message that lies across two pages of the parent's: the kernel writes to the second alone. */
static struct msg *across;

static int call_across(void)
{
	return ipc_call(startup_cap("name"), across, time_in_ms(1000)) == 0 &&
		MSG_OP(across->label) == 0 && MSG_NCAPS(across->label) == 1 && across->cap[0]
	    ? 0
	    : 1;
}

static void calling_across(void)
{
	across = (struct msg *)((char *)(WINDOW + PAGES(5)) - offsetof(struct msg, cap));
	*across = (struct msg){
		.label = MSG_LABEL(NAME_LOOKUP, NAME_VERSION, 0, 4), .send = "echo", .recv_caps = 1
	};
	is(child_status(call_across), 0, "fork: the child receives a capability into such a page");
	memset(across, 0, sizeof *across);
}

static int have_child(void)
{
	*AT(0) = 'c';
	variable = 3;
	return child_status(look_and_write) == 1 << 8 && *AT(0) == 'c' && variable == 3 ? 9 : 1;
}

static void forking(void)
{
	struct pager_counts before;

	parent = getpid();
	heap = strdup("heap");
	map(WINDOW, PAGES(8), RW, NULL);
	*AT(0) = 'a';
	*AT(1) = 'b';
	*AT(2) = 'c';
	is(child_status(look_and_write), 7 << 8, "fork: the child sees what was, and writes");
	ok(variable == 1 && strcmp(heap, "heap") == 0 && *AT(0) == 'a', "which we do not see");
	is(child_status(use_system), 0, "fork: the child uses files, the heap, copied buffers");
	calling_across();
	is(child_status(have_child), 9 << 8, "fork: a child has a child");
	ok(variable == 1 && *AT(0) == 'a', "and we see nothing of it");
	before = counts();
	ok(*AT(1) == 'b' && counts().faults == before.faults, "our pages are there for reading");
	is((int64_t)counts().copied, 0, "nothing was ever copied for us: the copies are theirs");
}

/* How many pages are copied, exactly: of a region of 8, the child writes to 2 and reads 2 more,
 * then the parent writes to 3 others. The child waits for that in the shared file. */
static void wait_for_size(int fd, off_t size)
{
	while (lseek(fd, 0, SEEK_END) < size)
		sleep_ms(1);
}

static int count_copies(void)
{
	int fd = open(PATH, O_RDWR);
	struct pager_counts before = counts(), after;
	bool same;

	*AT(0) = 'x';
	*AT(1) = 'x';
	same = *AT(2) == 'c' && *AT(3) == 0;
	after = counts();
	same &= after.copied - before.copied == 2;
	before = after;
	ftruncate(fd, 20000);
	wait_for_size(fd, 30000);
	same &= *AT(0) == 'x' && *AT(2) == 'c' && *AT(3) == 0 && *AT(4) == 0 && *AT(7) == 0;
	/* Of those, 2, 3 and 4 are ours since the parent wrote to them. */
	same &= counts().copied - before.copied == 3;
	return same ? 0 : 1;
}

static void copies(void)
{
	int fd = open(PATH, O_RDWR), status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(count_copies());
	wait_for_size(fd, 20000);
	*AT(2) = *AT(3) = *AT(4) = 'p';
	ftruncate(fd, 30000);
	is(waitpid(pid, &status, 0), pid, "a child");
	is(status, 0, "has two pages copied for its writes, three for its parent's");
	ok(*AT(0) == 'a' && *AT(2) == 'p' && *AT(3) == 'p' && *AT(4) == 'p', "we have our own");
	close(fd);
	make_file();
}

/* The child ends before its own child, which then looks at its memory. */
static int inherited; /* descriptor */

static int orphan(void)
{
	*AT(5) = 'o';
	if (fork() == 0) {
		sleep_ms(20);
		ftruncate(
		    inherited, *AT(5) == 'o' && *AT(1) == 'b' && variable == 1 ? 40000 : 50000);
		_exit(0);
	}
	return 0;
}

static void orphans(void)
{
	int fd = inherited = open(PATH, O_RDWR);

	is(child_status(orphan), 0, "a child has a child, and ends");
	wait_for_size(fd, 40000);
	is(lseek(fd, 0, SEEK_END), 40000, "that one has all the memory of its parent");
	close(fd);
	make_file();
}

/* Who pays (docs/decisions/0011): the parent for the child's copies, the child for what it asks for
 * itself, and nobody when it has ended. */
static void charges(void)
{
	const uint64_t before = space_info(0).used, copies = counts().fork_bytes / PAGE_SIZE;
	struct info_space child = { 0 };
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		mem_create(PAGES(1000));
		for (;;)
			sleep_ms(1); /* until it is killed */
	}
	for (int i = 0; i < 1000 && child.used < 1000; i++, sleep_ms(1))
		child = space_info((uint64_t)pid);
	ok(space_info(0).used >= before + copies, "fork: we pay for %lu pages of our child's",
	    copies);
	ok(child.used >= 1000 && child.used < 1000 + copies, "and it for what it asks for: %lu",
	    child.used);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	for (int i = 0; i < 1000 && space_info(0).used > before; i++)
		sleep_ms(1);
	is((int64_t)space_info(0).used, (int64_t)before, "its end gives us back what we paid");
}

/* ---- What goes wrong -------------------------------------------------------------------- */

static int null_pointer(void)
{
	static volatile char *volatile nothing = (volatile char *)NULL_PAGE;

	return *nothing;
}
static int undefined_instruction(void)
{
	__asm__ volatile("ud2");
	return 0;
}
static int write_constant(void)
{
	map(FILE_AT, PAGES(1), PROT_READ, PATH);
	*(volatile char *)FILE_AT = 1;
	return 0;
}
static int run_data(void)
{
	((void (*)(void))(uintptr_t)AT(0))();
	return 0;
}
static int overflow(void)
{
	return (int)deep(1000);
}
static int take_quota(void)
{
	bool refused = mem_create(63 << 20) > 0 && fork() < 0 && errno == ENOMEM;

	return refused && map(FILE_AT, 4 << 20, RW, NULL) == -ENOMEM ? 0 : 1;
}
static int large_heap(void)
{
	char *large = malloc(6 << 20);
	bool refused;

	memset(large, 1, 6 << 20);
	refused = fork() < 0 && errno == ENOMEM;
	return refused && large[0] == 1 && large[(6 << 20) - 1] == 1 && malloc(100) ? 0 : 1;
}
static int touch_page(void *argument)
{
	*AT(3) = 't';
	return *AT(1) == 'b' ? 42 : 1;
}
static int two_threads(void)
{
	thrd_t thread;
	int result = 0;

	if (thrd_create(&thread, touch_page, NULL) != thrd_success)
		return 1;
	errno = 0;
	if (fork() >= 0 || errno != ENOTSUP)
		return 2;
	return thrd_join(thread, &result) == thrd_success && result == 42 && *AT(3) == 't' ? 0 : 3;
}

static void crashes(void)
{
	is(child_status(null_pointer), SIGSEGV, "a null pointer: ended and told of, as ever");
	is(child_status(undefined_instruction), SIGILL, "an undefined instruction");
	is(child_status(write_constant), SIGSEGV, "writing to a region that is read-only");
	is(child_status(run_data), SIGSEGV, "executing data");
	is(child_status(overflow), SIGSEGV, "a stack that grows beyond its region");
	is(child_status(take_quota), 0, "no memory for a region, or a fork: ENOMEM");
	is(child_status(large_heap), 0, "a heap that makes too large a region: ENOMEM, all stays");
	is(child_status(two_threads), 0,
	    "a copy makes a thread, whose pages come too; no fork meanwhile");
}

static void errors(void)
{
	int64_t memory = mem_create(PAGE_SIZE);
	cap_t blind = (cap_t)cap_mint((cap_t)memory, CAP_READ | CAP_TRANSFER, 0, 0);
	unsigned made = 0;

	is(raw(PAGER_MAP, (cap_t)memory, FILE_AT, PAGES(2)), -EINVAL,
	    "PAGER_MAP EINVAL: the memory is smaller");
	is(raw(PAGER_MAP, blind, FILE_AT, PAGES(1)), -EPERM, "PAGER_MAP EPERM: it lacks a right");
	is(raw(PAGER_OFFER, (cap_t)memory, PAGES(2), 0), -EINVAL,
	    "PAGER_OFFER EINVAL: the memory is smaller");
	is(raw(PAGER_OFFER, (cap_t)memory, 0, 0), -EINVAL, "PAGER_OFFER EINVAL: none");
	is(map(FILE_AT + 1, PAGES(1), RW, NULL), -EINVAL, "PAGER_MAP EINVAL: the address");
	is(map(KERNEL_START, PAGES(1), RW, NULL), -EINVAL, "PAGER_MAP EINVAL: a kernel address");
	is(map(USER_END - PAGE_SIZE, PAGES(2), RW, NULL), -EINVAL, "PAGER_MAP EINVAL: its end");
	is(map(FILE_AT, PAGES(1), RW | PROT_EXEC, NULL), -EINVAL,
	    "PAGER_MAP EINVAL: writable and executable");
	is(map(FILE_AT, PAGER_REGION_MAX + PAGES(1), RW, NULL), -EINVAL,
	    "PAGER_MAP EINVAL: too large");
	is(map(WINDOW + PAGES(7), PAGES(2), RW, NULL), -EEXIST, "PAGER_MAP EEXIST: overlaps");
	is(unmap(WINDOW + PAGES(1)), -ENOENT, "PAGER_UNMAP ENOENT: not its start");
	while (map(FILE_AT + PAGES(made), PAGES(1), RW, NULL) == 0)
		made++;
	is(map(FILE_AT + PAGES(made), PAGES(1), RW, NULL), -ENOSPC, "PAGER_MAP ENOSPC: too many");
	for (unsigned i = 0; i < made; i++)
		unmap(FILE_AT + PAGES(i));
	is(raw(PAGER_FORK, (cap_t)memory, (uint64_t)getpid(), 9999), -EPERM,
	    "PAGER_FORK EPERM: from a program");
	is(raw(PAGER_CRASHED, 0, 0, 0), -EPERM, "PAGER_CRASHED EPERM: from a program");
	cap_delete(blind);
	cap_delete((cap_t)memory);
}

/* ATTACH takes three capabilities: each of them ours. */
static void attaching(void)
{
	cap_t pager = (cap_t)name_lookup("pager", time_in_ms(1000));
	int64_t space = space_create(16, 1, "x", 1, 9999), memory = mem_create(PAGE_SIZE),
		told = endpoint_create();
	struct msg m = { .label = MSG_LABEL(PAGER_ATTACH, PAGER_VERSION, 3, 0),
		.word = { 9999 },
		.cap = { (cap_t)space, (cap_t)memory, (cap_t)told } };

	is(ipc_ask(pager, &m, time_in_ms(1000)), -EPERM, "PAGER_ATTACH EPERM: from a program");
	cap_delete((cap_t)space);
	cap_delete((cap_t)memory);
	cap_delete((cap_t)told);
	cap_delete(pager);
}

static int leave_things(void)
{
	map(FILE_AT, PAGES(8), RW, NULL);
	map(FILE_AT + PAGES(8), PAGES(2), PROT_READ, PATH);
	memset((void *)FILE_AT, 1, PAGES(8));
	*AT(3) = 'l';
	if (fork() == 0)
		_exit(*AT(3) == 'l' ? 0 : 1);
	return 3; /* waits for nobody */
}

static void nothing_left(void)
{
	uint64_t frames;
	unsigned caps;

	is(child_status(leave_things), 3 << 8, "a child with regions, and a child, ends");
	*AT(3) = 'k'; /* ours since, and all that is kept once is there */
	sleep_ms(50);
	frames = settled_frames();
	caps = pager_space().caps;
	for (int i = 0; i < 5; i++)
		child_status(leave_things);
	*AT(3) = 'k';
	sleep_ms(50);
	is((int64_t)settled_frames(), (int64_t)frames, "five more: all frames are back");
	is(pager_space().caps, caps, "and the pager has as many capabilities as before");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "stay") == 0)
		return stay();
	kernel_cap();
	not_a_client();
	pager_dies(argv[0]);
	is(pager_attach(), 0, "attached to the next");
	zeros();
	files();
	stack();
	buffers();
	forking();
	copies();
	orphans();
	charges();
	crashes();
	errors();
	attaching();
	nothing_left();
	unlink(PATH);
	return tap_done();
}
