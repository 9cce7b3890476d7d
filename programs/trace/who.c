/* Threads by id: those there are when the trace begins, and those that begin in it. */
#include "trace.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct who *known;
static size_t count, room;

static void add(const struct who *who)
{
	if (count == room) {
		struct who *more = realloc(known, (room + 64) * sizeof *known);

		if (!more)
			return; /* it will have no name */
		known = more;
		room += 64;
	}
	known[count++] = *who;
}

int who_read(cap_t kernel)
{
	struct info_thread t;
	uint64_t slot = 0;
	int64_t got;

	while ((got = kernel_info(kernel, INFO_THREADS, slot, &t, sizeof t)) > 0) {
		struct who who = { .id = t.id, .tag = t.tag, .priority = t.effective };

		memcpy(who.name, t.name, sizeof who.name);
		add(&who);
		slot = t.slot + 1u;
	}
	return (int)-got;
}

void who_add(const struct trace_event *begin)
{
	struct who who = {
		.id = begin->thread, .tag = begin->badge, .priority = (unsigned)begin->peer
	};

	memcpy(who.name, &begin->label, 8);
	memcpy(who.name + 8, &begin->value, 8);
	who.name[sizeof who.name - 1] = 0;
	add(&who);
}

const struct who *who_find(uint64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (known[i].id == id)
			return &known[i];
	return NULL;
}

const struct who *who_at(size_t index)
{
	return index < count ? &known[index] : NULL;
}
