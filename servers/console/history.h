/* Lines typed earlier, the newest first. Bounded: the oldest go. */
#ifndef CONSOLE_HISTORY_H
#define CONSOLE_HISTORY_H

#include <stddef.h>

#define HISTORY_BYTES 8192

struct history {
	size_t used; /* invariant: so many bytes are lines, each ended by NUL, the oldest first */
	char lines[HISTORY_BYTES];
};

/* Empty lines, and one that repeats the newest, are not added. A line has no NUL inside. */
void history_add(struct history *history, const char *line, size_t length);
/* The line entered `age` lines ago (0: the newest), or NULL. Valid until the next history_add. */
const char *history_get(const struct history *history, unsigned age);

#endif
