/* Events out of the ring, before the kernel comes round to where they stand. */
#include "trace.h"
#include <stdlib.h>

#define LEAST_ROOM 4096
#define MOST_ROOM  (1 << 19) /* 32 MiB */

static bool make_room(struct recording *r)
{
	size_t room = r->room ? 2 * r->room : LEAST_ROOM;
	struct trace_event *event;

	if (r->count < r->room)
		return true;
	if (room > MOST_ROOM)
		return false;
	event = realloc(r->event, room * sizeof *event);
	if (!event)
		return false;
	r->event = event;
	r->room = room;
	return true;
}

void recording_read(struct recording *r, const struct trace_ring *ring)
{
	const struct trace_event *first = (const struct trace_event *)(ring + 1);
	const uint64_t end = __atomic_load_n(&ring->count, __ATOMIC_ACQUIRE);

	while (r->next < end) {
		struct trace_event e = first[r->next % ring->room];
		uint64_t now = __atomic_load_n(&ring->count, __ATOMIC_ACQUIRE);

		/* The copy was made before this look: it is whole if its place was not reached. */
		if (now - r->next >= ring->room) {
			uint64_t oldest = now - ring->room + 1;

			r->lost += oldest - r->next;
			r->next = oldest;
			continue;
		}
		r->next++;
		if (make_room(r))
			r->event[r->count++] = e;
		else
			r->dropped++;
	}
}
