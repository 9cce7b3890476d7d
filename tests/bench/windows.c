/* Through a shared window: no message, only notifications for who sleeps. */
#include "bench.h"
#include <atoll/ring.h>

#define SIZE  4096
#define THERE ((void *)SHARED) /* the window from client to server, and the one back */
#define BACK  ((void *)(SHARED + RING_WINDOW(SIZE)))
#define BIT   1

/* The server's handle of what wakes the client; behind the windows. */
#define WAKE ((volatile cap_t *)(SHARED + 2 * RING_WINDOW(SIZE)))

/* Sends back each word, once it is told that all is ready. */
static void window_server(uint64_t endpoint)
{
	struct ring there, back;
	struct msg m = { 0 };
	uint64_t word;

	ipc_recv((cap_t)endpoint, &m, DEADLINE_FOREVER);
	ring_init(&there, RING_CONSUMER, THERE, SIZE, *WAKE, BIT);
	ring_init(&back, RING_PRODUCER, BACK, SIZE, *WAKE, BIT);
	while (ring_wait(&there, sizeof word, (cap_t)endpoint, DEADLINE_FOREVER) == 0) {
		ring_get(&there, &word, sizeof word);
		ring_put(&back, &word, sizeof word);
	}
}

/* A word there and back. Each side sleeps when the other's comes, so both are notified. */
void bench_windows(void)
{
	cap_t own = (cap_t)must(endpoint_create(), "endpoint_create");
	struct ring there, back;
	struct peer p;

	peer_start(&p, OTHER_SPACE, window_server, SAME);
	*WAKE = child_give(&p.child, own, CAP_NOTIFY, 0);
	ring_init(&there, RING_PRODUCER, THERE, SIZE, p.endpoint, BIT);
	ring_init(&back, RING_CONSUMER, BACK, SIZE, own, BIT);
	notify(p.endpoint, BIT);
	row("window.rt");
	for (uint64_t i = 1; i <= REPETITIONS; i++) {
		uint32_t begin = BEGIN(), end;
		uint64_t word = 0;
		int error;

		ring_put(&there, &i, sizeof i);
		error = ring_wait(&back, sizeof word, own, DEADLINE_FOREVER);
		ring_get(&back, &word, sizeof word);
		end = END();
		must(error, "window.rt");
		must(word == i ? 0 : -EPROTO, "what came back");
		sample(begin, end);
	}
	row_end(0);
	peer_end(&p);
	cap_delete(own);
}
