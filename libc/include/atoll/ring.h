/* A stream of bytes from one space to another through a shared window, without a message for each
 * piece: one side produces, one consumes, and either tells the other something only when that
 * sleeps.
 *
 * The window is a memory object that both sides have mapped: a page with what each side says of
 * itself, then the bytes, 2^n of them, used round and round. Each side counts the bytes that it
 * has ever put or got; the difference is what is in the ring. A side that has nothing to do says
 * at which count of the other's it wants to be notified (an event), looks once more, and sleeps.
 *
 * Neither side trusts the other. What the other wrote is read once and checked, and if it makes no
 * sense -EPROTO is the answer, and the connection's end; one's own count is kept where only oneself
 * can write. So a side that scribbles harms nobody but itself. But for the bytes: they may change
 * while they are looked at in place. Who does not trust them copies first (ring_get).
 *
 * The side that is trusted to stay should make the memory object: who made a window can take it
 * away. How a client and a server come to have one: IO_WINDOW of atoll/io.h, atoll/bulk.h. */
#ifndef ATOLL_RING_H
#define ATOLL_RING_H

#include <atoll/sys.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one side says of itself; only it writes there. In a line of its own, so that two processors
 * do not fight for it. */
struct ring_side {
	_Alignas(64) _Atomic uint64_t count; /* bytes ever put, or got */
	_Atomic uint64_t event;              /* to be notified when the other's count passes this */
	_Atomic uint64_t end; /* the producer's: no byte comes from this count on; 0: not known */
};

/* How the window begins. */
struct ring_window {
	struct ring_side producer, consumer;
};

#define RING_WINDOW(size) (PAGE_SIZE + (size)) /* bytes of a window for a ring of so many */

enum ring_role { RING_PRODUCER, RING_CONSUMER };

/* One side's own view. */
struct ring {
	struct ring_side *mine, *other;
	char *bytes;
	size_t size;
	uint64_t count; /* ours: what stands in mine->count is for the other to read */
	uint64_t end;   /* the producer's, the same */
	enum ring_role role;
	cap_t wake; /* notifies the other side, with these bits */
	uint64_t bits;
};

/* A fresh ring: the window is mapped there, zeroed, of RING_WINDOW(a power of two) bytes. */
void ring_init(
    struct ring *r, enum ring_role role, void *window, size_t size, cap_t wake, uint64_t bits);

/* How many bytes can be put (producer) or got (consumer) now, or -EPROTO. */
int64_t ring_ready(const struct ring *r);
/* The consumer's: nothing is in it, and nothing will come. */
bool ring_ended(const struct ring *r);
/* Where the next bytes are to be put or got. *count: how many lie together there, of those that are
 * ready; 0: none. 0 or -EPROTO. Putting or getting them is ring_done. */
int ring_next(const struct ring *r, char **bytes, size_t *count);
void ring_done(struct ring *r, size_t count);
/* The same with copying: how many of at most `count` bytes were put or got, or -EPROTO. */
int64_t ring_put(struct ring *r, const void *from, size_t count);
int64_t ring_get(struct ring *r, void *to, size_t count);
/* The producer's: nothing more will come. No harm if it has said so already. */
void ring_end(struct ring *r);

/* Before sleeping: the other side is to notify when `wanted` bytes are ready (1 to size; or the end
 * has come). True: sleep now. False: they are ready already, or never will be. */
bool ring_sleep(struct ring *r, size_t wanted);
/* Sleeps so, receiving from an endpoint that is for nothing else, and which the other side's
 * capability notifies. 0, -ETIMEDOUT, -EPROTO, or another error of ipc_recv. */
int ring_wait(struct ring *r, size_t wanted, cap_t endpoint, uint64_t deadline);

#endif
