/* Pipes: what is in them, and who waits at them. Its only system call is the reply to who
 * waits. */
#ifndef PIPE_PIPE_H
#define PIPE_PIPE_H

#include "protocol.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pipe_end { PIPE_READER, PIPE_WRITER };

/* A call that is answered later. */
struct waiter {
	struct waiter *next; /* of this pipe, or of the free ones */
	uint64_t token, arrival;
	char *bytes;  /* a writer's; NULL: a reader */
	size_t count; /* wanted; or of those bytes */
};

/* Invariants: used <= PIPE_BYTES. Who waits are readers, and then the pipe is empty; or writers,
 * and then there is no room for the first. */
struct pipe {
	char *bytes;     /* PIPE_BYTES, used round and round; NULL: there is no such pipe */
	uint32_t client; /* who made it */
	bool open[PIPE_ENDS];
	size_t first, used;
	struct waiter *waiters; /* in the order they came */
};

struct pipe_table {
	struct pipe pipe[PIPE_MAX];
	struct waiter waiter[PIPE_WAITERS];
	struct waiter *free;
	uint64_t arrivals;
	unsigned pipes, waiters; /* how many there are */
};

void pipe_table_init(struct pipe_table *table);
/* The number of a new pipe, both ends open; or -EMFILE, -ENOSPC. */
int pipe_new(struct pipe_table *table, uint32_t client);
/* Nobody holds this end any more. Whoever waits at the other is told; when both are closed, the
 * pipe is gone. */
void pipe_close(struct pipe_table *table, struct pipe *pipe, enum pipe_end end);
/* SERVE_DEFER: it is answered, or will be; else what to answer at once. */
int pipe_read(
    struct pipe_table *table, struct pipe *pipe, uint64_t token, size_t wanted, bool may_wait);
/* The same; with 0 *count bytes were taken. */
int pipe_write(struct pipe_table *table, struct pipe *pipe, uint64_t token, const char *bytes,
    size_t length, bool may_wait, size_t *count);
/* What is true of an end: IO_POLL_*. */
unsigned pipe_state(const struct pipe *pipe, enum pipe_end end);

#endif
