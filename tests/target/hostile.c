/* Hostile clients of the pager, process and the file server's windows: random messages, mostly
 * nearly right, forged faults, memory revoked or unmapped behind the pager's back, forks, rings
 * scribbled over, sudden ends; and a fork bomb. Whatever they do to themselves, the servers live
 * on, an honest client's pages stay what they were, and nothing of the hostile ones is left.
 *
 * GROUP: pager window
 * ICOUNT: yes
 * TIMEOUT: 60 */
#include "lib/story.h"

#include <atoll/io.h>
#include <atoll/name.h>
#include <atoll/pager.h>
#include <atoll/ring.h>
#include <atoll/startup.h>
#include <errno.h>
#include <fcntl.h>
#include <servers/file/protocol.h>
#include <servers/pager/protocol.h>
#include <servers/process/protocol.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RW       (PROT_READ | PROT_WRITE)
#define PAGES(n) ((n) * (uint64_t)PAGE_SIZE)
#define SLOTS    6
#define SLOT(i)  (WINDOW + (i) * (64ull << 20))
#define RINGS    (WINDOW + (1ull << 32))
#define PATH     "/tmp/hostile"
#define LARGE    300000
#define AT_ONCE  3
#define STEPS    150

static uint64_t state;
static cap_t pager, process, file;
static cap_t kept[16]; /* capabilities of memory that was handed over */
static cap_t room;     /* what notifies the file server of room in some window, or 0 */
static uint64_t room_bits;

static uint64_t any(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/* ---- Arguments, mostly right ---------------------------------------------------------------- */

static uint64_t some_pages(void)
{
	static const uint64_t pages[] = { 1, 2, 3, 8, 9, 17, 64 };
	static const uint64_t odd[] = { 0, 1, PAGE_SIZE - 1, PAGER_REGION_MAX,
		PAGER_REGION_MAX + PAGE_SIZE, 1ull << 63, UINT64_MAX & ~0xfffull, UINT64_MAX };

	return any(10) ? PAGES(pages[any(sizeof pages / 8)]) : odd[any(sizeof odd / 8)];
}

static uint64_t some_place(void)
{
	static const uint64_t odd[] = { 0, 1, STARTUP, STACK_TOP - PAGE_SIZE, USER_END - PAGE_SIZE,
		USER_END, KERNEL_START, UINT64_MAX & ~0xfffull };

	return any(10) ? SLOT(any(SLOTS)) + (any(4) ? 0 : PAGES(any(70))) : odd[any(8)];
}

static cap_t *some_kept(void)
{
	return &kept[any(sizeof kept / sizeof kept[0])];
}

/* Memory, mostly new. */
static cap_t some_memory(uint64_t bytes)
{
	cap_t *place = some_kept();
	int64_t made;

	if (!any(5))
		return any(3) ? *place : any(2) ? pager : (cap_t)any(UINT64_MAX);
	made = mem_create(any(8) && bytes <= PAGER_REGION_MAX ? bytes : PAGE_SIZE);
	if (made < 0)
		return 0;
	if (*place)
		cap_delete(*place);
	return *place = (cap_t)made;
}

static const char *some_path(void)
{
	static const char *const paths[] = { PATH, PATH, PATH, "/bin/sh", "/", "", "tmp",
		"/tmp/none", "/bin/../bin" };

	return paths[any(sizeof paths / sizeof paths[0])];
}

/* Never waits for long: some of these are never answered. */
static int send(cap_t to, unsigned op, unsigned version, struct msg *m, unsigned caps)
{
	uint32_t bytes = MSG_NBYTES(m->label);

	m->label = MSG_LABEL(op, version, caps | (any(30) ? 0 : MSG_MOVE), bytes);
	return ipc_ask(to, m, time_in_ms(any(4) ? 50 : 1));
}

/* ---- What it does -----------------------------------------------------------------------------
 */

static void map_region(void)
{
	uint64_t bytes = some_pages();
	struct msg m = { .word = { some_place(), bytes, any(10) ? RW : any(9) },
		.cap = { some_memory(bytes) } };

	if (!any(3)) {
		m.send = some_path();
		m.label = MSG_LABEL(0, 0, 0, strlen(m.send));
		m.word[3] = any(4) ? PAGES(any(3)) : any(UINT64_MAX);
	}
	m.word[4] = any(3) ? 0 : any(3);
	send(pager, PAGER_MAP, PAGER_VERSION, &m, 1);
}

static void unmap_region(void)
{
	struct msg m = { .word = { some_place() } };

	send(pager, PAGER_UNMAP, PAGER_VERSION, &m, 0);
}

static void offer(void)
{
	uint64_t bytes = some_pages();
	struct msg m = { .word = { bytes }, .cap = { some_memory(bytes) } };

	send(pager, PAGER_OFFER, PAGER_VERSION, &m, 1);
}

/* As if a thread had faulted there; one that a region explains, mostly, for else it is our end. */
static void forge_fault(void)
{
	struct msg m = { .word = {
			     any(20) ? 14 : any(32), any(32), some_place() + any(PAGE_SIZE) } };

	send(pager, FAULT_OP, FAULT_VERSION, &m, 0);
}

static void play_process(void)
{
	static const unsigned op[] = { PAGER_ATTACH, PAGER_FORK, PAGER_CRASHED };
	struct pager_area area = { SLOT(0), 0, PAGE_SIZE, RW };
	struct msg m = {
		.word = { any(40), any(40) }, .cap = { kept[0], kept[1], pager }, .send = &area
	};
	unsigned which = (unsigned)any(3);

	m.label = MSG_LABEL(0, 0, 0, which == 0 ? sizeof area : 0);
	send(pager, op[which], PAGER_VERSION, &m, which == 0 ? 3 : which == 1);
}

static void behind_its_back(void)
{
	cap_t *memory = some_kept();

	switch (any(5)) {
	case 0:
		cap_revoke(*memory);
		return;
	case 1:
		mem_unmap(0, SLOT(any(SLOTS)) + PAGES(any(8)), PAGES(1 + any(80)));
		return;
	case 2:
		mem_protect(0, SLOT(any(SLOTS)), PAGES(1 + any(8)), any(2) ? RW : PROT_READ);
		return;
	case 3:
		mem_map(*memory, 0, SLOT(any(SLOTS)) + PAGES(any(12)), 0, PAGES(1 + any(3)), RW);
		return;
	default:
		cap_delete(*memory);
		*memory = 0;
	}
}

/* A page that is ours, or it is our end. */
static void touch(void)
{
	volatile char *at = (volatile char *)SLOT(any(SLOTS)) + PAGES(any(8));

	if (any(2))
		*at = 'h';
	else
		(void)*at;
}

static void ask_process(void)
{
	struct msg m = { .word = { any(16), any(2) ? 0x1000 : any(USER_END) } };
	unsigned op = (unsigned)any(9);

	if (op != PROCESS_FORK || any(3) == 0)
		send(process, op, PROCESS_VERSION, &m, (unsigned)any(2) ? 0 : 1);
}

static void scribble(void)
{
	struct msg m = { .label = MSG_LABEL(FILE_OPEN, FILE_VERSION, 0, strlen(PATH)),
		.send = PATH,
		.recv_caps = 1 };
	volatile uint64_t *head = (volatile uint64_t *)RINGS;
	cap_t opened, wake = (cap_t)endpoint_create();

	if (ipc_ask(file, &m, time_in_ms(100)) != 0)
		return;
	opened = m.cap[0];
	m = (struct msg){ .word = { any(2) ? any(LARGE) : any(UINT64_MAX),
			      any(2) ? room_bits : any(UINT64_MAX) },
		.cap = { any(4) ? wake
			: room  ? room
				: pager },
		.recv_caps = any(8) ? 2 : 0 };
	if (send(opened, IO_WINDOW, IO_VERSION, &m, 1) == 0 && m.cap[0] &&
	    mem_map(m.cap[0], 0, RINGS, 0, RING_WINDOW(IO_WINDOW_BYTES), RW) == 0) {
		for (unsigned i = 0; i < 20; i++) {
			head[any(16)] = any(3) ? any(200000) : any(UINT64_MAX);
			notify(m.cap[1], any(3) ? m.word[1] : any(UINT64_MAX));
			if (!any(4))
				sleep_ms(1);
		}
		mem_unmap(0, RINGS, RING_WINDOW(IO_WINDOW_BYTES));
		room = m.cap[1];
		room_bits = m.word[1];
	}
	if (any(2)) { /* else it is left open */
		cap_delete(m.cap[0]);
		cap_delete(opened);
	}
	cap_delete(wake);
}

static int hostile(uint64_t seed, unsigned depth);

static void fork_one(unsigned depth)
{
	int status;
	pid_t pid = depth < 2 ? fork() : -1;

	if (pid == 0)
		_exit(hostile(state, depth + 1));
	if (pid > 0 && any(2))
		waitpid(pid, &status, 0);
}

static int hostile(uint64_t seed, unsigned depth)
{
	static void (*const acts[])(void) = { map_region, map_region, map_region, unmap_region,
		offer, forge_fault, play_process, behind_its_back, touch, ask_process, scribble };

	state = seed * 0x9e3779b97f4a7c15 + depth + 1;
	for (unsigned i = 0; i < 10; i++)
		any(2);
	process = startup_cap("supervisor");
	file = (cap_t)name_lookup("file", time_in_ms(1000));
	pager = (cap_t)name_lookup("pager", time_in_ms(1000));
	if (any(8) && pager_attach() != 0)
		return 1;
	for (unsigned step = 0; step < STEPS; step++)
		if (!any(25))
			fork_one(depth);
		else if (any(2)) /* so that some live longer */
			acts[any(4)]();
		else
			acts[any(sizeof acts / sizeof acts[0])]();
	return 0;
}

/* ---- The honest one
 * ------------------------------------------------------------------------------ */

static struct info_space space_named(const char *name)
{
	struct info_space info = { 0 };

	while (kernel_info(kernel_cap(), INFO_SPACES, info.id + 1ull, &info, sizeof info) > 0)
		if (strcmp(info.name, name) == 0)
			return info;
	bail_out("there is no %s", name);
}

/* So many one after another, some at a time; those that they forked have ended, too. */
static unsigned attack(char *self, uint64_t first, unsigned count)
{
	unsigned ended = 0, running = 0;
	int status;

	for (uint64_t seed = first; ended < count;) {
		char text[24], *const argv[] = { self, text, NULL };
		pid_t pid;

		snprintf(text, sizeof text, "%lu", seed);
		if (running < AT_ONCE && seed < first + count) {
			seed++;
			if (posix_spawn(&pid, self, NULL, NULL, argv, environ) == 0)
				running++;
			else
				ended++;
		} else if (waitpid(-1, &status, 0) > 0) {
			running--;
			ended++;
		} else {
			bail_out("they are gone");
		}
	}
	return ended;
}

static unsigned bombs(pid_t *pid)
{
	struct info_space info = { 0 };
	unsigned count = 0;

	while (kernel_info(kernel_cap(), INFO_SPACES, info.id + 1ull, &info, sizeof info) > 0)
		if (strcmp(info.name, "hostile") == 0 && info.tag != (uint64_t)getpid() &&
		    count < PAGER_CLIENTS)
			pid[count++] = (pid_t)info.tag;
	return count;
}

/* Copies that do nothing but fork. Who stands above them can end them, one by one. */
static void fork_bomb(char *self)
{
	char *const argv[] = { self, self, self, NULL };
	const int priority = own_priority();
	pid_t pid[PAGER_CLIENTS];
	unsigned rounds = 0, most = 0, count;

	thread_set(0, THREAD_PRIORITY, (uint64_t)priority + 1);
	ok(posix_spawn(&pid[0], self, NULL, NULL, argv, environ) == 0, "a fork bomb");
	while ((count = bombs(pid)) < PAGER_CLIENTS - 1 && rounds++ < 200)
		sleep_ms(5);
	for (rounds = 0; (count = bombs(pid)) > 0 && rounds < 20; rounds++) {
		most = count > most ? count : most;
		for (unsigned i = 0; i < count; i++)
			kill(pid[i], SIGKILL);
	}
	is(most, PAGER_CLIENTS - 1, "takes all that the pager has room for");
	is(count, 0, "and is ended, in %u rounds", rounds);
	while (waitpid(-1, NULL, 0) > 0)
		;
	thread_set(0, THREAD_PRIORITY, (uint64_t)priority);
}

static bool pages_right(volatile char *page, char value)
{
	for (unsigned i = 0; i < 16; i++)
		if (page[PAGES(i)] != (char)(value + (int)i))
			return false;
	return true;
}

static int child_status(volatile char *page)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		bool right = pages_right(page, 'a');

		page[PAGES(7)] = 'x';
		_exit(right ? 5 : 1);
	}
	return waitpid(pid, &status, 0) == pid ? status : -1;
}

int main(int argc, char **argv)
{
	volatile char *page = (volatile char *)SLOT(0);
	static char large[LARGE];
	uint32_t pager_id, process_id, file_id, caps;
	uint64_t frames;
	int fd;

	while (argc > 2)
		fork();
	if (argc > 1)
		return hostile(strtoull(argv[1], NULL, 0), 0);
	fd = open(PATH, O_RDWR | O_CREAT | O_TRUNC);
	ok(fd >= 0 && write(fd, large, LARGE) == LARGE && close(fd) == 0, "a file");
	ok(pager_map((void *)SLOT(0), PAGES(16), RW, NULL, 0) == 0, "an honest client");
	for (unsigned i = 0; i < 16; i++)
		page[PAGES(i)] = (char)('a' + i);
	attack(argv[0], 1, 4);
	fork_bomb(argv[0]); /* what is kept once is kept by now */
	sleep_ms(1000);
	pager_id = space_named("pager").id, process_id = space_named("process").id;
	file_id = space_named("file").id;
	caps = space_named("pager").caps;
	frames = settled_frames();
	is(attack(argv[0], 100, 24), 24, "hostile clients come and go");
	fork_bomb(argv[0]);
	sleep_ms(1000);
	ok(space_named("pager").id == pager_id && space_named("process").id == process_id &&
		space_named("file").id == file_id,
	    "pager, process and file server live");
	ok(pages_right(page, 'a'), "our pages are what they were");
	is(space_named("pager").caps, caps, "the pager has as many capabilities as before");
	/* The file server keeps windows once it has made them: eight of 17 frames. */
	ok(settled_frames() + 200 > frames, "and the frames are back: %lu, %lu before",
	    settled_frames(), frames);
	is(child_status(page), 5 << 8, "a fork, as ever");
	ok(pages_right(page, 'a'), "of which we see nothing");
	unlink(PATH);
	return tap_done();
}
