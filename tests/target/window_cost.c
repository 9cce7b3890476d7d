/* What windows are for, in instructions. To move memory costs the same however much it is: from the
 * sender's call until the receiver runs, 64 KiB and 4 MiB take the same number. So no page is
 * touched, nor any table of pages. And a large file is read sooner through a window than by
 * messages.
 *
 * GROUP: window
 * ICOUNT: yes
 * EMULATORS: qemu */
#include <atoll/bulk.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/story.h"

#define NAME "/tmp/window_cost"

#define TAKE   (1 | MSG_MOVE)
#define ROUNDS 5

static cap_t ep;
static volatile uint64_t arrived;

static void receiver(uint64_t unused, uint64_t id)
{
	struct msg m;

	for (;;) {
		m = (struct msg){ .recv_caps = TAKE };
		ipc_recv(ep, &m, DEADLINE_FOREVER);
		arrived = __builtin_ia32_rdtsc();
		m.label = 0;
		ipc_reply(m.token, &m);
		cap_delete(m.cap[0]);
	}
}

/* Instructions of the last of some rounds. The pages are there: they have been mapped once. */
static int64_t cost(uint64_t bytes)
{
	uint64_t start = 0;

	for (int round = 0; round < ROUNDS; round++) {
		cap_t memory = (cap_t)mem_create(bytes);
		struct msg m = { .label = MSG_LABEL(1, 1, TAKE, 0), .cap = { memory } };

		mem_map(memory, 0, WINDOW, 0, bytes, PROT_READ | PROT_WRITE);
		mem_unmap(0, WINDOW, bytes);
		start = __builtin_ia32_rdtsc();
		if (ipc_call(ep, &m, DEADLINE_FOREVER) != 0)
			return -1;
		settled_frames();
	}
	return (int64_t)(arrived - start);
}

/* ---- Files ------------------------------------------------------------------------------- */

static char buffer[65536];

/* Instructions to read a file to its end, the second time. */
static int64_t by_messages(int fd)
{
	uint64_t start = 0;

	for (int round = 0; round < 2; round++) {
		lseek(fd, 0, SEEK_SET);
		start = __builtin_ia32_rdtsc();
		while (read(fd, buffer, sizeof buffer) > 0)
			;
	}
	return (int64_t)(__builtin_ia32_rdtsc() - start);
}

static int64_t by_window(int fd)
{
	uint64_t start = 0;
	const char *bytes;
	struct bulk b;

	for (int round = 0; round < 2; round++) {
		lseek(fd, 0, SEEK_SET);
		start = __builtin_ia32_rdtsc();
		bulk_open(&b, fd);
		while (bulk_next(&b, &bytes) > 0)
			;
		bulk_close(&b);
	}
	return (int64_t)(__builtin_ia32_rdtsc() - start);
}

/* What libc takes for a large file is read sooner through a window, setting it up included. */
static void files(void)
{
	int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0644);

	for (int i = 0; i < 16; i++)
		write(fd, buffer, sizeof buffer);
	for (int64_t kib = 1024; kib >= 64; kib /= 2) {
		int64_t messages, window;

		ftruncate(fd, kib << 10);
		messages = by_messages(fd);
		window = by_window(fd);
		note("%ld KiB: %ld instructions by messages, %ld through a window", kib, messages,
		    window);
		if (kib >= 128)
			ok(window < messages, "%ld KiB of a file: a window costs less", kib);
	}
	is(close(fd) | unlink(NAME), 0, "the file is gone");
}

int main(void)
{
	int64_t small, large;

	ep = (cap_t)endpoint_create();
	begin_small(receiver, 0, (unsigned)own_priority());
	small = cost(64 << 10);
	large = cost(4 << 20);
	note("64 KiB: %ld instructions, 4 MiB: %ld", small, large);
	ok(small > 0, "64 KiB are moved");
	is(large, small, "4 MiB at the same cost");
	files();
	return tap_done();
}
