/* What a heap in debug mode puts around and into memory, so that mistakes show: see malloc.c. */
#ifndef LIBC_GUARD_H
#define LIBC_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* At least so much more room than was asked for. */
#define GUARD_BYTES 32

/* Of a payload with so much room, a multiple of 16, of which the program gets so many bytes: they
 * are filled with what no program expects, and a pattern stands behind them to the end. */
void guard_set(void *payload, size_t room, size_t bytes);
/* The pattern is as it was. */
bool guard_intact(const void *payload, size_t room);
/* How many bytes the program got. */
size_t guard_size(const void *payload, size_t room);
/* It was freed: filled with another pattern. And nobody has written there since. */
void guard_bury(void *payload, size_t room);
bool guard_undisturbed(const void *payload, size_t room);

#endif
