/* Reading through a window: see atoll/bulk.h. */
#include <atoll/bulk.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../internal.h"
#include "posix.h"

#define PLACES   4             /* windows at once in a process */
#define DISTANCE 0x100000ull   /* from one to the next */
#define LARGEST  (512ul << 10) /* bytes of a ring that is taken */
#define BUFFER   65536
/* A smaller file is read sooner than a window is set up (measured: docs/performance.md). */
#define SMALLEST (128ul << 10)
/* The server fills as soon as there is room. When it has not for so long, it is asked by message,
 * and says what is wrong; or it died, and then its successor knows nothing of our file. */
#define PATIENCE_MS 100
#define WAKE_BIT    1

static uint64_t lock;
static bool taken[PLACES];

/* A place for a window, or PLACES. */
static unsigned take_place(void)
{
	unsigned place = 0;

	libc_hold(&lock);
	while (place < PLACES && taken[place])
		place++;
	if (place < PLACES)
		taken[place] = true;
	libc_release(&lock);
	return place;
}

/* Everything a window takes, or as much as was made of it. */
static void give_back(struct bulk *b)
{
	if (b->ring.wake)
		cap_delete(b->ring.wake);
	if (b->memory)
		cap_delete(b->memory); /* which unmaps it, and tells the server */
	if (b->wake)
		cap_delete(b->wake);
	if (b->endpoint)
		cap_delete(b->endpoint);
	b->ring.wake = b->memory = b->wake = b->endpoint = 0;
	if (b->place < PLACES)
		taken[b->place] = false;
	b->window = false;
}

/* What the server is to notify. */
static bool make_endpoint(struct bulk *b)
{
	int64_t made = endpoint_create();

	if (made < 0)
		return false;
	b->endpoint = (cap_t)made;
	made = cap_mint(b->endpoint, CAP_NOTIFY | CAP_TRANSFER, WAKE_BIT, 0);
	b->wake = made < 0 ? 0 : (cap_t)made;
	return made > 0;
}

static bool ask_for_window(struct bulk *b)
{
	void *window = (void *)(BULK_WINDOWS + b->place * DISTANCE);
	struct msg m = {
		.label = MSG_LABEL(IO_WINDOW, IO_VERSION, 1, 0),
		.word = { b->offset, WAKE_BIT },
		.cap = { b->wake },
		.recv_caps = 2,
	};

	if (libc_ask(libc_descriptor(b->fd), &m, IDEMPOTENT) != 0 || MSG_NCAPS(m.label) != 2)
		return false;
	b->memory = m.cap[0];
	b->ring.wake = m.cap[1];
	if (m.word[0] < PAGE_SIZE || m.word[0] > LARGEST || (m.word[0] & (m.word[0] - 1)) ||
	    mem_map(b->memory, 0, (uint64_t)window, 0, RING_WINDOW(m.word[0]),
		PROT_READ | PROT_WRITE) != 0)
		return false;
	ring_init(&b->ring, RING_CONSUMER, window, m.word[0], m.cap[1], m.word[1]);
	return true;
}

void bulk_open(struct bulk *b, int fd)
{
	struct io_stat st;
	int error = errno;
	off_t offset;

	*b = (struct bulk){ .fd = fd, .place = PLACES };
	if (libc_io_stat(fd, &st) == 0 && st.type == IO_TYPE_FILE &&
	    (offset = lseek(fd, 0, SEEK_CUR)) >= 0 && st.size >= (uint64_t)offset + SMALLEST) {
		b->offset = (uint64_t)offset;
		b->place = take_place();
		b->window = b->place < PLACES && make_endpoint(b) && ask_for_window(b);
		if (!b->window)
			give_back(b);
	}
	errno = error; /* no window is no error */
}

/* Reading goes on where the window came to. */
static bool leave_window(struct bulk *b)
{
	give_back(b);
	return lseek(b->fd, (off_t)b->offset, SEEK_SET) >= 0;
}

/* As bulk_next; -1: this window is of no use any more. */
static ssize_t next_in_window(struct bulk *b, const char **bytes)
{
	char *at;

	ring_done(&b->ring, b->taken);
	for (b->taken = 0;;) {
		if (ring_next(&b->ring, &at, &b->taken) != 0)
			return -1;
		if (b->taken > 0 || ring_ended(&b->ring))
			break;
		if (ring_wait(&b->ring, 1, b->endpoint, time_in_ms(PATIENCE_MS)) != 0)
			return -1;
	}
	*bytes = at;
	b->offset += b->taken;
	return (ssize_t)b->taken;
}

ssize_t bulk_next(struct bulk *b, const char **bytes)
{
	if (b->window) {
		ssize_t count = next_in_window(b, bytes);

		if (count >= 0)
			return count;
		if (!leave_window(b))
			return -1;
	}
	if (!b->buffer)
		b->buffer = malloc(BUFFER);
	*bytes = b->buffer;
	return b->buffer ? read(b->fd, b->buffer, BUFFER) : -1;
}

void bulk_close(struct bulk *b)
{
	int error = errno;

	if (b->window)
		leave_window(b);
	free(b->buffer);
	b->buffer = NULL;
	errno = error;
}
