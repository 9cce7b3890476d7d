/* Streams: see stream.h.
 *
 * Invariant: a stream in use holds its node, and its window is derived from by one client at the
 * most; what a client left in a window is gone before the next one sees it. The client is not
 * trusted: one that scribbles into the head of its window loses it. */
#include "stream.h"
#include "protocol.h"
#include <atoll/ring.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define WINDOWS    0x0000410000000000ull /* where ours are mapped */
#define DISTANCE   0x100000ull           /* from one to the next */
#define PER_CLIENT 2
/* At most this part of the quota is for windows. */
#define SHARE 16

static struct stream {
	struct ring ring;
	cap_t memory, room; /* the window; what the client notifies with. 0: not used so far */
	cap_t wake;         /* notifies the client */
	struct node *node;  /* held; NULL: this stream is free */
	uint64_t offset;    /* of what is put next */
	uint32_t client;
} stream[FILE_STREAMS];
static unsigned streams; /* of those, how many the quota is good for */
static struct tree *files;
static cap_t our_endpoint;

static char *window_of(const struct stream *s)
{
	return (char *)WINDOWS + (uint64_t)(s - stream) * DISTANCE;
}

static uint64_t room_bit(const struct stream *s)
{
	return 1ull << (STREAM_BITS_SHIFT + (s - stream));
}

static uint64_t gone_bit(const struct stream *s)
{
	return room_bit(s) << FILE_STREAMS;
}

void stream_init(struct tree *tree, cap_t endpoint, uint64_t frames)
{
	uint64_t most = frames / SHARE / (RING_WINDOW(IO_WINDOW_BYTES) / PAGE_SIZE);

	files = tree;
	our_endpoint = endpoint;
	streams = most < FILE_STREAMS ? (unsigned)most : FILE_STREAMS;
}

uint64_t stream_frames(void)
{
	return streams * RING_WINDOW(IO_WINDOW_BYTES) / PAGE_SIZE;
}

/* All of the window is cleared: the client could write everywhere. */
static void stream_close(struct stream *s)
{
	cap_revoke(s->memory);
	cap_delete(s->wake);
	tree_release(files, s->node);
	s->node = NULL;
	memset(window_of(s), 0, RING_WINDOW(IO_WINDOW_BYTES));
}

/* Puts what there is room for, and says that we wait for more room: half of all, so that a client
 * that takes little at a time does not wake us for each. */
static void fill(struct stream *s)
{
	do {
		char *to;
		size_t room, count;

		do {
			if (ring_next(&s->ring, &to, &room) != 0) {
				stream_close(s);
				return;
			}
			count = contents_read(&s->node->contents, s->offset, to, room);
			s->offset += count;
			ring_done(&s->ring, count);
		} while (count > 0);
		if (room > 0) {
			ring_end(&s->ring);
			return;
		}
	} while (!ring_sleep(&s->ring, IO_WINDOW_BYTES / 2));
}

/* A window of ours, to be read and written by whoever has a copy, and nothing else. 0: no memory.
 */
static cap_t make_window(const struct stream *s)
{
	int64_t made = mem_create(RING_WINDOW(IO_WINDOW_BYTES)), narrowed;

	if (made < 0)
		return 0;
	narrowed = cap_mint((cap_t)made, CAP_READ | CAP_WRITE | CAP_TRANSFER, 0, 0);
	cap_delete((cap_t)made);
	if (narrowed < 0)
		return 0;
	if (mem_map((cap_t)narrowed, 0, (uint64_t)window_of(s), 0, RING_WINDOW(IO_WINDOW_BYTES),
		PROT_READ | PROT_WRITE) == 0)
		return (cap_t)narrowed;
	cap_delete((cap_t)narrowed);
	return 0;
}

/* Makes what the stream keeps for good. 0 or ENOSPC. */
static int prepare(struct stream *s)
{
	if (!s->room) {
		int64_t made = cap_mint(our_endpoint, CAP_NOTIFY | CAP_TRANSFER, room_bit(s), 0);

		s->room = made > 0 ? (cap_t)made : 0;
	}
	if (!s->memory)
		s->memory = make_window(s);
	return s->room && s->memory ? 0 : ENOSPC;
}

/* A free one for this client, or NULL. */
static struct stream *find_free(uint32_t client)
{
	struct stream *found = NULL;
	unsigned mine = 0;

	for (struct stream *s = stream; s < stream + streams; s++) {
		if (!s->node)
			found = found ? found : s;
		else
			mine += s->client == client;
	}
	return mine < PER_CLIENT ? found : NULL;
}

int stream_open(struct request *r, const struct open_file *file)
{
	struct stream *s = find_free(file->client);
	int error;

	if (file->node->type != IO_TYPE_FILE)
		return EISDIR;
	if ((file->flags & O_ACCMODE) == O_WRONLY)
		return EBADF;
	if (!s)
		return EAGAIN;
	error = prepare(s);
	if (error)
		return error;
	s->wake = request_take(r, 0);
	s->node = file->node;
	s->client = file->client;
	s->offset = r->word[0];
	tree_hold(s->node);
	ring_init(&s->ring, RING_PRODUCER, window_of(s), IO_WINDOW_BYTES, s->wake, r->word[1]);
	r->reply.word[0] = IO_WINDOW_BYTES;
	r->reply.word[1] = room_bit(s);
	r->reply.cap[0] = s->memory;
	r->reply.cap[1] = s->room;
	r->reply.caps = 2;
	/* First the bytes, so that the client finds some; then the reply; then the watch, which
	 * fires at once when the client did not live to take its copy. */
	fill(s);
	server_reply(r->token, 0, &r->reply);
	error = watch(s->memory, WATCH_DERIVED, our_endpoint, gone_bit(s));
	if (error != 0 && error != -EBUSY && s->node)
		stream_close(s); /* we would never hear of its end */
	return SERVE_DEFER;
}

/* A stream that has been given to another client meanwhile is seen by its watch: EBUSY is said when
 * that still stands. */
void stream_notified(uint64_t bits)
{
	for (struct stream *s = stream; s < stream + streams; s++) {
		if (s->node && (bits & gone_bit(s)) &&
		    watch(s->memory, WATCH_DERIVED, our_endpoint, gone_bit(s)) != -EBUSY)
			stream_close(s);
		if (s->node && (bits & room_bit(s)))
			fill(s);
	}
}
