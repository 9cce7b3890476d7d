/* What the parts of the program trace share: the events kept, and who is who. */
#ifndef PROGRAM_TRACE_H
#define PROGRAM_TRACE_H

#include <atoll/sys.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* ---- read.c: events out of the ring ------------------------------------------------------------
 */

/* Those kept, in order. `lost`: so many the kernel wrote and we did not read in time; `dropped`: we
 * had no memory for. */
struct recording {
	struct trace_event *event;
	size_t count, room;
	uint64_t next; /* number of the next to read */
	uint64_t lost, dropped;
};

/* Keeps what has come since. */
void recording_read(struct recording *recording, const struct trace_ring *ring);

/* ---- who.c: threads by id ----------------------------------------------------------------------
 */

struct who {
	uint64_t id, tag; /* of its space: the process id */
	unsigned priority;
	char name[KERNEL_NAME_MAX];
};

/* All threads there are now. 0 or an error. */
int who_read(cap_t kernel);
/* One that begins later. */
void who_add(const struct trace_event *begin);
/* NULL: nobody knows. */
const struct who *who_find(uint64_t id);
const struct who *who_at(size_t index); /* NULL: behind the last */

/* ---- show.c: as text ---------------------------------------------------------------------------
 */

/* Messages and what goes wrong, or with `all` every event: a line each, for people. */
void show_table(FILE *out, const struct recording *recording, bool all);
/* All of it for tools/trace: lines that begin with '@'. */
void show_raw(FILE *out, const struct recording *recording);

#endif
